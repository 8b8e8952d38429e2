/**
 * What one conversation with an HTTP server has agreed on so far: the session's id, the revision, the tools whose
 * parameters are mirrored. Says which headers a message is sent with. Knows the two eras; sends nothing.
 */
import { type Envelope, isRequest, stringOf } from './httpEnvelope.ts';
import { type MirroredParam, mirroredTools, mirrorHeaders, paramHeaders } from './httpMirror.ts';

/** A line of the agent, in the pieces in which it came. */
export interface AgentLine {
  readonly parts: readonly Uint8Array[];
  readonly bytes: number;
  readonly messages: readonly Envelope[];
}

/** A session id has visible ASCII characters only; anything else could not be sent back. */
const SESSION_ID = /^[\x21-\x7e]{1,4096}$/;

export class HttpSession {
  private readonly fixed: Readonly<Record<string, string>>;
  private readonly fixedGet: Readonly<Record<string, string>>;
  private readonly tools = new Map<string, readonly MirroredParam[]>();
  private modernVersion: string | null = null;
  private version: string | null = null;
  private sessionId: string | null = null;
  /** The headers of the session's messages, the same object as long as nothing changes. */
  private usual: Readonly<Record<string, string>> | null = null;

  /** @param own the headers of the configuration */
  constructor(own: Readonly<Record<string, string>>, isTls: boolean, agentName: string) {
    // As the runtime's own fetch asks; uncompressed on the way within a machine.
    const encodings = isTls ? 'br, gzip, deflate' : 'gzip, deflate';
    const common = { 'user-agent': agentName, ...own, 'accept-encoding': encodings };
    this.fixedGet = { ...common, accept: 'text/event-stream' };
    this.fixed = { ...common, accept: 'application/json, text/event-stream', 'content-type': 'application/json' };
  }

  /** Null while there is none, and in the modern era, which has none. */
  get id(): string | null {
    return this.sessionId;
  }

  /** Is a revision with sessions agreed on? */
  get isLegacy(): boolean {
    return this.version !== null || this.sessionId !== null;
  }

  headersFor(line: AgentLine): Readonly<Record<string, string>> {
    const [message] = line.messages;
    if (message && line.messages.length === 1) {
      if (message.version !== undefined) {
        this.modernVersion = stringOf(message.version);
        return { ...this.fixed, ...mirrorHeaders(message), ...this.paramsOf(message, line) };
      }
      if (isInitialize(message)) return this.fixed;
      if (!this.isLegacy && this.modernVersion !== null)
        return { ...this.fixed, ...mirrorHeaders(message), 'mcp-protocol-version': this.modernVersion };
    }
    this.usual ??= { ...this.fixed, ...this.sessionHeaders() };
    return this.usual;
  }

  /** For a GET or DELETE. @param lastEventId where a stream goes on, one character a byte */
  streamHeaders(lastEventId: string | null): Record<string, string> {
    const last: Record<string, string> = lastEventId === null ? {} : { 'last-event-id': lastEventId };
    return { ...this.fixedGet, ...this.sessionHeaders(), ...last };
  }

  /** The answer to `initialize` names the session, or none. */
  begin(id: string | undefined): void {
    this.sessionId = id !== undefined && SESSION_ID.test(id) ? id : null;
    this.usual = null;
  }

  /** @param version JSON text of the revision that `initialize` was answered with */
  settle(version: string): void {
    const text = stringOf(version);
    if (text === null || !SESSION_ID.test(text)) return;
    this.version = text;
    this.usual = null;
  }

  /** Keeps what a `tools/list` answer wants mirrored; a list of several pages adds up. @param line the whole message */
  learnTools(line: Uint8Array): void {
    try {
      const answer: unknown = JSON.parse(Buffer.from(line.buffer, line.byteOffset, line.byteLength).toString('utf8'));
      for (const [name, params] of mirroredTools(answer)) this.tools.set(name, params);
    } catch {
      // No JSON: the agent sees that for itself.
    }
  }

  private sessionHeaders(): Record<string, string> {
    const headers: Record<string, string> = {};
    if (this.sessionId !== null) headers['mcp-session-id'] = this.sessionId;
    if (this.version !== null) headers['mcp-protocol-version'] = this.version;
    return headers;
  }

  private paramsOf(message: Envelope, line: AgentLine): Record<string, string> {
    if (this.tools.size === 0 || stringOf(message.method) !== 'tools/call') return {};
    const params = this.tools.get(stringOf(message.name) ?? '');
    if (!params) return {};
    try {
      const call: unknown = JSON.parse(Buffer.concat(line.parts).toString('utf8'));
      const inside = typeof call === 'object' && call !== null && 'params' in call ? call.params : null;
      const args = typeof inside === 'object' && inside !== null && 'arguments' in inside ? inside.arguments : null;
      return paramHeaders(params, args);
    } catch {
      return {};
    }
  }
}

export function isInitialize(message: Envelope): boolean {
  return isRequest(message) && stringOf(message.method) === 'initialize';
}
