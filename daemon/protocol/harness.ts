/**
 * The harness version: what shapes an agent's plan besides the prompt, portable content only, named by its content.
 * Members that nothing fills yet are null and not hashed. Facts of one machine and moment stand in `workbench.ts`.
 */
import * as z from 'zod';

/** `sha256:` and 64 hex digits of the content. Content that may be a secret is never named by this. */
export const Digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
/** Git's id of a file's content as it lies in the folder: 40 or 64 hex digits. */
export const BlobId = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/);

/**
 * Where a file that shapes a run stands. Paths beside it are relative to the place (forward slashes): to the
 * workspace's root, to the folder that it lies in (a file further up begins with `../`), to the home folder, to the
 * system's managed folder.
 */
export const Place = z.enum(['repository', 'parent', 'home', 'managed', 'extra']);
export type Place = z.infer<typeof Place>;

/** A character that a reader does not see and a model does. Line and column from 1; `code_point` as `U+200B`. */
export const HiddenCharacter = z.object({
  line: z.int(),
  column: z.int(),
  code_point: z.string(),
  name: z.string(),
});
export type HiddenCharacter = z.infer<typeof HiddenCharacter>;

/** A file of instructions as one agent would find it; the list's order is the agent's order of reading. */
export const InstructionFile = z.object({
  agent: z.string(),
  place: Place,
  path: z.string(),
  kind: z.enum(['instructions', 'rule', 'import', 'memory']),
  /** `on_touch`: when a file that it is for is touched; `manual`: when the user or the model asks for it. */
  counts: z.enum(['yes', 'on_touch', 'manual', 'shadowed', 'cut', 'excluded', 'unknown']),
  /** The agent's own rule by which it counts or not, in one sentence. */
  why: z.string(),
  scope: z
    .object({ globs: z.array(z.string()), always: z.boolean().nullable(), description: z.string().nullable() })
    .nullable(),
  /** Path of the file that imports this one, of the same place unless it says so; null where none does. */
  imported_by: z.string().nullable(),
  /** null where the file was not read: it leads out of what may be read here, or is no regular file. */
  sha256: Digest.nullable(),
  bytes: z.int(),
  /** At most 20. */
  hidden: z.array(HiddenCharacter),
});
export type InstructionFile = z.infer<typeof InstructionFile>;

/** One thing that an agent's settings say. Guidance tells an agent what to do, a grant what it may do unasked. */
export const AgentSetting = z.object({
  agent: z.string(),
  place: Place,
  path: z.string(),
  kind: z.enum([
    'permission',
    'auto_approve',
    'extra_directory',
    'environment',
    'hook',
    'command',
    'skill',
    'subagent',
    'mode',
    'model',
    'plugin',
    'other',
  ]),
  /** What it is called there: `permissions.allow[Bash(npm:*)]`, `hooks.PreToolUse`, the name of a skill. */
  key: z.string(),
  /** For people, at most 500 characters; values of variables are never here. */
  value: z.string(),
  authority: z.enum(['guidance', 'grant']),
  /** Does git track the file? null where that cannot be told. A grant in a tracked file came with the repository. */
  tracked: z.boolean().nullable(),
  /** Of the file or value behind it where people read text (a command, a skill); null else. */
  sha256: Digest.nullable(),
});
export type AgentSetting = z.infer<typeof AgentSetting>;

/** What stands behind a server's command line, as it is installed here. */
export const ServerPackage = z.object({
  how: z.enum(['npx', 'uvx', 'global', 'local', 'image', 'script', 'program', 'url', 'unknown']),
  ecosystem: z.enum(['npm', 'pypi', 'image', 'none']).nullable(),
  name: z.string().nullable(),
  /** What the entry asks for: a version, range or tag; null where it names none. */
  requested: z.string().nullable(),
  /** What is installed. */
  version: z.string().nullable(),
  /** As lockfile or registry metadata on this disk say (`sha512-…`, an image digest). */
  integrity: z.string().nullable(),
  /** Would the same command start the same version tomorrow? */
  pinned: z.boolean().nullable(),
});
export type ServerPackage = z.infer<typeof ServerPackage>;

