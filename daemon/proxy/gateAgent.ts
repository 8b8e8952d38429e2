/**
 * The agent's side of the gate: finds the requests that are judged, records what was judged, and where something is enforced
 * takes refused ones out of the stream and answers them. Notifications, answers and pings pass whatever is frozen, so that
 * the connection survives.
 */
import { randomBytes } from 'node:crypto';
import { batchKey } from '../base/ids.ts';
import { type LongTexts, NO_LONG_TEXTS } from '../model/longTexts.ts';
import type { AlteredRecord } from '../protocol/journal.ts';
import { decisionRecord, idleDecision } from './decisionText.ts';
import type { FileWatch } from './fileWatch.ts';
import type { Judge, Judged } from './gate.ts';
import { type GateLine, GateLines, isWhole } from './gateLines.ts';
import {
  exactId,
  type GateMessage,
  type GateMessages,
  idText,
  members,
  messageOf,
  revisionOf,
  skimMessages,
} from './gateMessages.ts';
import type { ServerLines } from './gateServer.ts';
import { type Envelope, EnvelopeScan, stringOf } from './httpEnvelope.ts';
import { parseHead } from './jsonHead.ts';
import { elementRanges, splice, without } from './jsonRanges.ts';
import type { GateParts } from './lookout.ts';

/** Of a longer line only the beginning is judged, in bytes: it is not held. */
const HOLD_BYTES = 1024 * 1024;
/** What a line has to contain to be of interest where nothing is enforced. */
const NEEDLES = ['"tools', '"resources/read"', '"resources\\/read"', '"roots"', '"initialize"'].map((text) =>
  Buffer.from(text),
);
/** A frozen server may still be greeted: what follows tells the agent why it gets nothing. */
const GREETINGS: ReadonlySet<string> = new Set(['initialize', 'ping', 'server/discover']);
/** In a longer chunk no tool's name is searched for: it is read, which costs less. */
const SEARCHED_BYTES = 1024;
const LF = 10;
const CALLS = /"tools\\?\/call"/;

/** A line that is too long to be held, while it passes or is dropped. */
interface LongRequest {
  readonly key: string | null;
  readonly head: Uint8Array;
  readonly scan: EnvelopeScan;
  /** What was judged by the beginning, and whether the line is dropped. */
  judged: Judged | null;
  dropped: boolean;
}

export class AgentLines {
  private readonly parts: GateParts;
  private readonly judge: Judge;
  private readonly server: ServerLines;
  private readonly files: FileWatch;
  private readonly lines: GateLines;
  /** Begins the marks of texts that are left out, so that no agent can write one. */
  private readonly secret = randomBytes(16).toString('hex');
  /** What passes in place of the chunk; null where lines are only looked at. */
  private out: Uint8Array[] | null = null;
  private strict = false;
  private notes = false;
  /** Was the chunk looked into before it was forwarded, though nothing is enforced? */
  private early = false;
  /** What the chunk at hand may hold; null where nobody has looked. */
  private content: 'nothing' | 'reads' | 'writes' | null = null;
  private long: LongRequest | null = null;

  constructor(parts: GateParts, judge: Judge, server: ServerLines, files: FileWatch) {
    this.parts = parts;
    this.judge = judge;
    this.server = server;
    this.files = files;
    this.lines = new GateLines(HOLD_BYTES, {
      line: (line) => {
        this.line(line);
        return this.out === null;
      },
      long: (head, key) => this.longBegins(head, key),
      rest: (piece, ends) => this.longGoesOn(piece, ends),
    });
  }

  /** @returns what is forwarded; null for nothing */
  before(chunk: Uint8Array, ordinal: number): Uint8Array | null {
    // A line that passed in part is judged as it began.
    if (!this.lines.isOpen) this.strict = this.judge.strict;
    if (!this.strict) {
      this.content = this.contentOf(chunk);
      this.early = this.content === 'writes';
      if (this.early) {
        this.lines.push(chunk, ordinal);
        this.parts.journal?.release();
      }
      return chunk;
    }
    const out: Uint8Array[] = [];
    this.out = out;
    try {
      this.lines.push(chunk, ordinal);
    } finally {
      this.out = null;
      this.parts.journal?.release();
    }
    if (out.length === 0) return null;
    if (out.length === 1) return out[0] ?? null;
    return isWhole(out, chunk) ? chunk : Buffer.concat(out);
  }

  /** The chunk has been forwarded as it came. */
  behind(chunk: Uint8Array, ordinal: number): void {
    if (this.strict) return;
    const { early } = this;
    const content = this.content ?? this.contentOf(chunk);
    this.early = false;
    this.content = null;
    if (!early && content !== 'nothing') this.lines.push(chunk, ordinal);
  }

