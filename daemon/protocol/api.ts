/**
 * The daemon's HTTP interface beside the feed: every path, with the schema of what it answers. All of them need the
 * token (`Authorization: Bearer …`) except the page's own files and `exchange`. No endpoint takes a command, a path or
 * a URL to act on; `workspace` only filters.
 *
 *   GET  /api/status                                        Status
 *   GET  /api/sessions?workspace=&all=1&limit=              SessionList
 *   GET  /api/resolve?kind=session|call|harness&text=&workspace=&all=1   Resolved (404: ApiError)
 *   GET  /api/sessions/ID                                   SessionHead
 *   GET  /api/sessions/ID/tree?everything=1&filter=         TreeRow, NDJSON
 *   GET  /api/sessions/ID/harness                           SessionHarness (captures.ts)
 *   GET  /api/sessions/ID/bundle?bodies=&instructions=1&max=&diff=&around=&calls=   the bundle, application/zip
 *   GET  /api/sessions/ID/bundle?…&preview=1              BundlePreview (bundle.ts)
 *   GET  /api/harness?workspace=&all=1&limit=               HarnessList, newest first
 *   GET  /api/harness/ID                                    StoredCapture, of cap_… hv_… ses_…
 *   GET  /api/harness/ID/diff/ID                            HarnessDiff (comparison.ts)
 *   GET  /api/diff/ID/ID                                    RunComparison, of two sessions
 *   GET  /api/heads?calls=ID,ID                             ComparedHeads, at most 100 calls
 *   POST /api/harness        StoreHarness                   StoredHarness; for commands only
 *   GET  /api/fresh/ID                                      StoredFresh
 *   GET  /api/calls?session=&workspace=&all=1&filter=&errors=1&limit=   Call, NDJSON
 *   GET  /api/denials?session=&workspace=&all=1&limit=      DenialList (denial.ts)
 *   GET  /api/calls/ID/denial                               Denial; 404 where nothing was held against it
 *   GET  /api/calls/ID/tools                                ToolListing or null
 *   GET  /api/contracts/SERVER                              ServerContract
 *   GET  /api/policy                                        PolicyState (denial.ts)
 *   GET  /api/verified-paths                                KeptVerifications (pathVerification.ts)
 *   GET  /api/calls/ID                                      Call
 *   GET  /api/calls/ID/detail                               CallDetail
 *   GET  /api/calls/ID/frames/KEY?raw=1&offset=&limit=      FrameView
 *   POST /api/act            Action                         ActionResult
 *   POST /api/code           {}                             { code, expires_at }
 *   POST /api/exchange       { code }                       { token }
 *   WS   /feed               subprotocols `callgrove.v1` and `token.<token>`
 */
import * as z from 'zod';
import { SessionHead } from './feed.ts';
import { Digest } from './harness.ts';
import { DenialReason, RuleMode } from './policy.ts';

export const ApiError = z.object({ code: z.string(), message: z.string(), candidates: z.array(z.string()).optional() });
export type ApiError = z.infer<typeof ApiError>;

export const Status = z.object({
  callgrove: z.string(),
  pid: z.int(),
  port: z.int(),
  started_at: z.string(),
  home: z.string(),
  epoch: z.string(),
  viewers: z.int(),
  open_connections: z.int(),
  sessions: z.int(),
  calls: z.int(),
  /** Bytes on disk. */
  journal_bytes: z.int(),
  database_bytes: z.int(),
  artifact_bytes: z.int(),
  lag: z.object({ journal_bytes: z.int(), second_stage_calls: z.int() }),
  retention: z.object({ max_age_days: z.number(), max_bytes: z.number() }),
  /** What a rebuild could not bring back, or a folder that could not be read; empty when all is well. */
  notes: z.array(z.string()),
});
export type Status = z.infer<typeof Status>;

export const SessionList = z.object({ sessions: z.array(SessionHead), total: z.int() });
export type SessionList = z.infer<typeof SessionList>;

export const Resolved = z.object({ id: z.string() });

/** A server’s name, a session’s id, or a credential lane as calls name it. */
const FreezeTarget = z.object({
  kind: z.enum(['server', 'session', 'lane']),
  target: z.string().min(1).max(400),
  reason: z.string().max(500).nullable(),
});

/** The closed list of what a viewer may trigger. */
export const Action = z.discriminatedUnion('act', [
  z.object({ act: z.literal('label'), session_id: z.string(), label: z.string().max(200).nullable() }),
  z.object({ act: z.literal('pin'), session_id: z.string(), pinned: z.boolean() }),
  z.object({
    act: z.literal('prune'),
    max_age_days: z.number().nonnegative().nullable(),
    max_bytes: z.number().nonnegative().nullable(),
    dry_run: z.boolean(),
  }),
  z.object({ act: z.literal('stop') }),
  /** The rules are run again over what the journals still hold; null: of every session. */
  z.object({ act: z.literal('reclassify'), session_id: z.string().nullable() }),
  z.object({ act: z.literal('freeze'), ...FreezeTarget.shape }),
  z.object({ act: z.literal('thaw'), ...FreezeTarget.shape }),
  /** These three change the user's settings: the narrowest rule that lets this call through, or keeps it out. */
  z.object({
    act: z.literal('allow'),
    call_id: z.string(),
    /** The settings stay as they are: the next request like it passes, and then the rule counts again. */
    once: z.boolean(),
  }),
  z.object({ act: z.literal('deny'), call_id: z.string() }),
  z.object({
    act: z.literal('mode'),
    mode: RuleMode,
    /** null: for every server. `off` is for one rule only. */
    server: z.string().max(200).nullable(),
    rule: DenialReason.nullable(),
  }),
  /** The tools that a pinned server listed, as the user has seen them. */
  z.object({ act: z.literal('accept'), server: z.string().max(200), contract: Digest }),
]);
export type Action = z.infer<typeof Action>;

export const PruneReport = z.object({
  segments: z.int(),
  artifacts: z.int(),
  sessions: z.int(),
  calls: z.int(),
  bytes: z.int(),
  dry_run: z.boolean(),
});
export type PruneReport = z.infer<typeof PruneReport>;

export const ActionResult = z.object({
  ok: z.literal(true),
  session: SessionHead.nullable(),
  prune: PruneReport.nullable(),
  /** What was done, in one sentence, where that is not plain. */
  sentence: z.string().optional(),
  /** Of `reclassify`: how many calls are judged anew. They are when none waits for the second stage any more. */
  calls: z.int().optional(),
});
export type ActionResult = z.infer<typeof ActionResult>;