/** A server's entry as the user wrote it: a wrapped entry stands here as its original. Secrets are masked. */
export const ConfiguredServer = z.object({
  agent: z.string(),
  name: z.string(),
  place: Place,
  path: z.string(),
  transport: z.enum(['stdio', 'http', 'sse', 'unknown']),
  /** Program and arguments; the home folder as `~`, the workspace as `.`. Empty for a URL. */
  command: z.array(z.string()),
  /** Without userinfo and query values. */
  url: z.string().nullable(),
  /** Names only. */
  env: z.array(z.string()),
  headers: z.array(z.string()),
  package: ServerPackage,
  /** Why "newest" is not newest for this package, in one sentence with both versions; null where it is. */
  version_trap: z.string().nullable(),
  contract: Digest.nullable(),
});
export type ConfiguredServer = z.infer<typeof ConfiguredServer>;

/** A server's tools as it listed them: one digest a tool, and one for all in the order of their names. */
export const ToolContract = z.object({ contract: Digest, tools: z.record(z.string(), Digest) });
export type ToolContract = z.infer<typeof ToolContract>;

export const FixturePack = z.object({
  folders: z.array(z.object({ path: z.string(), source: z.string() })),
  /** At most 2,000; `digest` covers all that were read, names included. */
  files: z.array(z.object({ path: z.string(), blob: BlobId })),
  files_total: z.int(),
  bytes_total: z.int(),
  digest: Digest.nullable(),
});
export type FixturePack = z.infer<typeof FixturePack>;

export const TestCommand = z.object({
  command: z.string(),
  /** The file and the key it was found by: `package.json scripts.test`. */
  source: z.string(),
  /** Others that were found, weaker ones. */
  also: z.array(z.object({ command: z.string(), source: z.string() })),
});
export type TestCommand = z.infer<typeof TestCommand>;

/** What locks an ecosystem's versions here. */
export const LockState = z.object({ manager: z.string(), lockfile: z.string(), sha256: Digest });
export type LockState = z.infer<typeof LockState>;

export const HarnessEnvironment = z.object({
  /** Of the tools that servers, test command and set-up use; null where it would not say its version. */
  tools: z.array(z.object({ name: z.string(), version: z.string().nullable() })),
  /** Variables that servers, settings, test command or instructions name. Never a value. */
  variables: z.array(z.object({ name: z.string(), set: z.boolean().nullable(), named_by: z.array(z.string()) })),
});
export type HarnessEnvironment = z.infer<typeof HarnessEnvironment>;

/** What an agent may reach from here. */
export const RouteCard = z.object({
  servers: z.array(z.string()),
  /** Tools by server, as far as they were ever listed. */
  visible_tools: z.record(z.string(), z.array(z.string())).nullable(),
  allowed_roots: z.array(z.string()).nullable(),
  budgets: z.record(z.string(), z.unknown()).nullable(),
  credential_lanes: z.array(z.string()).nullable(),
});
export type RouteCard = z.infer<typeof RouteCard>;

/** Portable content only. `harness_id` is `hv_` and the first 24 hex digits of the SHA-256 of its canonical JSON. */
export const HarnessVersion = z.object({
  harness_id: z.string().regex(/^hv_[0-9a-f]{24}$/),
  instruction_source: z.array(InstructionFile).nullable(),
  fixture_pack: FixturePack.nullable(),
  route_card: RouteCard.nullable(),
  tool_contract: z.record(z.string(), ToolContract).nullable(),
  test_command: TestCommand.nullable(),
  agent_settings: z.array(AgentSetting).nullable(),
  servers: z.array(ConfiguredServer).nullable(),
  dependencies: z.array(LockState).nullable(),
  environment: HarnessEnvironment.nullable(),
});
export type HarnessVersion = z.infer<typeof HarnessVersion>;
