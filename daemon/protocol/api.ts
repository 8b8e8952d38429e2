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
 *   GET  /api/harness?workspace=&all=1&limit=               HarnessList, newest first
 *   GET  /api/harness/ID                                    StoredCapture, of cap_… hv_… ses_…
 *   GET  /api/harness/ID/diff/ID                            HarnessDiff (comparison.ts)
 *   GET  /api/diff/ID/ID                                    RunComparison, of two sessions
 *   POST /api/harness        StoreHarness                   StoredHarness; for commands only
 *   GET  /api/fresh/ID                                      StoredFresh
 *   GET  /api/calls?session=&workspace=&all=1&filter=&errors=1&limit=   Call, NDJSON
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
});
export type ActionResult = z.infer<typeof ActionResult>;
