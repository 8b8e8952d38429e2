/**
 * The feed: what the daemon tells its viewers (page, extension, CLI), and the closed list of what they may ask. One
 * WebSocket carries snapshot and deltas in one order; bodies and lists are read over HTTP with the same token.
 */
import * as z from 'zod';
import { EffectEvidence, EffectKind } from './effect.ts';
import { ExitRecord } from './journal.ts';
import { DenialReason, OnceMark } from './policy.ts';
import { Call, CallEvent, ErrorClass, Layers, Outcome, Session } from './record.ts';
import { FindingKind } from './trail.ts';

export const FEED_VERSION = 1;

/** Of what is derived of a call so much that a row can be drawn. */
export const EvidenceHead = z.object({
  /** The first of its effects, and how that is known; null where it had none, or none is known. */
  effect: EffectKind.nullable(),
  proof: EffectEvidence.nullable(),
  /** Null where it was not judged. */
  reversibility: Call.shape.reversibility.nullable(),
  retry_safe: z.boolean().nullable(),
  error_class: ErrorClass.nullable(),
  /** 2 for the first repetition. */
  attempt: z.int().nullable(),
  /** The credential lane, the tokens of the answer, and what it cost in US dollars: the actual amount, else the estimate. */
  lane: z.string().nullable(),
  tokens: z.int().nullable(),
  usd: z.number().nullable(),
});
export type EvidenceHead = z.infer<typeof EvidenceHead>;

/** One call on the feed: name, status and sizes, no bodies. Rows of 100,000 calls must stay small. */
export const CallHead = z.object({
  call_id: z.string(),
  session_id: z.string(),
  connection_id: z.string(),
  parent_call_id: z.string().nullable(),
  parent_candidates: z.int().nonnegative(),
  turn_id: z.string().nullable(),
  /** 0 for a call of the agent, 1 for what it caused, and so on. */
  depth: z.int().nonnegative(),
  /** How many calls stand right below this one in the tree, housekeeping not counted: what it is proven to have caused, and
   * what nothing else can have caused (`parent_call_id` is null then). */
  children: z.int().nonnegative(),
  event: CallEvent,
  direction: z.enum(['c2s', 's2c']),
  server: z.string(),
  method: z.string(),
  tool: z.string().nullable(),
  /** One redacted line of arguments; null while the second stage has not seen them. */
  summary: z.string().nullable(),
  outcome: Outcome,
  outcome_note: z.string().nullable(),
  layers: Layers,
  error_message: z.string().nullable(),
  /** What policy had against it; null where nothing. */
  denial: z
    .object({
      decision: z.enum(['would_deny', 'deny']),
      reason: DenialReason,
      mode: z.enum(['observe', 'enforce']),
    })
    .nullable(),
  /** That it was refused and then allowed once, the newest such; or that it passed so. Null where neither. */
  once: OnceMark.nullable(),
  /** Epoch milliseconds. */
  started_at: z.number(),
  duration_ms: z.number().nullable(),
  request_bytes: z.int(),
  response_bytes: z.int().nullable(),
  rounds: z.int(),
  progress: z
    .object({
      count: z.int(),
      progress: z.number().nullable(),
      total: z.number().nullable(),
      message: z.string().nullable(),
    })
    .nullable(),
  late_answer_ms: z.number().nullable(),
  /** Null until the second stage has judged it. */
  evidence: EvidenceHead.nullable(),
  /** Kinds of the findings about it. */
  findings: z.array(FindingKind),
  /** Rises with every change to any row: a client may keep the newest. */
  rev: z.int(),
});
export type CallHead = z.infer<typeof CallHead>;

/**
 * A row of the tree: a turn's heading, a call, a gap in the record, an event that is no call, what the session woke up
 * on (its first row), and what changed while it ran.
 */
