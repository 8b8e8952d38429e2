/**
 * What the record stage says about a connection's traffic, in journal order: the language between `record/`, which
 * reads frames, and `store/`, which keeps rows. Types only: both ends are ours and run in one process.
 */
import type { ExitRecord, OpenRecord } from './journal.ts';
import type { CallEvent, Layers, Outcome } from './record.ts';

/** A piece of a frame in the journal. A frame's bytes are its spans in order, without the line end. */
export interface Span {
  readonly segment: number;
  readonly offset: number;
  readonly length: number;
}

/** One JSON-RPC message (or what stood in its place), where it stands and when its last byte arrived. */
export interface FrameRef {
  /** `frameKey` of base/ids.ts. */
  readonly key: string;
  readonly direction: 'c2s' | 's2c';
  /** Wall time, epoch ms. */
  readonly at: number;
  /** Monotonic ms since the proxy started. */
  readonly mono: number;
  readonly byteLength: number;
  readonly spans: readonly Span[];
  /** sha256 of the copy in `artifacts/`, for a frame over 256 KiB. */
  readonly artifact: string | null;
}

/** What names the conversation and the turn that a call belongs to, as the host gave it. */
export interface JoinKeys {
  readonly conversation_id: string | null;
  readonly turn_id: string | null;
  readonly trace_id: string | null;
  /** The caller's span: the parent of this call's own. */
  readonly span_id: string | null;
  /** Every join key found in `_meta`, by its name there; values are ids, at most 200 characters each. */
  readonly raw: Readonly<Record<string, string>>;
}

export interface ClientInfo {
  readonly name: string;
  readonly version: string | null;
}

export interface CallStarted {
  readonly type: 'call.started';
  readonly call_id: string;
  readonly event: CallEvent;
  readonly direction: 'c2s' | 's2c';
  readonly method: string;
  /** `params.name` of tools/call and prompts/get, `params.uri` is not named here. */
  readonly tool: string | null;
  readonly parent_call_id: string | null;
  readonly parent_candidates: readonly string[];
  readonly join: JoinKeys;
  readonly client: ClientInfo | null;
  readonly protocol_version: string | null;
  readonly request: FrameRef;
}

export interface CallProgress {
  readonly type: 'call.progress';
  readonly call_id: string;
  readonly frame: FrameRef;
  readonly progress: number | null;
  readonly total: number | null;
  readonly message: string | null;
}

/** A log notification that arrived while this call was the only one it could belong to. */
export interface CallLog {
  readonly type: 'call.log';
  readonly call_id: string;
  readonly frame: FrameRef;
  readonly level: string | null;
}

/** `input_required`: the server wants more; the same call goes on with another request. */
export interface CallRound {
  readonly type: 'call.round';
  readonly call_id: string;
  readonly round: number;
  /** The answer that asked for input, or the request that brings it. */
  readonly frame: FrameRef;
}

export interface WireError {
  /** JSON-RPC code, or null for a tool error. */
  readonly code: number | null;
  /** At most 2,000 characters; not redacted yet. */
  readonly message: string | null;
}

export interface CallEnded {
  readonly type: 'call.ended';
  readonly call_id: string;
  readonly at: number;
  readonly duration_ms: number | null;
  readonly outcome: Exclude<Outcome, 'running'>;
  readonly note: string | null;
  readonly layers: Layers;
  readonly error: WireError | null;
  readonly response: FrameRef | null;
}

/** An ended call that something still happened to: an answer after cancellation or after another answer. */
export interface CallAmended {
  readonly type: 'call.amended';
  readonly call_id: string;
  readonly late_answer_ms: number;
  readonly frame: FrameRef;
}

/** Traffic that belongs to no call. */
export interface Stray {
  readonly type: 'stray';
  readonly kind: 'unasked_answer' | 'duplicate_id' | 'malformed' | 'noise' | 'notification';
  readonly method: string | null;
  readonly reason: string | null;
  readonly frame: FrameRef;
}

/** Who speaks, as they said it: from `initialize`, `server/discover` or a request's `_meta`. */
export interface ConnectionDescribed {
  readonly type: 'connection.described';
  readonly client: ClientInfo | null;
  readonly server: ClientInfo | null;
  readonly protocol_version: string | null;
}

export type FrameEvent =
  | CallStarted
  | CallProgress
  | CallLog
  | CallRound
  | CallEnded
  | CallAmended
  | Stray
  | ConnectionDescribed;

/** Events of the connection itself, from the proxy's own records. */
export type ConnectionEvent =
  | {
      readonly type: 'connection.opened';
      readonly connection_id: string;
      readonly at: number;
      readonly open: OpenRecord;
    }
  | {
      readonly type: 'connection.gap';
      readonly at: number;
      readonly lost_chunks: number;
      readonly bytes: number;
      readonly reason: string;
    }
  | {
      readonly type: 'connection.ended';
      readonly at: number;
      /** `exit` the server's own end; `killed` the proxy left no exit record. */
      readonly how: 'exit' | 'killed';
      readonly exit: ExitRecord | null;
    };

export type RecordEvent = FrameEvent | ConnectionEvent;
