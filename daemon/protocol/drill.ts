/**
 * What a drill found: what was asked of a server behind a proxy that enforces, what should have become of it and what did.
 * And what the state folder remembers of the last run, with where it ran: the file is `control/drills.json`.
 */
import * as z from 'zod';
import { DenialReason } from './policy.ts';

export const DrillName = z.enum(['paths', 'freeze', 'drift']);
export type DrillName = z.infer<typeof DrillName>;

/**
 * What became of a request: `allow` it was answered by the server, `deny` by policy, `failed` the server itself said no,
 * `lost` nobody answered. Of a case that asks for something else than an answer: `held` it is so, `broken` it is not.
 */
export const DrillOutcome = z.object({
  kind: z.enum(['allow', 'deny', 'failed', 'lost', 'held', 'broken']),
  reason: DenialReason.nullable(),
});
export type DrillOutcome = z.infer<typeof DrillOutcome>;

export const DrillCase = z.object({
  /** `symlink`, `sibling`: unique within a drill. */
  case: z.string(),
  /** For people: the tool and what it was asked for, or what was counted. */
  what: z.string(),
  expected: DrillOutcome,
  /** Null where it could not be tried; `note` says why. */
  seen: DrillOutcome.nullable(),
  /** `failed`: what was seen is not what was expected. `not_tried`: nothing was shown. */
  verdict: z.enum(['passed', 'failed', 'not_tried']),
  /** What was counted, what came out although it should not, why something was not tried. */
  note: z.string().nullable(),
});
export type DrillCase = z.infer<typeof DrillCase>;

/** Where a drill ran: what it shows holds there. Null is unknown. */
export const DrillEnvironment = z.object({
  /** Callgrove's own version: the adapter's. */
  adapter: z.string(),
  platform: z.string(),
  /** `none`, or what the machine says that it is. */
  container: z.string().nullable(),
  /** Over the mounts that hold the workspace, the home folder and the temporary folder: `sha256:…`. */
  mounts: z.string().nullable(),
  checkout: z.object({ root: z.string(), commit: z.string().nullable() }),
  /** Of a drill with `--server`: a keyed digest of its command line, and what the server calls itself. */
  server: z.object({ command: z.string(), version: z.string().nullable() }).nullable(),
});
export type DrillEnvironment = z.infer<typeof DrillEnvironment>;

/** The one document of `callgrove drill --json`. */
export const DrillResult = z.object({
  v: z.literal(1),
  drill: DrillName,
  /** Null for the server that comes with Callgrove. */
  server: z.string().nullable(),
  command: z.array(z.string()),
  /** `not_run`: some case could not be tried, and none failed. */
  verdict: z.enum(['passed', 'failed', 'not_run']),
  cases: z.array(DrillCase),
  environment: DrillEnvironment,
});
export type DrillResult = z.infer<typeof DrillResult>;

export const KeptDrill = z.object({
  drill: DrillName,
  server: z.string().nullable(),
  at: z.string(),
  passed: z.boolean(),
  environment: DrillEnvironment,
});
export type KeptDrill = z.infer<typeof KeptDrill>;

/** The last run of each drill, by server and workspace. */
export const KeptDrills = z.object({ v: z.literal(1), drills: z.array(KeptDrill).max(200) });
export type KeptDrills = z.infer<typeof KeptDrills>;
