/**
 * What the feed needs from whoever keeps the records. The entry (`daemon/main.ts`) hands it in; tests script it.
 * Everything is answered from other threads, so that a slow query never holds the socket.
 */
import type { Listener } from '../base/events.ts';
import type { Disposable } from '../base/lifecycle.ts';
import type { Action, ActionResult, SessionList, Status } from '../protocol/api.ts';
import type { BundleOptions, Manifest } from '../protocol/bundle.ts';
import type { CallDetail, FrameView } from '../protocol/callDetail.ts';
import type {
  HarnessList,
  SessionCheckpoints,
  SessionHarness,
  StoredCapture,
  StoredFresh,
  StoredHarness,
  StoreHarness,
} from '../protocol/captures.ts';
import type { ComparedHeads, HarnessDiff, RunComparison } from '../protocol/comparison.ts';
import type { Denial, DenialList, LaneList, PolicyState, ServerContract } from '../protocol/denial.ts';
import type { SessionHead, TreeRow } from '../protocol/feed.ts';
import type { KeptVerifications } from '../protocol/pathVerification.ts';
import type { Call } from '../protocol/record.ts';
import type { SessionSummary } from '../protocol/summary.ts';
import type { ToolListing } from '../protocol/toolListing.ts';
import type { ShownWindow, WindowNews } from './windowDelta.ts';

export interface Scope {
  /** Workspace root; null with `all`. */
  readonly workspace: string | null;
  readonly all: boolean;
}

export interface WindowQuery {
  readonly session_id: string;
  readonly filter: string;
  readonly everything: boolean;
  readonly collapsed: readonly string[];
  /** Ignored with `follow`: then the window is the last `count` rows. */
  readonly from: number;
  readonly count: number;
  readonly follow: boolean;
  /** A call whose row is to stand in the middle. */
  readonly around?: string | undefined;
}

export interface WindowResult {
  readonly total: number;
  readonly from: number;
  readonly rows: readonly TreeRow[];
  readonly axis: { readonly from: number; readonly to: number };
}

export interface CallsQuery extends Scope {
  readonly session_id: string | null;
  readonly filter: string;
  readonly errors: boolean;
  /** null: all of them. The newest `limit`, oldest first. */
  readonly limit: number | null;
}

export interface DenialsQuery extends Scope {
  readonly session_id: string | null;
  readonly limit: number;
}

/** Which rows a commit touched. Fired after the commit, at most once per commit. */
export interface Change {
  readonly rev: number;
  readonly session_ids: readonly string[];
  readonly removed_session_ids: readonly string[];
}

export type Resolution =
  | { readonly kind: 'found'; readonly id: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'ambiguous'; readonly candidates: readonly string[] };

/** A query that was refused or gave up: the code is stable, the message is for people. */
export class SourceError extends Error {
  readonly code: 'bad_filter' | 'too_slow' | 'not_found' | 'unavailable' | 'failed';
  constructor(code: SourceError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SourceError';
    this.code = code;
  }
}

/** A bundle in a file that goes when it is disposed. */
export interface PackedBundle extends Disposable {
  readonly file: string;
  readonly bytes: number;
  readonly manifest: Manifest;
}

export interface FeedSource {
  /** Another one when the database was rebuilt or the daemon is another. */
  readonly epoch: string;
  readonly onChange: (listener: Listener<Change>) => Disposable;
  readonly onLag: (listener: Listener<{ journal_bytes: number; second_stage_calls: number }>) => Disposable;
  status(): Promise<Omit<Status, 'port' | 'viewers'>>;
  /** Oldest first; with `limit` the newest so many. Pinned ones always. */
  sessions(scope: Scope, limit: number | null): Promise<SessionList>;
  /** @param listLimit so many calls in each list of what may be repeated; a few unless it is said */
  sessionHeads(ids: readonly string[], listLimit?: number): Promise<readonly SessionHead[]>;
  /** An id, a unique prefix, `last` or `last~N`. */
  resolve(kind: 'session' | 'call' | 'harness', text: string, scope: Scope): Promise<Resolution>;
  /** @param shown as the viewer has it; null: nothing yet */
  window(query: WindowQuery, shown: ShownWindow | null): Promise<WindowNews>;
  /** The whole tree of a session in order, in batches. */
  tree(sessionId: string, everything: boolean, filter: string): AsyncIterable<readonly TreeRow[]>;
  calls(query: CallsQuery): AsyncIterable<readonly Call[]>;
  call(callId: string): Promise<Call | null>;
  detail(callId: string): Promise<CallDetail | null>;
  frame(
    callId: string,
    key: string,
    options: { raw: boolean; offset: number; limit: number },
  ): Promise<FrameView | null>;
  act(action: Exclude<Action, { act: 'stop' }>): Promise<ActionResult>;
  /** Oldest first, the newest `limit`. */
  denials(query: DenialsQuery): Promise<DenialList>;
  /** Null where nothing was held against the call. */
  denial(callId: string): Promise<Denial | null>;
  contract(server: string): Promise<ServerContract | null>;
  /** Empty for a session that is not there. */
  lanes(sessionId: string): Promise<LaneList>;
  /** Null for a call that brought no list of tools. */
  toolListing(callId: string): Promise<ToolListing | null>;
  policy(): Promise<PolicyState>;
  /** What `verify-path` found of each server, the newest first. */
  verifiedPaths(): Promise<KeptVerifications>;
  sessionHarness(sessionId: string): Promise<SessionHarness | null>;
  /** null where there is no such session. */
  summary(sessionId: string): Promise<SessionSummary | null>;
  /** null where there is no such session. */
  checkpoints(sessionId: string): Promise<SessionCheckpoints | null>;
  harnessList(scope: Scope, limit: number | null): Promise<HarnessList>;
  /** @param id `cap_…`, `hv_…` or `ses_…` */
  capture(id: string): Promise<StoredCapture | null>;
  fresh(freshId: string): Promise<StoredFresh | null>;
  harnessDiff(a: string, b: string): Promise<HarnessDiff | null>;
  runDiff(a: string, b: string): Promise<RunComparison | null>;
  comparedHeads(callIds: readonly string[]): Promise<ComparedHeads>;
  /** Makes a bundle, masked always. `gone` aborts when nobody waits for it any more. */
  bundle(sessionId: string, options: BundleOptions, gone: AbortSignal): Promise<PackedBundle>;
  /** Journals what a command captured. */
  keep(captured: StoreHarness): Promise<StoredHarness>;
}