  /** A call that may write is judged before it is forwarded: what it may change is looked at as it was. */
  private contentOf(chunk: Uint8Array): 'nothing' | 'reads' | 'writes' {
    const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    // No server can act on a line before its end.
    if (this.lines.isOpen) return buffer.includes(LF) ? 'writes' : 'reads';
    const isWhole = chunk[chunk.length - 1] === LF;
    if (!isWhole) return buffer.includes(LF) && isOfInterest(chunk) ? 'writes' : 'reads';
    if (!isOfInterest(chunk)) return 'nothing';
    if (this.judge.seemsIdle(chunk)) return 'nothing';
    // Of several lines each may be of another kind.
    if (chunk.length > SEARCHED_BYTES || chunk.indexOf(LF) !== chunk.length - 1) return 'writes';
    const text = buffer.toString('latin1');
    return !CALLS.test(text) || this.judge.seemsToRead(text) ? 'reads' : 'writes';
  }

  /** What passed before the gate was there: facts are taken, nothing is judged. */
  note(chunk: Uint8Array, ordinal: number): void {
    this.notes = true;
    this.lines.push(chunk, ordinal);
    this.notes = false;
  }

  /** A last line without a line end passes as any. */
  end(): Uint8Array | null {
    const rest = this.lines.give();
    if (!rest) return null;
    const out: Uint8Array[] = [];
    this.out = this.strict ? out : null;
    this.line(rest);
    this.out = null;
    if (this.strict) this.parts.journal?.release();
    return out.length === 0 ? null : Buffer.concat(out);
  }

  private line(line: GateLine): void {
    if (!this.out && !isOfInterest(line.bytes)) return;
    if (!this.notes && this.passesIdle(line)) {
      this.out?.push(line.bytes);
      return;
    }
    const read = skimMessages(line.bytes, this.secret);
    if (read) this.messages(line, read);
    else this.out?.push(line.bytes);
  }

  /** Records a call that is judged as others before it. False where it has to be read. */
  private passesIdle({ bytes, key }: GateLine): boolean {
    const began = performance.now();
    const call = this.judge.idle(bytes);
    if (call && key !== null) this.parts.journal?.factSoon('decision', idleDecision(call, key, microsSince(began)));
    return call !== null;
  }

  private messages(line: GateLine, { messages, isBatch, texts }: GateMessages): void {
    const refused = new Map<number, string>();
    const ranges = isBatch ? elementRanges(line.bytes) : [];
    const answers: (() => void)[] = [];
    for (const [index, message] of messages.entries()) {
      if (!message) continue;
      this.learn(message);
      if (!this.notes && this.isGated(message)) {
        const range = ranges[index];
        const bytes = range ? line.bytes.subarray(range.start, range.end) : line.bytes;
        const key = isBatch && line.key !== null ? batchKey(line.key, index) : line.key;
        const refusal = this.refusalOf(message, texts, bytes, key);
        if (refusal) {
          refused.set(index, refusal.id);
          // Without an id nobody waits for an answer.
          if (message.id !== undefined)
            answers.push(() => this.answer(asAsked(refusal.judged, message), refusal.id, revisionOf(message)));
          continue;
        }
      }
      this.server.asked(message);
    }
    if (refused.size === 0) {
      this.out?.push(line.bytes);
      return;
    }
    const after =
      refused.size === messages.length
        ? null
        : splice(line.bytes, [without(line.bytes, ranges, (index) => refused.has(index))]);
    this.altered(line.key, [...refused.values()], after);
    if (after) this.out?.push(after);
    for (const answer of answers) answer();
  }

  /** Judges and records. Null where the message passes. */
  private refusalOf(
    message: GateMessage,
    texts: LongTexts,
    bytes: Uint8Array,
    key: string | null,
  ): { judged: Judged; id: string } | null {
    const found = this.judged(message, texts, false);
    if (!found) return null;
    const { judged, tookUs } = found;
    const isRefused = judged.decision === 'deny' && this.out !== null;
    const { id } = message;
    const isPlain = typeof id === 'string' || Number.isSafeInteger(id);
    const text = isPlain && !isRefused ? idText(id) : exactId(bytes, id);
    this.record(judged, key, text, tookUs);
    if (isRefused) return { judged, id: text };
    this.watch(judged, message, key);
    return null;
  }

  /** Of a task the answer comes before the work is done: what the files are then tells nothing. */
  private watch(judged: Judged, { method, params, id }: GateMessage, key: string | null): void {
    if (method !== 'tools/call' || params.task !== undefined || id === undefined || key === null) return;
    this.files.asked(judged, key, idText(id), !this.out && !this.early);
  }

  /** Which requests are judged: calls, reads of resources, and under a freeze all that want something. */
  private isGated({ method, id }: GateMessage): boolean {
    if (method === 'tools/call' || method === 'resources/read') return true;
    return method !== null && id !== undefined && !GREETINGS.has(method) && this.judge.frozen;
  }

