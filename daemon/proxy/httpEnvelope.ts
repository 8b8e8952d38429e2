/**
 * Reads the few members of a JSON-RPC message that HTTP needs to know (id, method, names, versions) out of its bytes as
 * they pass, piece by piece, without building the message and without keeping it. It judges nothing: what is no JSON
 * simply yields no members. The bytes themselves are never changed.
 */

/** One message's members as the JSON text that stood there; undefined where absent or too long to matter. */
export interface Envelope {
  id?: string;
  method?: string;
  /** `params.name`, `params.uri`, `params.taskId`: what `Mcp-Name` repeats. */
  name?: string;
  uri?: string;
  taskId?: string;
  /** `params.requestId`, which a cancellation names. */
  requestId?: string;
  /** The revision that a request of 2026-07-28 or later carries itself. */
  version?: string;
  /** `result.protocolVersion`, which ends the negotiation of an older revision. */
  settled?: string;
  hasResult?: boolean;
  hasError?: boolean;
}

type Leaf = 'id' | 'method' | 'name' | 'uri' | 'taskId' | 'requestId' | 'version' | 'settled';
interface Branch {
  readonly [key: string]: Leaf | Branch;
}

const META = { 'io.modelcontextprotocol/protocolVersion': 'version' } as const;
const WANTED: Branch = {
  __proto__: null as never,
  id: 'id',
  method: 'method',
  params: {
    __proto__: null as never,
    name: 'name',
    uri: 'uri',
    taskId: 'taskId',
    requestId: 'requestId',
    _meta: { __proto__: null as never, ...META },
  },
  result: { __proto__: null as never, protocolVersion: 'settled' },
};

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** Longer keys and values are stepped over, in bytes. */
const MAX_CAPTURE = 16 * 1024;
/** A batch's further messages are not looked at. */
const MAX_MESSAGES = 1000;

export class EnvelopeScan {
  /** What was found so far; of a single message one entry, of a batch one each. */
  readonly messages: Envelope[] = [];
  private readonly open: Branch[] = [];
  /** Containers within the one that is not looked into. */
  private skipped = 0;
  private inString = false;
  private oddBackslashes = false;
  private inScalar = false;
  private expectsKey = false;
  private member: Leaf | Branch | undefined;
  private capture: string | null = null;
  private overflow = false;

