/**
 * Policy: what a user lets agents do, the bundle that it becomes, and what a judgement says. Types of the bundle and the
 * decision are shared by the proxies, which load no schema library; the schemas are for the daemon's and CLI's borders.
 */
import * as z from 'zod';

export const POLICY_VERSION = 1;

/** `off` a rule does not judge, `observe` it tells and the call goes on, `enforce` the server never sees the call. */
export const RuleMode = z.enum(['off', 'observe', 'enforce']);
export type RuleMode = z.infer<typeof RuleMode>;

/** Reasons about paths in the order in which they are tried: the first that holds is the reason. */
export const PathReason = z.enum([
  'invalid_path',
  'parent_traversal',
  'symlink_escape',
  'sibling_workspace',
  'hidden_config',
  'host_mount',
  'credential_file',
  'write_outside_root',
  'read_outside_root',
  'write_not_allowed',
  'unprovable_root',
]);
export type PathReason = z.infer<typeof PathReason>;

export const DenialReason = z.enum([
  ...PathReason.options,
  'tool_not_allowed',
  'contract_changed',
  'server_frozen',
  'session_frozen',
  'lane_frozen',
  'policy_unavailable',
]);
export type DenialReason = z.infer<typeof DenialReason>;

/** What a path pattern allows: reading implies listing and searching; `write` implies `read`. */
export const Access = z.enum(['read', 'write']);
export type Access = z.infer<typeof Access>;

/** Absolute (or `~/…`, or in a repository's file relative to its root); `*` and `**` as in .gitignore. */
export const AllowedPath = z.strictObject({ path: z.string().min(1).max(4096), access: Access });
export type AllowedPath = z.infer<typeof AllowedPath>;

/** Names or `*` patterns. A tool has to be allowed, where `allow` is given, and must not be denied. */
export const ToolLists = z.strictObject({
  allow: z.array(z.string().max(200)).max(1000).optional(),
  deny: z.array(z.string().max(200)).max(1000).optional(),
});
export type ToolLists = z.infer<typeof ToolLists>;

export const RuleModes = z.partialRecord(DenialReason, RuleMode);
export type RuleModes = z.infer<typeof RuleModes>;

/** Data that the built-in rules use and a user can extend: patterns of paths. */
export const PathLists = z.strictObject({
  credential_files: z.array(z.string().max(4096)).max(1000).optional(),
  hidden_config: z.array(z.string().max(4096)).max(1000).optional(),
  host_mounts: z.array(z.string().max(4096)).max(1000).optional(),
  sibling_workspaces: z.array(z.string().max(4096)).max(1000).optional(),
});
export type PathLists = z.infer<typeof PathLists>;

/** What may be said for everything, for one server, or for one principal (an agent's id). */
export const PolicyPart = z.strictObject({
  mode: z
    .enum(['observe', 'enforce'])
    .optional()
    .describe('observe: what is against the policy is told and goes on. enforce: the server never sees it.'),
  rules: RuleModes.optional().describe(
    'Modes by reason: off, observe or enforce. What stands here counts before mode.',
  ),
  tools: ToolLists.optional().describe('Names or * patterns. What is left out is refused, and not listed in enforce.'),
  allow: z.array(AllowedPath).max(1000).optional().describe('Places beyond the workspace’s root. write implies read.'),
  deny: z
    .array(z.string().max(4096))
    .max(1000)
    .optional()
    .describe('Within the root: nothing here may be reached, whatever allows it.'),
  pin: z.boolean().optional().describe('A tool that changed is held until the change was accepted.'),
});
export type PolicyPart = z.infer<typeof PolicyPart>;

/** The member `policy` of `callgrove.jsonc` (the user's) and `.callgrove.jsonc` (the repository's, which only narrows). */
export const PolicySettings = PolicyPart.extend({
  servers: z.record(z.string().max(200), PolicyPart).optional().describe('By the server’s name in the agents’ files.'),
  principals: z.record(z.string().max(200), PolicyPart).optional().describe('By an agent’s id, such as claude-code.'),
  paths: PathLists.optional().describe('Patterns beside those of the built-in lists; ! takes something out of them.'),
});
export type PolicySettings = z.infer<typeof PolicySettings>;

/**
 * Where a rule comes from: `default`, or a file with line and column of what says so. Origins are kept by the JSON
 * pointer (RFC 6901) of what they stand for within `policy`: `/mode`, `/rules/symlink_escape`, `/servers/fs/allow/0`.
 */
export const Origin = z.object({
  from: z.enum(['default', 'user', 'repository']),
  file: z.string().nullable(),
  line: z.int().nullable(),
  column: z.int().nullable(),
});
export type Origin = z.infer<typeof Origin>;

