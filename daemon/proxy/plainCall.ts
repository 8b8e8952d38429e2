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

const [LF, CR, SPACE, QUOTE, COMMA, ZERO, NINE, COLON, DELETE] = [0x0a, 0x0d, 0x20, 0x22, 0x2c, 0x30, 0x39, 0x3a, 0x7f];
const [OPEN, CLOSE, LIST, BACKSLASH, LAST_LETTER] = [0x7b, 0x7d, 0x5b, 0x5c, 0x7a];
/** Texts are gone through up to here; the end of a longer one is searched for, which costs a call of the runtime. */
const NEAR_BYTES = 128;
const MAX_CHARS = 200;
/** More digits may not be read exactly. */
const MAX_DIGITS = 15;

const bytesOf = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
/** What may stand in the request and in its `params`, each once. */
const MEMBERS = ['jsonrpc', 'id', 'method', 'params'].map(bytesOf);
const PARAMS = ['name', 'arguments', '_meta'].map(bytesOf);
const [ID, METHOD, IN_PARAMS] = [1, 2, 3];
const [NAME, ARGUMENTS] = [0, 1];
const CALL = bytesOf('tools/call');

/** What an object is, by where it stands. */
type Place = 'request' | 'params' | 'arguments' | 'meta';

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
  /** Does the text behind which we stand hold nothing but ASCII, and nothing escaped? False where that was not looked at. */
  private isPlain = false;

  constructor(line: Uint8Array) {
    this.buffer = Buffer.from(line.buffer, line.byteOffset, line.byteLength);
  }

  call(): PlainCall | null {
    if (!this.object('request') || !this.ends()) return null;
    const { isCall, id, tool, contentLength } = this;
    return !isCall || id === null || tool === null ? null : { id, tool, contentLength };
  }

  private ends(): boolean {
    if (this.buffer[this.at] === CR) this.at++;
    return this.buffer[this.at] === LF && this.at + 1 === this.buffer.length;
  }

  /** False where something stands in it that may not, as for all that follow. */
  private object(place: Place): boolean {
    if (this.buffer[this.at++] !== OPEN) return false;
    if (this.buffer[this.at] === CLOSE) {
      this.at++;
      return true;
    }
    for (;;) {
      const start = this.at + 1;
      const end = this.text();
      if (end < 0 || this.buffer[this.at++] !== COLON || !this.member(place, start, end)) return false;
      const next = this.buffer[this.at++];
      if (next !== COMMA) return next === CLOSE;
    }
  }

  /** The value of the member whose name stands between `start` and `end`. */
  private member(place: Place, start: number, end: number): boolean {
    if (place === 'meta') return this.value();
    if (place === 'arguments') return this.argument(start, end);
    return place === 'request' ? this.requestMember(start, end) : this.param(start, end);
  }

  private requestMember(start: number, end: number): boolean {
    const index = MEMBERS.findIndex((name) => this.stands(name, start, end));
    if (!this.isFirst(index, 0)) return false;
    if (index === IN_PARAMS) return this.object('params');
    const from = this.at;
    if (index === ID) {
      if (!(this.buffer[from] === QUOTE ? this.plainText() : this.wholeNumber())) return false;
      this.id = this.buffer.toString('latin1', from, this.at);
      return true;
    }
    const to = this.text();
    if (index === METHOD) this.isCall = this.stands(CALL, from + 1, to);
    return to >= 0;
  }

  private param(start: number, end: number): boolean {
    const index = PARAMS.findIndex((name) => this.stands(name, start, end));
    if (!this.isFirst(index, MEMBERS.length)) return false;
    if (index !== NAME) return this.object(index === ARGUMENTS ? 'arguments' : 'meta');
    const from = this.at + 1;
    if (!this.plainText()) return false;
    this.tool = this.buffer.toString('latin1', from, this.at - 1);
    return true;
  }

  private argument(start: number, end: number): boolean {
    if (this.buffer[this.at] !== QUOTE || !CONTENT_NAME.test(this.buffer.toString('latin1', start, end)))
      return this.value();
    const from = this.at + 1;
    const to = this.text();
    if (to < 0) return false;
    const bytes = this.isPlain ? to - from : textBytes(this.buffer, from, to);
    this.contentLength = (this.contentLength ?? 0) + bytes;
    return true;
  }

  /** @param index of a name among those that may stand there; negative for none of them */
  private isFirst(index: number, offset: number): boolean {
    const bit = 1 << (index + offset);
    if (index < 0 || (this.seen & bit) !== 0) return false;
    this.seen |= bit;
    return true;
  }

  private stands(name: Uint8Array, start: number, end: number): boolean {
    if (name.length !== end - start) return false;
    for (let at = 0; at < name.length; at++) if (this.buffer[start + at] !== name[at]) return false;
    return true;
  }

  /** Without a sign, and written as it would be again. */
  private wholeNumber(): boolean {
    const start = this.at;
    while (this.isDigit(this.at)) this.at++;
    const digits = this.at - start;
    return digits > 0 && digits <= MAX_DIGITS && (digits === 1 || this.buffer[start] !== ZERO);
  }

  private isDigit(at: number): boolean {
    const byte = this.buffer[at] ?? 0;
    return byte >= ZERO && byte <= NINE;
  }

  /** A text, or a number or word. */
  private value(): boolean {
    if (this.buffer[this.at] === QUOTE) return this.text() >= 0;
    const start = this.at;
    for (;;) {
      const byte = this.buffer[this.at] ?? CLOSE;
      if (byte === COMMA || byte === CLOSE) return this.at > start;
      // What holds others has to be read.
      if (byte === QUOTE || byte === LIST || byte > LAST_LETTER || byte <= SPACE) return false;
      this.at++;
    }
  }

  /** A short text of plain characters, which is written as it is read. */
  private plainText(): boolean {
    const start = this.at + 1;
    const end = this.text();
    if (end < 0 || end - start > MAX_CHARS) return false;
    for (let at = start; at < end; at++) {
      const byte = this.buffer[at] ?? 0;
      if (byte < SPACE || byte >= DELETE || byte === BACKSLASH) return false;
    }
    return true;
  }

  /** Goes behind a text. @returns where it ends; -1 where there is none */
  private text(): number {
    const { buffer } = this;
    if (buffer[this.at] !== QUOTE) return -1;
    const start = this.at + 1;
    const near = Math.min(start + NEAR_BYTES, buffer.length);
    let end = start;
    let isPlain = true;
    for (; end < near; end++) {
      const byte = buffer[end] ?? 0;
      if (byte === QUOTE) break;
      if (byte > DELETE || byte === BACKSLASH) isPlain = false;
    }
    this.isPlain = isPlain && end < near;
    if (end === near) end = buffer.indexOf(QUOTE, near);
    while (end >= 0 && isEscaped(buffer, start, end)) end = buffer.indexOf(QUOTE, end + 1);
    this.at = end + 1;
    return end;
  }
}
