/**
 * Watches an agent's connection until there is something to judge, and loads the gate then. What it costs before is one
 * look at the policy file and a search for a few bytes in each of the agent's chunks; what passed meanwhile is kept, within
 * a bound, because the gate has to know what the server listed and which roots the client has. Whatever fails in the gate,
 * traffic goes on, with one line on stderr.
 */
import { readFileSync } from 'node:fs';
import type { OpenRecord, RecordKind } from '../protocol/journal.ts';
import { FileMark } from './fileMark.ts';
import { isIdleChunk } from './idleChunk.ts';

/** What the gate is given. */
export interface GateParts {
  readonly policyFile: string;
  /** The connection's `open` record. */
  readonly open: OpenRecord;
  readonly journal: {
    fact(kind: Exclude<RecordKind, 'chunk' | 'gap'>, document: object): void;
    /** With the next record, and at the latest when it is released. @param document or its JSON text */
    factSoon(kind: Exclude<RecordKind, 'chunk' | 'gap'>, document: object | string): void;
    /** When this returns, what came before is on file. */
    release(): void;
  } | null;
  /** Writes a line of the proxy's own to the agent, recorded, when no line of the server's is under way. */
  readonly tellAgent: (line: Uint8Array) => void;
  readonly say: (sentence: string) => void;
}

/** One connection's gate, once loaded. */
export interface Gate {
  /** Before forwarding. @returns what is forwarded in place of the agent's bytes; null for nothing */
  fromAgent(bytes: Uint8Array, ordinal: number): Uint8Array | null;
  /** After forwarding, in the same turn: what could be judged then. */
  forwarded(bytes: Uint8Array, ordinal: number): void;
  /** @returns what the agent gets in place of the server's bytes; null for nothing */
  fromServer(bytes: Uint8Array, ordinal: number): Uint8Array | null;
  /** What passed before it was loaded, in order; nothing is judged or changed. */
  passed(direction: 'c2s' | 's2c', bytes: Uint8Array, ordinal: number): void;
  /** What is held back of a line that will not be finished. */
  agentEnded(): Uint8Array | null;
  serverEnded(): Uint8Array | null;
}

export interface Lookout {
  /** May something be recorded of the agent's bytes before they pass? */
  readonly holds: boolean;
  fromAgent(bytes: Uint8Array, ordinal: number): Uint8Array | null;
  forwarded(bytes: Uint8Array, ordinal: number): void;
  fromServer(bytes: Uint8Array, ordinal: number): Uint8Array | null;
  agentEnded(): Uint8Array | null;
  serverEnded(): Uint8Array | null;
}

/** So much of what passed is kept until the gate is loaded, in bytes, each way. */
const TAPE_BYTES = 1024 * 1024;
const CALLS = ['"tools/call"', '"tools\\/call"'].map((text) => Buffer.from(text));
const JUDGED = [...CALLS, ...['"resources/read"', '"resources\\/read"'].map((text) => Buffer.from(text))];
/** In the policy file: something in it can stop a request, a list or a connection. */
const STRICT = /"enforce"|"freeze_id"|"pin"\s*:\s*true/;
/** Something in it is about tools, whatever they are asked: each call is judged. */
const EVERY_CALL = /"tools"/;
/** So much of a line is searched for its tool's name. */
const BEGINNING_BYTES = 1024;
/** Most calls of tools whose names begin so change nothing: for them the gate is loaded behind their backs. */
const READS = /"name"\s*:\s*"(?:read|list|get|search|find|view|show|fetch|describe)[_\-A-Z"]/;

/** A request that policy has nothing to say about, alone in its line, as far as that is told without reading it. */
const GREETING = /^\{[^\\\n]*"method":"(?:initialize|server\/discover)"[^\\\n]*\}\r?\n$/;
const GREETING_BYTES = 16 * 1024;
const LF = 10;
const LINE_END = Buffer.from('\n');
/** What asks for the server's tools, and what stands in the answer. */
const LIST_ASKED = ['"tools/list"', '"tools\\/list"'].map((text) => Buffer.from(text));
const LISTED = Buffer.from('"tools"');

/**
 * What an agent's chunk holds, as far as that is told without reading it: an `unfinished` line, nothing that is judged (`idle`
 * where it is a call), or a request; what may change a file is judged before it is forwarded, so that the file is looked at
 * as it was.
 */
type Content = 'unfinished' | 'other' | 'idle' | 'reads' | 'writes';

interface Passed {
  readonly direction: 'c2s' | 's2c';
  readonly bytes: Uint8Array;
  readonly ordinal: number;
}