/** A freeze: the next request of what it names is refused, on running proxies, until it is thawed. */
export const Freeze = z.object({
  freeze_id: z.string(),
  kind: z.enum(['server', 'session', 'lane']),
  /**
   * Server name, session id, or a credential lane as calls name it (model/credentialLane.ts): every connection that runs
   * under that credential. `ENV_NAME#fingerprint` and `header:name#fingerprint` stop whatever holds it.
   */
  target: z.string().max(400),
  /** For a session: its connections, by their agent process (`boot:pid:start`). */
  processes: z.array(z.string()).max(100),
  by: z.string(),
  reason: z.string().max(500).nullable(),
  at: z.string(),
});
export type Freeze = z.infer<typeof Freeze>;

/**
 * Allowed once: the next request that is like a refused one passes, within a time. A file of its own in `control/once/`,
 * which the proxy that lets the request through renames: of several only one can.
 */
export const Once = z.object({
  v: z.literal(POLICY_VERSION),
  once_id: z.string(),
  /** The call that was refused. */
  call_id: z.string(),
  server: z.string(),
  method: z.string(),
  tool: z.string().nullable(),
  /** Why it was refused: what would refuse it for another reason is not lifted. */
  reason: DenialReason,
  /** Every path that it named, in the order of their places. */
  paths: z.array(z.object({ canonical: z.string(), access: Access })).max(49),
  /** Of a request that names no path: `sha256:…` over its arguments, which have to be the same. */
  arguments: z.string().nullable(),
  by: z.string(),
  at: z.string(),
  /** From then on it counts no more. */
  until: z.string(),
});
export type Once = z.infer<typeof Once>;

/**
 * What became of allowing once, as it is shown at the call that was refused and at the one that passed. Null what is not
 * on record: who allowed it, for which call and how long, where the daemon's own journal does not say; `passed` while
 * nothing passed by it.
 */
export const OnceMark = z.object({
  once_id: z.string(),
  /** The call that was refused. */
  refused: z.string().nullable(),
  by: z.string().nullable(),
  at: z.string().nullable(),
  until: z.string().nullable(),
  /** The call that passed. */
  passed: z.string().nullable(),
});
export type OnceMark = z.infer<typeof OnceMark>;

/** A server's tools as the user accepted them: name of the tool → digest of its contract. */
export const Pinned = z.object({ server: z.string(), contract: z.string(), tools: z.record(z.string(), z.string()) });
export type Pinned = z.infer<typeof Pinned>;

/** `control/policy.json`: what proxies judge by. Written whole by the daemon, replaced atomically. */
export const PolicyFile = z.object({
  v: z.literal(POLICY_VERSION),
  /** The user's own, merged with the defaults; `bundle` is its hash. */
  user: PolicySettings,
  origins: z.record(z.string(), Origin),
  /** By workspace root: what its repository's file narrows. */
  repositories: z.record(z.string(), z.object({ settings: PolicySettings, origins: z.record(z.string(), Origin) })),
  freezes: z.array(Freeze),
  pinned: z.array(Pinned),
  /** Roots of recorded workspaces: reaching from one into another is `sibling_workspace`. */
  workspaces: z.array(z.string()).max(1000),
});
export type PolicyFile = z.infer<typeof PolicyFile>;

/** A path argument as it was judged. */
export const JudgedPath = z.object({
  argument: z.string(),
  requested: z.string(),
  canonical: z.string().nullable(),
  access: Access,
  /** Links that were met, in order. */
  symlinks: z.array(z.string()),
  flags: z.array(z.string()),
  /** What proves the root that it was judged by; null where none is proven. */
  root_why: z.string().nullable().optional(),
  reason: DenialReason.nullable(),
});
export type JudgedPath = z.infer<typeof JudgedPath>;

/** `k: "decision"` of a proxy's journal, before the request is forwarded (in `observe` before its answer is). */
export const DecisionRecord = z.object({
  /** Ordinal key of the frame that it judges (base/ids.ts frameKey), and the request's id as JSON text. */
  frame: z.string(),
  request_id: z.string(),
  method: z.string(),
  tool: z.string().nullable(),
  decision: z.enum(['allow', 'would_deny', 'deny', 'unknown']),
  mode: z.enum(['observe', 'enforce']),
  reason: DenialReason.nullable(),
  rule: z.string().nullable(),
  bundle: z.string(),
  requested_capability: z.string().nullable(),
  remedy: z.string().nullable(),
  /** As RECORDS' input_summary, complete; members that are null, `unknown` or `none` are left out. */
  input_summary: z.record(z.string(), z.unknown()),
  /** Every path argument, judged: the first that is refused decides. */
  paths: z.array(JudgedPath).max(50),
  surface: z.string().nullable(),
  surface_hidden: z.int().nullable(),
  /** µs that judging took. */
  took_us: z.number(),
});
export type DecisionRecord = z.infer<typeof DecisionRecord>;
