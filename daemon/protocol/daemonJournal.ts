/**
 * The daemon's own journal: facts that cannot be computed again, because the user said them or because they were seen at
 * a moment that is over. It has the form of every journal (protocol/journal.ts) under a connection id of its own, with
 * these kinds of record. What is named by its content stands in it once.
 */
import * as z from 'zod';
import { CaptureOrigin } from './captures.ts';
import { Checkpoint } from './checkpoint.ts';
import { FreshResult } from './comparison.ts';
import { Digest, HarnessVersion } from './harness.ts';
import { Freeze, Once, Pinned } from './policy.ts';
import { Workbench } from './workbench.ts';

export const DAEMON_CONNECTION_ID = 'daemon_0';

/** `k: "label"` */
export const LabelRecord = z.object({ session_id: z.string().max(200), label: z.string().max(200).nullable() });
export type LabelRecord = z.infer<typeof LabelRecord>;

/** `k: "pin"` */
export const PinRecord = z.object({ session_id: z.string().max(200), pinned: z.boolean() });
export type PinRecord = z.infer<typeof PinRecord>;

/**
 * Names of the credential variables that were set where a capture was taken, with their keyed fingerprints: by these
 * their values are found and masked wherever else they stand.
 */
const Secrets = z.record(z.string(), z.string());

/** `k: "harness_text"`: a text that people read, once for each digest. Raw and private, as all of the journal. */
export const HarnessTextRecord = z.object({ sha256: Digest, text: z.string(), secrets: Secrets });
export type HarnessTextRecord = z.infer<typeof HarnessTextRecord>;

/** `k: "harness"`: a harness version, once for each id. */
export const HarnessRecord = z.object({ harness: HarnessVersion, secrets: Secrets });
export type HarnessRecord = z.infer<typeof HarnessRecord>;

/** `k: "capture"`: when and where a harness version was seen. Its texts and its version stand before it. */
export const CaptureRecord = z.object({
  capture_id: z.string().max(40),
  session_id: z.string().max(200).nullable(),
  origin: CaptureOrigin,
  /** What agents are told apart by, without a version. */
  agent: z.string().max(200),
  harness_id: z.string(),
  workbench: Workbench,
  secrets: Secrets,
});
export type CaptureRecord = z.infer<typeof CaptureRecord>;

/** `k: "fresh"`: what comparing with a fresh checkout gave. Both captures stand before it. */
export const FreshRecord = z.object({
  fresh_id: z.string().max(40),
  /** Capture ids. */
  warm: z.string(),
  fresh: z.string(),
  result: FreshResult,
});
export type FreshRecord = z.infer<typeof FreshRecord>;

/** `k: "freeze"`. `sessions`: the ids of those that it concerns. */
export const FreezeRecord = z.object({ freeze: Freeze, sessions: z.array(z.string()).max(1000) });
export type FreezeRecord = z.infer<typeof FreezeRecord>;

/** `k: "thaw"`, with what was refused while it was frozen, by server and tool. */
export const ThawRecord = z.object({
  freeze_id: z.string(),
  by: z.string(),
  reason: z.string().max(500).nullable(),
  at: z.string(),
  refused: z.array(z.object({ tool: z.string(), calls: z.int() })).max(100),
});
export type ThawRecord = z.infer<typeof ThawRecord>;

/** `k: "once"`: a refused call may pass once. Whether it did stands at the call that passed: its rule is `once:<once_id>`. */
export const OnceRecord = z.object({ once: Once });
export type OnceRecord = z.infer<typeof OnceRecord>;

/** `k: "accept"`: from now on these are the tools that a pinned server may have. */
export const AcceptRecord = Pinned.extend({ by: z.string(), at: z.string() });
export type AcceptRecord = z.infer<typeof AcceptRecord>;

/** `k: "widening"`: what a repository's settings asked for and did not get, when a session met it. */
export const WideningRecord = z.object({
  session_id: z.string(),
  at: z.string(),
  asked: z.array(z.object({ item: z.string().max(500), evidence: z.string().max(1000) })).max(100),
});
export type WideningRecord = z.infer<typeof WideningRecord>;

/** `k: "checkpoint"`: one that a command took, with how the tests ended where it ran them. */
export const CheckpointRecord = Checkpoint;
export type CheckpointRecord = Checkpoint;