  /** Looks through the next bytes of the same message. */
  push(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) at = this.inString ? this.stringPart(bytes, at) : this.plainPart(bytes, at);
  }

  /** @returns where the string's part in these bytes ends */
  private stringPart(bytes: Uint8Array, from: number): number {
    let end = bytes.indexOf(QUOTE, from);
    for (; end >= 0; end = bytes.indexOf(QUOTE, end + 1)) if (!this.isEscaped(bytes, from, end)) break;
    const to = end < 0 ? bytes.length : end;
    if (this.capture !== null) this.keep(bytes, from, to);
    if (end < 0) {
      this.oddBackslashes = this.isEscaped(bytes, from, to);
      return to;
    }
    this.oddBackslashes = false;
    this.inString = false;
    this.stringEnds();
    return end + 1;
  }

  private isEscaped(bytes: Uint8Array, from: number, at: number): boolean {
    let before = at;
    while (before > from && bytes[before - 1] === BACKSLASH) before--;
    const odd = (at - before) % 2 === 1;
    return before === from && this.oddBackslashes ? !odd : odd;
  }

  private stringEnds(): void {
    const text = this.capture;
    this.capture = null;
    if (text === null || this.overflow) {
      if (this.expectsKey) this.member = undefined;
      return;
    }
    if (this.expectsKey) this.keyEnds(text);
    else this.valueEnds(`"${text}"`);
  }

  private keyEnds(text: string): void {
    const key = text.includes('\\') ? stringOf(`"${text}"`) : text;
    const message = this.messages.at(-1);
    if (this.open.length === 1 && message) {
      if (key === 'result') message.hasResult = true;
      if (key === 'error') message.hasError = true;
    }
    this.member = key === null ? undefined : this.open.at(-1)?.[key];
  }

  private valueEnds(text: string): void {
    const message = this.messages.at(-1);
    if (typeof this.member === 'string' && message && !this.overflow) message[this.member] = text;
    this.member = undefined;
  }

  private keep(bytes: Uint8Array, from: number, to: number): void {
    if (this.capture === null || this.overflow) return;
    if (this.capture.length + to - from > MAX_CAPTURE) this.overflow = true;
    else this.capture += Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');
  }

  /** Everything outside strings. @returns where it stopped: at a string's content or at the end */
  private plainPart(bytes: Uint8Array, from: number): number {
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at]!;
      if (byte === QUOTE) {
        this.stringBegins();
        return at + 1;
      }
      if (this.skipped > 0) {
        // Both brackets of a kind differ in one bit only; which closes which is not our business.
        if (byte === 0x7b || byte === 0x5b) this.skipped++;
        else if (byte === 0x7d || byte === 0x5d) this.skipped--;
      } else this.wantedPlain(byte);
    }
    return bytes.length;
  }

  private stringBegins(): void {
    this.inString = true;
    this.overflow = false;
    const wanted = this.skipped === 0 && this.open.length > 0 && (this.expectsKey || typeof this.member === 'string');
    this.capture = wanted ? '' : null;
  }

  private wantedPlain(byte: number): void {
    switch (byte) {
      case 0x7b:
        this.objectBegins();
        return;
      case 0x5b:
        // At the top it is a batch, whose messages are looked at one by one.
        if (this.open.length > 0) this.skipped = 1;
        return;
      case 0x7d:
        this.scalarEnds();
        this.open.pop();
        this.expectsKey = false;
        this.member = undefined;
        return;
      case 0x2c:
        this.scalarEnds();
        this.expectsKey = this.open.length > 0;
        return;
      case 0x3a:
        this.expectsKey = false;
        return;
      case 0x20:
      case 0x09:
      case 0x0a:
      case 0x0d:
        this.scalarEnds();
        return;
      default:
        if (this.open.length === 0 || this.expectsKey || typeof this.member !== 'string') return;
        if (!this.inScalar) {
          this.inScalar = true;
          this.overflow = false;
          this.capture = '';
        }
        if (this.capture !== null && this.capture.length < MAX_CAPTURE) this.capture += String.fromCharCode(byte);
        else this.overflow = true;
    }
  }

  private objectBegins(): void {
    const inside = this.open.length === 0 ? WANTED : this.member;
    if (this.open.length === 0 && this.messages.length < MAX_MESSAGES) this.messages.push({});
    if (inside === undefined || typeof inside === 'string') {
      this.skipped = 1;
      return;
    }
    this.open.push(inside);
    this.expectsKey = true;
    this.member = undefined;
  }

  private scalarEnds(): void {
    if (!this.inScalar) return;
    this.inScalar = false;
    const text = this.capture ?? '';
    this.capture = null;
    this.valueEnds(text);
  }
}

/** Stands for itself: nothing escaped, nothing beyond ASCII. */
const PLAIN = /^"[\x20\x21\x23-\x5b\x5d-\x7e]*"$/;

/** The string that a member's JSON text stands for; null where it is none. Bytes were kept one a character. */
export function stringOf(text: string | undefined): string | null {
  if (text === undefined || !text.startsWith('"')) return null;
  if (PLAIN.test(text)) return text.slice(1, -1);
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'latin1').toString('utf8'));
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}

/** What an id is recognised by: its kind and value, so that `1` and `"1"` differ and `"a"` and `"\u0061"` do not. */
export function idKey(text: string): string {
  const string = stringOf(text);
  return string === null ? `n${text}` : `s${string}`;
}

/** Asks for an answer. */
export function isRequest(message: Envelope): message is Envelope & { id: string; method: string } {
  return message.method !== undefined && message.id !== undefined && message.id !== 'null';
}

/** Answers something. */
export function isAnswer(message: Envelope): boolean {
  return message.method === undefined && (message.hasResult === true || message.hasError === true);
}
