/**
 * A call in the form that nearly all have, read without parsing it: one request with nothing beside its parts, whose
 * arguments are texts and plain values, written without spaces. Whatever is not of this form, or could be read in more than
 * one way, is parsed by others. Only for lines that surely name no path (idleChunk.ts): in those nothing short is escaped.
 */
import { CONTENT_NAME } from '../model/contentNames.ts';
import { isEscaped } from './jsonQuotes.ts';
import { textBytes } from './skim.ts';

export interface PlainCall {
  /** JSON text. */
  readonly id: string;
  readonly tool: string;
  /** Bytes in UTF-8 of all that the arguments hold to be written; null where nothing of the kind is there. */
  readonly contentLength: number | null;
}

const [LF, CR, SPACE, QUOTE, COMMA, COLON, DELETE] = [0x0a, 0x0d, 0x20, 0x22, 0x2c, 0x3a, 0x7f];
const [OPEN, CLOSE, BACKSLASH] = [0x7b, 0x7d, 0x5c];
/** Texts are gone through up to here; the end of a longer one is searched for, which costs a call of the runtime. */
const NEAR_BYTES = 64;
const MAX_CHARS = 200;
const NUMBER = /^(?:0|[1-9]\d{0,14})$/;

/** What may stand in the request, and in its `params`; each once. */
const MEMBERS = ['jsonrpc', 'id', 'method', 'params'];
const PARAMS = ['name', 'arguments', '_meta'];

export function plainCall(line: Uint8Array): PlainCall | null {
  return new Reader(line).call();
}

class Reader {
  private readonly buffer: Buffer;
  private at = 0;
  private seen = 0;
  private isCall = false;
  private id: string | null = null;
  private tool: string | null = null;
  private contentLength: number | null = null;

  constructor(line: Uint8Array) {
    this.buffer = Buffer.from(line.buffer, line.byteOffset, line.byteLength);
  }

  call(): PlainCall | null {
    if (!this.object((name) => this.member(name)) || !this.ends()) return null;
    const { isCall, id, tool, contentLength } = this;
    return !isCall || id === null || tool === null ? null : { id, tool, contentLength };
  }

  private ends(): boolean {
    if (this.buffer[this.at] === CR) this.at++;
    return this.buffer[this.at] === LF && this.at + 1 === this.buffer.length;
  }

  /** @param member reads the value of a member; false where it may not stand there */
  private object(member: (name: string) => boolean): boolean {
    if (this.buffer[this.at++] !== OPEN) return false;
    if (this.buffer[this.at] === CLOSE) {
      this.at++;
      return true;
    }
    for (;;) {
      const name = this.plainText();
      if (name === null || this.buffer[this.at++] !== COLON || !member(name)) return false;
      const next = this.buffer[this.at++];
      if (next !== COMMA) return next === CLOSE;
    }
  }

  private member(name: string): boolean {
    if (!this.isFirst(MEMBERS.indexOf(name))) return false;
    if (name === 'params') return this.object((inner) => this.param(inner));
    if (name === 'id') {
      this.id = this.idText();
      return this.id !== null;
    }
    const text = this.plainText();
    this.isCall ||= name === 'method' && text === 'tools/call';
    return text !== null;
  }

  private param(name: string): boolean {
    const index = PARAMS.indexOf(name);
    if (!this.isFirst(index < 0 ? index : index + MEMBERS.length)) return false;
    if (name === 'arguments') return this.object((inner) => this.argument(inner));
    if (name === '_meta') return this.object(() => this.value());
    this.tool = this.plainText();
    return this.tool !== null;
  }

  private argument(name: string): boolean {
    if (this.buffer[this.at] !== QUOTE || !CONTENT_NAME.test(name)) return this.value();
    const start = this.at + 1;
    const end = this.text();
    if (end < 0) return false;
    this.contentLength = (this.contentLength ?? 0) + textBytes(this.buffer, start, end);
    return true;
  }

  private isFirst(index: number): boolean {
    const bit = 1 << index;
    if (index < 0 || (this.seen & bit) !== 0) return false;
    this.seen |= bit;
    return true;
  }

  private idText(): string | null {
    const start = this.at;
    if (this.buffer[start] === QUOTE) {
      const text = this.plainText();
      return text === null ? null : `"${text}"`;
    }
    this.plainValue();
    const text = this.buffer.toString('latin1', start, this.at);
    return NUMBER.test(text) ? text : null;
  }

  /** A text or a number or a word. */
  private value(): boolean {
    if (this.buffer[this.at] === QUOTE) return this.text() >= 0;
    return this.plainValue();
  }

  private plainValue(): boolean {
    const start = this.at;
    for (;;) {
      const byte = this.buffer[this.at] ?? CLOSE;
      if (byte === COMMA || byte === CLOSE) return this.at > start;
      // What holds others has to be read.
      if (byte === QUOTE || byte > 0x7a || byte === 0x5b || byte <= SPACE) return false;
      this.at++;
    }
  }

  /** A short text of plain characters, which is written as it is read. */
  private plainText(): string | null {
    const start = this.at + 1;
    const end = this.text();
    if (end < 0 || end - start > MAX_CHARS) return null;
    for (let at = start; at < end; at++) {
      const byte = this.buffer[at] ?? 0;
      if (byte < SPACE || byte >= DELETE || byte === BACKSLASH) return null;
    }
    return this.buffer.toString('latin1', start, end);
  }

  /** Goes behind a text. @returns where it ends; -1 where there is none */
  private text(): number {
    const { buffer } = this;
    if (buffer[this.at] !== QUOTE) return -1;
    const start = this.at + 1;
    const near = Math.min(start + NEAR_BYTES, buffer.length);
    let end = start;
    while (end < near && buffer[end] !== QUOTE) end++;
    if (end === near) end = buffer.indexOf(QUOTE, near);
    while (end >= 0 && isEscaped(buffer, start, end)) end = buffer.indexOf(QUOTE, end + 1);
    this.at = end + 1;
    return end;
  }
}