/** @param load makes the gate; called once, when it is needed */
export function createLookout(parts: GateParts, load: (parts: GateParts) => Gate): Lookout {
  const policy = new FileMark(parts.policyFile);
  let gate: Gate | null = null;
  let broken = false;
  let tape: Passed[] = [];
  const taped = { c2s: 0, s2c: 0 };
  /** The policy can stop something: only what greets the server passes without the gate, which is loaded behind the answer. */
  let strict = false;
  let everyCall = false;
  let content: Content = 'idle';
  /** A list of tools is on its way: of the server's lines no other is needed later. */
  let listing = false;

  const failed = (error: unknown) => {
    broken = true;
    tape = [];
    parts.say(`policy is not applied: ${error instanceof Error ? error.message : error}; traffic goes on`);
  };
  /** Runs a part of the gate; what goes wrong in it costs the judgement. */
  const guarded = <Result>(run: () => Result, otherwise: Result): Result => {
    if (broken) return otherwise;
    try {
      return run();
    } catch (error) {
      failed(error);
      return otherwise;
    }
  };
  const keep = (direction: 'c2s' | 's2c', bytes: Uint8Array, ordinal: number) => {
    if (broken || taped[direction] + bytes.length > TAPE_BYTES) {
      // Nothing more of this direction: a line with a hole in it is none. The line that is cut here ends here.
      if (taped[direction] < TAPE_BYTES) tape.push({ direction, bytes: LINE_END, ordinal: -1 });
      taped[direction] = TAPE_BYTES;
      return;
    }
    taped[direction] += bytes.length;
    tape.push({ direction, bytes: Uint8Array.prototype.slice.call(bytes), ordinal });
  };
  const open = (): Gate => {
    const made = load(parts);
    for (const one of tape) made.passed(one.direction, one.bytes, one.ordinal);
    tape = [];
    gate = made;
    policy.close();
    return made;
  };
  /** Can the policy stop something, as it is now or was when a gate was asked for? */
  const isStrict = (): boolean => {
    if (!policy.hasChanged()) return strict;
    const text = readFileSync(parts.policyFile, 'utf8');
    everyCall = EVERY_CALL.test(text);
    strict ||= STRICT.test(text);
    return strict;
  };
  const contentOf = (bytes: Uint8Array): Content => {
    if (bytes[bytes.length - 1] !== LF) return 'unfinished';
    if (isIdleChunk(bytes)) return everyCall ? 'reads' : 'idle';
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const holds = (method: Buffer) => buffer.includes(method);
    if (!JUDGED.some(holds)) return 'other';
    if (!CALLS.some(holds)) return 'reads';
    // Of several lines each may be of another kind.
    const isOne = buffer.indexOf(LF) === buffer.length - 1;
    return isOne && READS.test(buffer.toString('latin1', 0, BEGINNING_BYTES)) ? 'reads' : 'writes';
  };
  const isForGate = (bytes: Uint8Array): boolean => {
    const isNeeded = isStrict();
    content = contentOf(bytes);
    return isNeeded ? content !== 'other' || !isGreeting(bytes) : content === 'writes';
  };

  return {
    get holds() {
      return !broken && gate !== null;
    },
    fromAgent(bytes, ordinal) {
      if (broken) return bytes;
      if (!gate && guarded(() => isForGate(bytes), false)) guarded(open, null);
      const chosen = gate;
      return chosen ? guarded(() => chosen.fromAgent(bytes, ordinal), bytes) : bytes;
    },
    forwarded(bytes, ordinal) {
      if (broken) return;
      guarded(() => {
        if (gate) return gate.forwarded(bytes, ordinal);
        if (content === 'idle') return;
        if (content !== 'other') return open().forwarded(bytes, ordinal);
        const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        listing ||= LIST_ASKED.some((method) => buffer.includes(method));
        keep('c2s', bytes, ordinal);
      }, undefined);
    },
    fromServer(bytes, ordinal) {
      const chosen = gate;
      if (chosen) return guarded(() => chosen.fromServer(bytes, ordinal), bytes);
      if (strict && !broken) setImmediate(() => gate ?? guarded(open, null));
      if (!listing) return bytes;
      keep('s2c', bytes, ordinal);
      const isLineEnd = bytes[bytes.length - 1] === LF;
      if (isLineEnd && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(LISTED)) listing = false;
      return bytes;
    },
    agentEnded: () => guarded(() => gate?.agentEnded() ?? null, null),
    serverEnded: () => guarded(() => gate?.serverEnded() ?? null, null),
  };
}

function isGreeting(bytes: Uint8Array): boolean {
  if (bytes.length > GREETING_BYTES) return false;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return GREETING.test(text) && text.split('"method"').length === 2;
}
