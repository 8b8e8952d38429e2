/**
 * A typed refusal by policy, as people and programs read it: of a call that was refused (`deny`), or that would have
 * been and went on (`would_deny`). Everything in it is masked.
 */
import * as z from 'zod';
import { Digest } from './harness.ts';
import { DenialReason, Freeze, JudgedPath, OnceMark, PolicyFile } from './policy.ts';
import { InputSummary, Principal } from './record.ts';
import { ToolDifference } from './toolListing.ts';

/** The texts of a decision, once they are masked. */
export const DecisionWords = z.object({
  rule: z.string().nullable(),
  capability: z.string().nullable(),
  remedy: z.string().nullable(),
  paths: z.array(JudgedPath),
  input_summary: z.record(z.string(), z.unknown()),
});

export const Denial = z.object({
  denial_id: z.string(),
  call_id: z.string(),
  session_id: z.string(),
  principal: Principal,
  tenant: z.string().nullable(),
  server: z.string(),
  tool: z.string().nullable(),
  at: z.string(),
  /** `write:/etc/passwd`; null while the second stage has not read it, as with all that follows and may be null. */
  requested_capability: z.string().nullable(),
  reason: DenialReason,
  rule: z.string().nullable(),
  policy_bundle: z.string().nullable(),
  mode: z.enum(['observe', 'enforce']),
  decision: z.enum(['would_deny', 'deny']),
  input_summary: InputSummary.nullable(),
  remedy: z.string().nullable(),
  paths: z.array(JudgedPath),
});
export type Denial = z.infer<typeof Denial>;

/** Oldest first. `once`: of these calls what was allowed once, the newest of each. */
export const DenialList = z.object({ denials: z.array(Denial), total: z.int(), once: z.array(OnceMark) });
export type DenialList = z.infer<typeof DenialList>;

/** `GET /api/policy`: what the proxies judge by now, and what is wrong with the files that it is made from. */
export const PolicyState = z.object({
  policy: PolicyFile,
  /** Where the user's own settings stand. */
  settings_file: z.string(),
  /** Each with file, line and column, for people; what counted before goes on counting. */
  problems: z.array(z.string()),
  freezes: z.array(Freeze),
});
export type PolicyState = z.infer<typeof PolicyState>;

/** A credential that a session's connections were started with: what `freeze lane` names. */
export const Lane = z.object({
  /** As calls name it (`github/env:GITHUB_TOKEN#3f9a21c0`); of what none runs under `NAME#3f9a21c0`, `header:name#3f9a21c0`. */
  lane: z.string(),
  kind: z.enum(['variable', 'header', 'option', 'address']),
  name: z.string(),
  /** Keyed: it compares on this machine only. */
  fingerprint: z.string(),
  servers: z.array(z.string()),
  connections: z.int(),
  /** Of these, how many are running. */
  open: z.int(),
});
export type Lane = z.infer<typeof Lane>;

/** `GET /api/sessions/SESSION/lanes`, by name. */
export const LaneList = z.object({ lanes: z.array(Lane) });
export type LaneList = z.infer<typeof LaneList>;

/** `GET /api/contracts/SERVER`: what was accepted of a server's tools, and what it listed last. */
export const ServerContract = z.object({
  server: z.string(),
  /** Digests; null where nothing was accepted yet. */
  accepted: Digest.nullable(),
  listed: Digest,
  at: z.string(),
  tools: z.int(),
  differences: z.array(ToolDifference),
});
export type ServerContract = z.infer<typeof ServerContract>;