export const TreeRow = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('turn'), turn_id: z.string(), calls: z.int(), started_at: z.number(), rev: z.int() }),
  z.object({ kind: z.literal('call'), call: CallHead }),
  z.object({
    kind: z.literal('gap'),
    gap_id: z.string(),
    connection_id: z.string(),
    at: z.number(),
    lost_chunks: z.int(),
    bytes: z.int(),
    reason: z.string(),
    rev: z.int(),
  }),
  z.object({
    kind: z.literal('event'),
    event_id: z.string(),
    event: z.literal('disconnected'),
    connection_id: z.string(),
    server: z.string(),
    transport: z.enum(['stdio', 'http']),
    at: z.number(),
    /** `killed`: the proxy left no word of how its server ended. */
    how: z.enum(['exit', 'killed']),
    /** The server's exit code or signal, or why it never started; null where nothing is known. */
    exit: ExitRecord.nullable(),
    /** It had been told to stop. */
    stopped: z.boolean(),
    /** Calls that had no answer when it ended. */
    lost_calls: z.int(),
    rev: z.int(),
  }),
  z.object({
    kind: z.literal('workbench'),
    event_id: z.string(),
    at: z.number(),
    capture_id: z.string(),
    harness_id: z.string(),
    /** What changed since the last session of this agent here, for people. */
    sentence: z.string(),
    /** null where there is no earlier session to compare with. */
    changes: z.int().nullable(),
    rev: z.int(),
  }),
  z.object({
    kind: z.literal('harness_changed'),
    event_id: z.string(),
    at: z.number(),
    capture_id: z.string(),
    /** The capture before it. */
    before: z.string(),
    harness_id: z.string(),
    sentence: z.string(),
    changes: z.int(),
    rev: z.int(),
  }),
  z.object({
    kind: z.enum(['contract_changed', 'credential_changed']),
    event_id: z.string(),
    at: z.number(),
    server: z.string(),
    /** Digests of the server's tools as it listed them before and now; its credential lanes. */
    before: z.string(),
    after: z.string(),
    sentence: z.string(),
    rev: z.int(),
  }),
  z.object({
    kind: z.enum(['frozen', 'thawed']),
    event_id: z.string(),
    at: z.number(),
    freeze_id: z.string(),
    /** Who, what and why; of `thawed` also what was refused meanwhile. */
    sentence: z.string(),
    rev: z.int(),
  }),
  z.object({
    /** A checkpoint that a command took; `test_result` where it ran the tests. */
    kind: z.enum(['checkpoint', 'test_result']),
    event_id: z.string(),
    at: z.number(),
    checkpoint_id: z.string(),
    sentence: z.string(),
    rev: z.int(),
  }),
]);
export type TreeRow = z.infer<typeof TreeRow>;

/** A session with the counts that lists show beside it. */
export const SessionHead = z.object({
  session: Session,
  /** All calls that are not folded away, tool calls or not. */
  calls: z.int(),
  running_calls: z.int(),
  open_connections: z.int(),
  gaps: z.int(),
  /** Calls that policy refused, or would have. */
  denials: z.int(),
  servers: z.array(z.string()),
  /** What changed since the last session of this agent here, in one line; null where nothing says. */
  workbench: z.string().nullable(),
  /** Lists leave it out: it shows nothing, as with a probe, or handshakes outside of any conversation. */
  folded: z.boolean(),
  /** The folders in whose lists it stands: each workspace it worked in, a connection's cwd where none is proven. */
  listed_in: z.array(z.string()),
  /** Epoch milliseconds of the newest activity. */
  last_at: z.number(),
  rev: z.int(),
});
export type SessionHead = z.infer<typeof SessionHead>;