  /** Null where there is nothing to judge, and where that failed: then the message passes, and it is said. */
  private judged(
    { method, params }: GateMessage,
    texts: LongTexts,
    isCut: boolean,
  ): { judged: Judged; tookUs: number } | null {
    const isCall = method === 'tools/call';
    const began = performance.now();
    try {
      const judged = this.judge.request({
        method: method ?? '',
        tool: isCall && typeof params.name === 'string' ? params.name : null,
        args: isCall ? params.arguments : params,
        meta: members(params._meta),
        texts,
        isCut,
      });
      return judged && { judged, tookUs: microsSince(began) };
    } catch (error) {
      this.parts.say(`a request could not be judged (${error instanceof Error ? error.message : error}); it passes`);
      return null;
    }
  }

  private record(judged: Judged, key: string | null, id: string, tookUs: number): void {
    const { journal } = this.parts;
    // A frame that is not in the journal cannot be named.
    if (!journal || key === null) return;
    journal.factSoon('decision', decisionRecord(judged, key, id, tookUs));
  }

  private altered(key: string | null, answered: readonly string[], after: Uint8Array | null): void {
    const text = after && Buffer.from(after.buffer, after.byteOffset, after.byteLength).toString('utf8').trimEnd();
    const record: AlteredRecord = {
      direction: 'c2s',
      frame: key,
      why: 'denied',
      answered: answered.slice(0, 1000),
      after: text,
    };
    this.parts.journal?.fact('altered', record);
  }

  private answer(judged: Judged, id: string, revision: string | null): void {
    this.parts.tellAgent(Buffer.from(`${this.judge.answer(judged, id, revision)}\n`));
  }

  /** What a message says of the client, and what it asks the server for. */
  private learn(message: GateMessage): void {
    const { method, params, result } = message;
    if (method === null) {
      const roots = result?.roots;
      if (!Array.isArray(roots)) return;
      const uris = roots.map((root) => members(root)?.uri);
      this.judge.clientRoots(uris.filter((uri) => typeof uri === 'string').slice(0, 1000));
      return;
    }
    if (method === 'initialize') {
      const client = members(params.clientInfo);
      if (typeof client?.name === 'string')
        this.judge.client(client.name, typeof client.version === 'string' ? client.version : null);
    }
  }

  private longBegins(head: Uint8Array, key: string | null): void {
    const scan = new EnvelopeScan();
    scan.push(head);
    this.long = { key, head, scan, judged: null, dropped: false };
    if (this.out) this.judgeLong(this.long);
    if (!this.long.dropped) this.out?.push(head);
  }

  private longGoesOn(piece: Uint8Array, ends: boolean): void {
    const { long } = this;
    if (!long) return;
    long.scan.push(piece);
    if (!long.dropped) this.out?.push(piece);
    if (!ends) return;
    this.long = null;
    // Where nothing is enforced it is judged once its id is known; before an answer can come in any case.
    if (!this.out && !this.notes && long.scan.messages.some(isLongOfInterest)) this.judgeLong(long);
    if (!long.dropped || !long.judged) return;
    const ids = long.scan.messages.flatMap(({ id }) =>
      id === undefined ? [] : [Buffer.from(id, 'latin1').toString()],
    );
    this.altered(long.key, ids, null);
    const revision = long.scan.messages[0]?.version;
    for (const id of ids) this.answer(long.judged, id, revision === undefined ? null : String(JSON.parse(revision)));
  }

  /** By the beginning, as far as it was read. */
  private judgeLong(long: LongRequest): void {
    const [first] = long.scan.messages;
    if (first?.hasResult || first?.hasError) return;
    const text = Buffer.from(long.head.buffer, long.head.byteOffset, long.head.byteLength).toString('utf8');
    // Something that is no JSON passes as it would in a short line.
    if (!/^\s*(?:[[{]|$)/.test(text.slice(0, 1000))) return;
    const head = parseHead(text);
    const known = messageOf(Array.isArray(head) ? head[0] : head);
    // A request whose method stands behind what was read may be a call.
    const message = { id: undefined, params: {}, result: null, ...known, method: known?.method ?? 'tools/call' };
    const found = this.isGated({ ...message, id: 0 }) ? this.judged(message, NO_LONG_TEXTS, true) : null;
    if (!found) return;
    const { judged, tookUs } = found;
    long.judged = judged;
    long.dropped = this.out !== null && judged.decision === 'deny';
    const id = first?.id;
    this.record(judged, long.key, id === undefined ? '' : Buffer.from(id, 'latin1').toString(), tookUs);
  }
}

/** Who asked for a task (2025-11-25) waits for one, and takes no plain result: only an error ends that. */
function asAsked(judged: Judged, { params }: GateMessage): Judged {
  return params.task === undefined ? judged : { ...judged, method: 'tools/call as a task' };
}

function isLongOfInterest({ method }: Envelope): boolean {
  const name = method === undefined ? null : stringOf(method);
  return name === 'tools/call' || name === 'resources/read';
}

function microsSince(beganMs: number): number {
  return Math.round((performance.now() - beganMs) * 1000);
}

function isOfInterest(bytes: Uint8Array): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return NEEDLES.some((needle) => buffer.includes(needle));
}
