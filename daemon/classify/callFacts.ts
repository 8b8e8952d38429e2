/**
 * What one call is judged by: everything that was seen of it, gathered by classifyCall.ts and handed to the functions of
 * this folder. They are pure, and take microseconds: there are thousands of calls a second to catch up with. Values here
 * are raw, as the peers wrote them; who puts a text of theirs into evidence leaves masking it to classifyCall.ts.
 */
import type { ConnectionEnd } from '../model/connectionEnd.ts';
import type { Json } from '../model/json.ts';
import type { ServerFacts } from '../model/toolCatalog.ts';
import type { OpenRecord } from '../protocol/journal.ts';
import type { DecisionRecord } from '../protocol/policy.ts';
import type { CallEvent, Layers, Outcome } from '../protocol/record.ts';
import type { ToolFacts } from '../protocol/toolFacts.ts';
import type { ToolSettings } from '../protocol/toolSettings.ts';
import type { CallFiles } from './fileChanges.ts';

/** Answers beyond this are not parsed; `answerText` is then their first piece. */
export const PARSED_BYTES = 256 * 1024;
/** Of a text no judgement looks at more. */
export const LOOKED_AT_CHARS = 64 * 1024;

/** A connection as its calls need it: made once, and again when it has said or done something new. */
export interface ConnectionSeen {
  readonly connection_id: string;
  /** As lists call the server. */
  readonly server: string;
  /** What the server called itself. */
  readonly introduced: { readonly name: string | null; readonly version: string | null };
  readonly facts: ServerFacts;
  /** Null where retention took it. */
  readonly open: OpenRecord | null;
  /** Null while it is open. */
  readonly end: ConnectionEnd | null;
}

export interface CallFacts {
  readonly call_id: string;
  readonly session_id: string;
  readonly connection: ConnectionSeen;
  readonly event: CallEvent;
  readonly direction: 'c2s' | 's2c';
  readonly method: string;
  readonly tool: string | null;
  readonly protocol_version: string | null;
  /** Epoch ms. */
  readonly started_at: number;
  readonly duration_ms: number | null;
  readonly outcome: Outcome;
  /** The outcome in a sentence where the word is not plain. */
  readonly note: string | null;
  readonly layers: Layers;
  /** Of JSON-RPC. */
  readonly error_code: number | null;
  readonly request_bytes: number;
  readonly response_bytes: number | null;
  /** Root of the project; null where none is proven. */
  readonly workspace: string | null;
  /** undefined where the request is gone, unreadable or too large. */
  readonly params: Json | undefined;
  /** `params.arguments` of a tool call. */
  readonly args: Json | undefined;
  /** undefined where there is none, or as for `params`. */
  readonly result: Json | undefined;
  /** The server's own answer, where another passed in its place; undefined where it passed itself. */
  readonly replaced: Json | undefined;
  /** JSON-RPC's error object. */
  readonly error: Json | undefined;
  /** Of an answer that is not parsed: its beginning, at most 64 KiB; else null. */
  readonly answerText: string | null;
  /** How the server answered over HTTP, where it was asked for: only of a call that failed. */
  readonly exchange: { readonly status: number; readonly headers: Readonly<Record<string, string>> } | null;
  /** The last lines of a server's stderr, where the call was lost by its end. */
  readonly stderr: string | null;
  /** The tool as its server had listed it when the call began; null where it had not. */
  readonly listed: ToolFacts | null;
  /** As the proxy judged it; null where nobody did. */
  readonly decision: DecisionRecord | null;
  /** What the proxy saw of the files that it names; null where it did not look. */
  readonly files: CallFiles | null;
  /** What the user's settings say of the tool. */
  readonly settings: ToolSettings | null;
}
