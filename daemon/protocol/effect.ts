/** What calls did behind the tool boundary. The spelling of kinds is fixed here: sums and filters rest on it. */
import * as z from 'zod';

/**
 * `file_…` and `directory_…` are about this machine's disk. `record_…` is about what a server keeps itself: a graph, a
 * database, an issue. `repository_changed` is a git repository beyond its files: index, commits, branches.
 */
export const EffectKind = z.enum([
  'file_created',
  'file_modified',
  'file_deleted',
  'file_moved',
  'directory_created',
  'directory_deleted',
  'repository_changed',
  'record_created',
  'record_modified',
  'record_deleted',
  'api_call',
  'message_sent',
  'process_run',
  'browser_action',
  'spend_incurred',
  'unknown_change',
]);
export type EffectKind = z.infer<typeof EffectKind>;

/**
 * `verified`: looked at afterwards, and nothing else can have done it. `observed`: seen to have happened while the call
 * ran. `declared`: a catalog, the server or its annotations say so. `inferred`: by names and schemas.
 */
export const EffectEvidence = z.enum(['verified', 'observed', 'declared', 'inferred']);
export type EffectEvidence = z.infer<typeof EffectEvidence>;

/** Will a new session see it? */
export const Visibility = z.enum(['durable', 'session_local', 'unknown']);
export type Visibility = z.infer<typeof Visibility>;

export const Effect = z.object({
  kind: EffectKind,
  /** What it was done to: an absolute path, a URL without query values, a name. Masked; null where it is not known. */
  target: z.string().nullable(),
  evidence: EffectEvidence,
  /** Of a file: its size afterwards. */
  bytes: z.int().nullable(),
  visibility: Visibility,
  /** Why the evidence is no better than it is, or what else was seen; null where there is nothing to say. */
  note: z.string().nullable(),
});
export type Effect = z.infer<typeof Effect>;
