/**
 * The server's side of the gate: waits for answers to `tools/list`, tells the judge what was listed, and where something is
 * enforced takes out the tools that the agent must not see. While no list is due the bytes are not looked at.
 */
import type { AlteredRecord } from '../protocol/journal.ts';
import { answerIds, idAtEnds } from './answerIds.ts';
import type { FileWatch } from './fileWatch.ts';
import type { Judge } from './gate.ts';
import { type GateLine, GateLines, isWhole } from './gateLines.ts';
import { type GateMessage, idText, members, readMessages } from './gateMessages.ts';
import { elementRanges, memberRange, splice, without } from './jsonRanges.ts';
import type { GateParts } from './lookout.ts';

/** A longer line is no list that is looked into, in bytes. */
const LIST_BYTES = 4 * 1024 * 1024;
/** A server that never answers must not make us wait for ever more. */
const MAX_DUE = 100;
/** As many names as a record holds. */
const MAX_HIDDEN = 1000;
const NOTHING_HIDDEN: ReadonlySet<string> = new Set();
/** Of a line that is not held so much is kept of either end, for its id. */
const ID_BYTES = 200;
const LF = 10;
const CHANGED = 'notifications/tools/list_changed';
const SUBSCRIPTION = 'io.modelcontextprotocol/subscriptionId';

export class ServerLines {
  private readonly parts: GateParts;
  private readonly judge: Judge;
  private readonly files: FileWatch;
  private readonly lines: GateLines;
  /** `tools/list` requests that are not answered: id → is it the first page? */
  private readonly due = new Map<string, boolean>();
  /** Names that the agent was not shown, in the list that it has; null while it has none. */
  private told: ReadonlySet<string> | null = null;
  /** Is the unfinished line held back? Null where none is. */
  private holding: boolean | null = null;
  private isLegacy = false;
  /** JSON text of the ids of subscriptions that want to hear of changed lists. */
  private readonly subscriptions = new Set<string>();
  private out: Uint8Array[] | null = null;
  private midLine = false;
  /** The beginning of a line that is not held. */
  private long: { readonly head: string; readonly key: string | null } | null = null;

  constructor(parts: GateParts, judge: Judge, files: FileWatch) {
    this.parts = parts;
    this.judge = judge;
    this.files = files;
    this.lines = new GateLines(LIST_BYTES, {
      line: (line) => {
        this.line(line);
        return this.out === null;
      },
      long: (head, key) => {
        this.long = { head: latin1(head, 0, ID_BYTES), key };
        this.out?.push(head);
      },
      rest: (piece, ends) => {
        if (ends) this.longEnds(piece);
        this.out?.push(piece);
      },
    });
  }

  /** A request of the agent's goes to the server. */
  asked({ id, method, params }: GateMessage): void {
    if (method === 'initialize') this.isLegacy = true;
    if (id === undefined || id === null) return;
    if (method === 'tools/list' && this.due.size < MAX_DUE) this.due.set(idText(id), params.cursor === undefined);
    const wishes = members(params.filter) ?? params;
    if (method === 'subscriptions/listen' && wishes.toolsListChanged === true && this.subscriptions.size < MAX_DUE)
      this.subscriptions.add(idText(id));
  }

  /**
   * @param isPast it was forwarded before the gate was there: nothing is held back
   * @returns what the agent gets; null for nothing
   */
  pass(chunk: Uint8Array, ordinal: number, isPast = false): Uint8Array | null {
    const wasMidLine = this.midLine;
    this.midLine = chunk[chunk.length - 1] !== LF;
    if (this.due.size === 0 && !this.files.waits && !this.lines.isOpen) return chunk;
    if (!wasMidLine || this.lines.isOpen) return this.look(chunk, ordinal, isPast);
    // A line that began before anybody looked.
    const end = chunk.indexOf(LF) + 1;
    if (end === 0) return chunk;
    const rest = this.look(chunk.subarray(end), ordinal, isPast);
    if (rest === null) return chunk.subarray(0, end);
    return rest.length === chunk.length - end ? chunk : Buffer.concat([chunk.subarray(0, end), rest]);
  }

  /** What is held of a line that will not be finished. */
  end(): Uint8Array | null {
    const held = this.lines.give();
    return held && this.holding ? held.bytes : null;
  }

