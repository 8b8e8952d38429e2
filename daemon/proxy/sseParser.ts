/**
 * Reads a stream of server-sent events as it arrives, by the WHATWG rules. An event's data is handed on piece by piece
 * as views of the arrived bytes, so that an event of any size passes without being gathered here. Because JSON text
 * holds no raw line end within strings, the line end between two `data` lines is handed on as a space: what comes out
 * fits on one line and means the same.
 */

export interface SseHandler {
  /** The next piece of the current event's data. */
  data(bytes: Uint8Array): void;
  /**
   * The event is complete.
   * @param type of the event; '' and 'message' are messages
   * @param id of the event, or null where it named none
   * @param hasData whether it had any `data` line
   */
  end(type: string, id: string | null, hasData: boolean): void;
  /** How long to wait before connecting again, in milliseconds. */
  retry(ms: number): void;
}

const LF = 10;
const CR = 13;
const COLON = 58;
const SPACE = 32;
const JOINT = new Uint8Array([SPACE]);
/** Names that matter are short; longer ones are unknown anyway. */
const MAX_NAME_CHARS = 8;
/** A longer id, type or retry is treated as absent, in bytes. */
const MAX_VALUE_CHARS = 4096;
const BOM = '\xef\xbb\xbf';

type Mode = 'name' | 'data' | 'value' | 'ignored';

export class SseParser {
  private readonly handler: SseHandler;
  private mode: Mode = 'name';
  private name = '';
  private value = '';
  private isFirst = true;
  private skipLf = false;
  private spaceDue = false;
  private dataLines = 0;
  private type = '';
  private id: string | null = null;
  private crAt = -2;

  constructor(handler: SseHandler) {
    this.handler = handler;
  }

  /** Whether an event has begun that is not complete: at the stream's end it is lost. */
  get inEvent(): boolean {
    return this.dataLines > 0 || this.name !== '' || this.mode !== 'name';
  }

  push(bytes: Uint8Array): void {
    let at = 0;
    this.crAt = -2;
    if (this.skipLf && bytes.length > 0) {
      this.skipLf = false;
      if (bytes[0] === LF) at = 1;
    }
    while (at < bytes.length) at = this.mode === 'name' ? this.readName(bytes, at) : this.readValue(bytes, at);
  }

  private readName(bytes: Uint8Array, from: number): number {
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at]!;
      if (byte === COLON) {
        this.nameEnds();
        this.spaceDue = true;
        return at + 1;
      }
      if (byte === LF || byte === CR) {
        const isBlank = this.stripBom() === '';
        if (isBlank) this.dispatch();
        else {
          this.nameEnds();
          this.lineEnds();
        }
        return this.afterEol(bytes, at);
      }
      if (this.name.length <= MAX_NAME_CHARS) this.name += String.fromCharCode(byte);
    }
    return bytes.length;
  }

  private stripBom(): string {
    if (this.isFirst && this.name.startsWith(BOM)) this.name = this.name.slice(BOM.length);
    this.isFirst = false;
    return this.name;
  }

  private nameEnds(): void {
    const name = this.stripBom();
    if (name === 'data') {
      this.mode = 'data';
      if (this.dataLines++ > 0) this.handler.data(JOINT);
    } else this.mode = name === 'id' || name === 'event' || name === 'retry' ? 'value' : 'ignored';
    this.value = '';
  }

  private readValue(bytes: Uint8Array, from: number): number {
    let at = from;
    if (this.spaceDue) {
      this.spaceDue = false;
      if (bytes[at] === SPACE) at++;
    }
    const eol = this.nextEol(bytes, at);
    const end = eol < 0 ? bytes.length : eol;
    if (end > at) {
      if (this.mode === 'data') this.handler.data(bytes.subarray(at, end));
      else if (this.mode === 'value' && this.value.length <= MAX_VALUE_CHARS)
        this.value += Buffer.from(
          bytes.buffer,
          bytes.byteOffset + at,
          Math.min(end - at, MAX_VALUE_CHARS + 1),
        ).toString('latin1');
    }
    if (eol < 0) return bytes.length;
    this.lineEnds();
    return this.afterEol(bytes, eol);
  }

  private nextEol(bytes: Uint8Array, from: number): number {
    const lf = bytes.indexOf(LF, from);
    if (this.crAt !== -1 && this.crAt < from) this.crAt = bytes.indexOf(CR, from);
    return this.crAt >= 0 && (lf < 0 || this.crAt < lf) ? this.crAt : lf;
  }

  private afterEol(bytes: Uint8Array, at: number): number {
    if (bytes[at] !== CR) return at + 1;
    if (at + 1 === bytes.length) this.skipLf = true;
    return bytes[at + 1] === LF ? at + 2 : at + 1;
  }

  private lineEnds(): void {
    const { name, value } = this;
    if (this.mode === 'value' && value.length <= MAX_VALUE_CHARS) {
      if (name === 'event') this.type = value;
      else if (name === 'retry') {
        if (/^\d{1,9}$/.test(value)) this.handler.retry(Number(value));
      } else if (!value.includes('\0')) this.id = value;
    }
    this.name = '';
    this.mode = 'name';
  }

  private dispatch(): void {
    const { type, id, dataLines } = this;
    this.type = '';
    this.id = null;
    this.dataLines = 0;
    this.name = '';
    this.handler.end(type, id, dataLines > 0);
  }
}
