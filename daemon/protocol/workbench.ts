/**
 * The workbench: facts of this machine and moment beside a harness version, never part of its id; and the capture that
 * holds both. What cannot be known is null or "unknown", with a sentence in `missing`.
 */
import * as z from 'zod';
import { BlobId, HarnessVersion } from './harness.ts';

export const CAPTURE_VERSION = 1;

/**
 * A file that is not as HEAD has it. `status` as git's short form says it, both columns: ` M`, `R `, `??`; ` ?` where a
 * git filter that a capture does not run stands between the two, so that the file may be as HEAD has it.
 */
export const ChangedFile = z.object({
  path: z.string(),
  status: z.string(),
  /** Where it was, of a rename. */
  from: z.string().nullable(),
  /** null where it is gone, unreadable or too large to hash. */
  blob: BlobId.nullable(),
});
export type ChangedFile = z.infer<typeof ChangedFile>;

export const GitState = z.object({
  head: z.string().nullable(),
  /** null on a detached HEAD. */
  branch: z.string().nullable(),
  /** Without credentials. */
  remote: z.string().nullable(),
  /** At most 1,000. */
  dirty: z.array(ChangedFile),
  dirty_total: z.int(),
  submodules: z.array(
    z.object({
      path: z.string(),
      commit: z.string().nullable(),
      state: z.enum(['clean', 'changed', 'absent', 'unknown']),
    }),
  ),
  /** True in a linked worktree. */
  linked_worktree: z.boolean(),
  worktrees: z.int(),
});
export type GitState = z.infer<typeof GitState>;

/** What exists and git ignores: what a fresh checkout would not have. Folders stand for all that is in them. */
export const IgnoredEntry = z.object({
  path: z.string(),
  kind: z.enum(['file', 'folder', 'link', 'other']),
  role: z.enum(['environment', 'dependencies', 'build', 'cache', 'editor', 'data', 'unknown']),
  bytes: z.int().nullable(),
  /** Keyed: compares on one machine only. Of files up to 1 MiB. */
  fingerprint: z.string().nullable(),
});
export type IgnoredEntry = z.infer<typeof IgnoredEntry>;

/** Does what is installed agree with the lockfile? */
export const InstalledState = z.object({
  manager: z.string(),
  lockfile: z.string(),
  state: z.enum(['agrees', 'differs', 'absent', 'unknown']),
  /** At most 100. `installed` null: it is not there; `locked` null: the lockfile does not have it. */
  differing: z.array(z.object({ name: z.string(), locked: z.string().nullable(), installed: z.string().nullable() })),
  differing_total: z.int(),
  compared: z.int(),
});
export type InstalledState = z.infer<typeof InstalledState>;

/** Facts of this machine and moment, beside a harness version and never part of its id. */
export const Workbench = z.object({
  captured_at: z.string(),
  workspace: z.object({ root: z.string(), cwd: z.string(), proof: z.string() }),
  agent: z.string().nullable(),
  /** `ws_local_…` where some contents were not read: compares in one folder only. null where nothing is known. */
  workspace_digest: z
    .string()
    .regex(/^ws_(local_)?[0-9a-f]{24}$/)
    .nullable(),
  user_facts: z.object({
    os: z.string(),
    arch: z.string(),
    user: z.string().nullable(),
    home: z.string().nullable(),
    locale: z.string().nullable(),
    zone: z.string().nullable(),
    /** The folders of the PATH that was seen, and whose it was. */
    path: z.array(z.string()).nullable(),
    path_of: z.enum(['agent', 'server', 'command', 'unknown']),
  }),
  /** Every variable's name with a keyed fingerprint of its value; null where the environment was not seen. */
  fingerprints: z.record(z.string(), z.string()).nullable(),
  /** Names the key of the fingerprints: those of two keys are not compared. null where there are none. */
  fingerprint_key: z.string().nullable(),
  git: GitState.nullable(),
  /** At most 1,000. */
  untracked: z.array(z.object({ path: z.string(), blob: BlobId.nullable(), bytes: z.int().nullable() })),
  untracked_total: z.int(),
  /** At most 500. */
  ignored_present: z.array(IgnoredEntry),
  ignored_total: z.int(),
  installed: z.array(InstalledState),
  /** Beside `servers` of the version: does it run through Callgrove, and which file is started? */
  servers: z.array(
    z.object({ agent: z.string(), name: z.string(), wrapped: z.boolean(), file: z.string().nullable() }),
  ),
  /**
   * What servers' entries hand to them, by place as credential lanes name it (`env:GITHUB_TOKEN`): a keyed fingerprint, or
   * null where the entry takes the value from elsewhere. Captures of before have none.
   */
  configured: z
    .array(z.object({ agent: z.string(), name: z.string(), places: z.record(z.string(), z.string().nullable()) }))
    .optional(),
  test_result: z
    .object({ command: z.string(), result: z.enum(['passed', 'failed', 'unknown']), at: z.string() })
    .nullable(),
  /** What could not be captured, each in one sentence with its reason. */
  missing: z.array(z.string()),
});
export type Workbench = z.infer<typeof Workbench>;

/** One capture: both halves, and the texts that people read, by their digest, each at most 256 KiB. */
export const Capture = z.object({
  v: z.literal(CAPTURE_VERSION),
  harness: HarnessVersion,
  workbench: Workbench,
  texts: z.record(z.string(), z.string()),
});
export type Capture = z.infer<typeof Capture>;