/** Which rows of which session a viewer shows. `follow` keeps the window at the end as rows arrive. */
export const Subscribe = z.object({
  type: z.literal('subscribe'),
  /** Chosen by the client; every answer names it. A new subscribe with the same id replaces the old one. */
  id: z.int(),
  session_id: z.string(),
  /** The filter grammar of model/filter.ts; empty shows everything. */
  filter: z.string().max(500),
  /** Also show requests that are no tool calls, and notifications. */
  everything: z.boolean(),
  /** Turns and calls whose children are folded. */
  collapsed: z.array(z.string()).max(2000),
  follow: z.boolean(),
  from: z.int().nonnegative(),
  count: z.int().positive().max(500),
  /** A call: the window is laid around its row, wherever that is; `from` and `follow` count only where it has none. */
  around: z.string().max(200).optional(),
});
export type Subscribe = z.infer<typeof Subscribe>;

export const Unsubscribe = z.object({ type: z.literal('unsubscribe'), id: z.int() });

/** What a client may send on the socket. */
export const ClientMessage = z.discriminatedUnion('type', [Subscribe, Unsubscribe]);
export type ClientMessage = z.infer<typeof ClientMessage>;

export const Hello = z.object({
  type: z.literal('hello'),
  feed: z.literal(FEED_VERSION),
  callgrove: z.string(),
  /** Changes when the daemon or its database is another: a client then starts over. */
  epoch: z.string(),
  seq: z.int(),
  sessions: z.array(SessionHead),
  /** How many sessions there are in all; `sessions` holds the newest 500 and the pinned ones. */
  total_sessions: z.int(),
});

/** Sessions that are new or changed. */
export const SessionsChanged = z.object({
  type: z.literal('sessions'),
  seq: z.int(),
  sessions: z.array(SessionHead),
  removed: z.array(z.string()),
});

/** The whole window of a subscription: its first answer, and after every `subscribe`. */
export const WindowMessage = z.object({
  type: z.literal('window'),
  seq: z.int(),
  id: z.int(),
  /** Rows that match, in all; `from` is the index of the first of `rows`. */
  total: z.int(),
  from: z.int(),
  rows: z.array(TreeRow),
  /** Start of the session's time axis and its newest moment, epoch ms. */
  axis: z.object({ from: z.number(), to: z.number() }),
});
export type WindowMessage = z.infer<typeof WindowMessage>;

/** What changed in a subscribed window: the keys of all its rows in order, and the rows that are new or changed. */
export const DeltaMessage = z.object({
  type: z.literal('delta'),
  seq: z.int(),
  id: z.int(),
  total: z.int(),
  from: z.int(),
  /** `rowKey` of each row in the window. */
  order: z.array(z.string()),
  changed: z.array(TreeRow),
  axis: z.object({ from: z.number(), to: z.number() }),
});
export type DeltaMessage = z.infer<typeof DeltaMessage>;

/** How far reading is behind: bytes of journal not yet read, calls not yet through the second stage. */
export const LagMessage = z.object({
  type: z.literal('lag'),
  seq: z.int(),
  journal_bytes: z.int(),
  second_stage_calls: z.int(),
});

export const FeedError = z.object({
  type: z.literal('error'),
  seq: z.int(),
  id: z.int().nullable(),
  code: z.string(),
  message: z.string(),
});

export const ServerMessage = z.discriminatedUnion('type', [
  Hello,
  SessionsChanged,
  WindowMessage,
  DeltaMessage,
  LagMessage,
  FeedError,
]);
export type ServerMessage = z.infer<typeof ServerMessage>;

/** The key of a row within its subscription. */
export function rowKey(row: TreeRow): string {
  switch (row.kind) {
    case 'call':
      return row.call.call_id;
    case 'turn':
      return `turn:${row.turn_id}`;
    case 'gap':
      return row.gap_id;
    default:
      return row.event_id;
  }
}

/** `daemon.json`: where the running daemon is. Private to the user. */
export const DaemonFile = z.object({
  v: z.literal(1),
  pid: z.int(),
  /** Tells a reused pid: the start time of that process as the system gives it; null where it gives none. */
  start: z.string().nullable(),
  port: z.int(),
  token: z.string(),
  version: z.string(),
  started_at: z.string(),
});
export type DaemonFile = z.infer<typeof DaemonFile>;