  /** Does the agent still see what it may see? If not, it is told to ask again. */
  compareLists(): void {
    if (this.told === null) return;
    const now = this.judge.hidden();
    if (now === this.told) return;
    const isSame = now.size === this.told.size && [...now].every((name) => this.told?.has(name));
    this.told = now;
    if (isSame) return;
    const ids = [...this.subscriptions].map((id) => `,"params":{"_meta":{"${SUBSCRIPTION}":${id}}}`);
    for (const params of this.isLegacy ? [''] : ids) {
      const text = `{"jsonrpc":"2.0","method":"${CHANGED}"${params}}`;
      this.altered(null, 'list_changed', text);
      this.parts.tellAgent(Buffer.from(`${text}\n`));
    }
  }

  private look(chunk: Uint8Array, ordinal: number, isPast: boolean): Uint8Array | null {
    // What is held of an unfinished line decides how it goes on.
    const holds = this.holding ?? (this.judge.strict && !isPast);
    const out: Uint8Array[] = [];
    this.out = holds ? out : null;
    try {
      this.lines.push(chunk, ordinal);
    } finally {
      this.out = null;
    }
    this.holding = this.lines.isOpen ? holds : null;
    if (!holds) return chunk;
    if (out.length === 0) return null;
    return isWhole(out, chunk) ? chunk : Buffer.concat(out);
  }

  private line(line: GateLine): void {
    let passes = line.bytes;
    if (this.files.waits) this.answered(line);
    try {
      passes = this.read(line) ?? passes;
    } catch (error) {
      this.parts.say(`a list of tools was not looked into (${error instanceof Error ? error.message : error})`);
    }
    this.out?.push(passes);
  }

  private answered({ bytes, key }: GateLine): void {
    try {
      for (const id of answerIds(bytes)) this.files.answered(id, key);
    } catch (error) {
      this.parts.say(`files were not looked at (${error instanceof Error ? error.message : error})`);
    }
  }

  /** The last piece of a line that was not held is about to be forwarded. */
  private longEnds(piece: Uint8Array): void {
    const { long } = this;
    this.long = null;
    const id = long && this.files.waits ? idAtEnds(long.head, latin1(piece, -ID_BYTES)) : null;
    if (id !== null) this.files.answered(id, long?.key ?? null);
  }

  /** @returns the line that passes in its place, or null */
  private read(line: GateLine): Uint8Array | null {
    if (this.due.size === 0) return null;
    const read = readMessages(line.bytes);
    let changed: Uint8Array | null = null;
    for (const message of read?.messages ?? []) {
      if (!message || message.method !== null || message.id === undefined) continue;
      const isFirst = this.due.get(idText(message.id));
      if (isFirst === undefined) continue;
      this.due.delete(idText(message.id));
      const tools = message.result?.tools;
      if (!Array.isArray(tools)) continue;
      this.judge.listed(tools, isFirst);
      const hidden = this.judge.hidden();
      this.told = this.out ? hidden : NOTHING_HIDDEN;
      if (this.out && !read?.isBatch) changed = this.filtered(line, tools, hidden);
    }
    return changed;
  }

  private filtered(line: GateLine, tools: readonly unknown[], hidden: ReadonlySet<string>): Uint8Array | null {
    const isHidden = (index: number) => hidden.has(String(members(tools[index])?.name));
    if (!tools.some((_, index) => isHidden(index))) return null;
    const { bytes } = line;
    const result = memberRange(bytes, 'result');
    const list = result && memberRange(bytes, 'tools', result.start);
    if (!list) return null;
    const ttl = memberRange(bytes, 'ttlMs', result.start);
    const changes = [
      without(bytes, elementRanges(bytes, list.start), isHidden),
      ...(ttl ? [{ ...ttl, text: '0' }] : []),
    ];
    const after = splice(
      bytes,
      changes.toSorted((a, b) => a.start - b.start),
    );
    const text = Buffer.from(after.buffer, after.byteOffset, after.length).toString().trimEnd();
    const names = tools.flatMap((tool, index) => (isHidden(index) ? [String(members(tool)?.name)] : []));
    this.altered(line.key, 'list_filtered', text, {
      surface: this.judge.surface(),
      hidden: names.slice(0, MAX_HIDDEN),
    });
    return after;
  }

  private altered(
    frame: string | null,
    why: AlteredRecord['why'],
    after: string,
    list: Pick<AlteredRecord, 'surface' | 'hidden'> = {},
  ): void {
    const record: AlteredRecord = { direction: 's2c', frame, why, answered: [], after, ...list };
    this.parts.journal?.fact('altered', record);
  }
}

function latin1(bytes: Uint8Array, start: number, end?: number): string {
  const view = bytes.subarray(start, end);
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength).toString('latin1');
}
