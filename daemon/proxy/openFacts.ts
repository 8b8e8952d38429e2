/**
 * What stands in a connection's `open` record: facts of this moment that nobody can find out later. Values of variables
 * are kept only where they may prove the workspace's root; of all others only the name and a keyed fingerprint.
 */
import { VERSION } from '../base/version.ts';
import type { OpenRecord } from '../protocol/journal.ts';
import { type CredentialFacts, credentialFacts } from './credentialFacts.ts';
import { createKeyedPrint } from './keyedPrint.ts';
import { lateOs } from './lateBuiltins.ts';
import { bootId, processChain, processStart } from './processChain.ts';
import { withoutSecrets } from './urlArguments.ts';

/** Variables in which hosts and package managers say where they work. */
const ROOT_EVIDENCE = [
  'CLAUDE_PROJECT_DIR',
  'WORKSPACE_FOLDER_PATHS',
  'VSCODE_CWD',
  'PROJECT_DIR',
  'INIT_CWD',
  'PWD',
  'OLDPWD',
];

/** Variables that say on what a run stands and that are no secret: where programs are found, whose home, which words. */
const PLAIN: ReadonlySet<string> = new Set(
  [
    'PATH HOME USERPROFILE SHELL LANG LANGUAGE TZ VIRTUAL_ENV CONDA_PREFIX CONDA_DEFAULT_ENV NVM_DIR',
    'VOLTA_HOME PYENV_ROOT GOPATH GOROOT CARGO_HOME RUSTUP_HOME JAVA_HOME PNPM_HOME XDG_CONFIG_HOME',
    'XDG_DATA_HOME XDG_CACHE_HOME APPDATA LOCALAPPDATA PATHEXT SYSTEMROOT CODEX_HOME CLAUDE_CONFIG_DIR',
    'GEMINI_CLI_HOME COPILOT_HOME JUNIE_GUIDELINES_FILENAME CLAUDE_CODE_DISABLE_AUTO_MEMORY',
    'OPENCODE_DISABLE_CLAUDE_CODE OPENCODE_DISABLE_CLAUDE_CODE_PROMPT',
  ].flatMap((names) => names.split(' ')),
);
const LOCALE = /^LC_[A-Z]+$/;
/** Longer values are left out: a record is read by everybody who follows it. */
const PLAIN_CHARS = 16 * 1024;

/** What is recorded of an HTTP server; `url` has no query values, `credentials` no values at all. */
export interface HttpFacts {
  readonly url: string;
  readonly headers: Readonly<Record<string, string | null>>;
  readonly credentials: CredentialFacts;
}

export interface OpenInputs {
  readonly connectionId: string;
  readonly name: string | null;
  readonly argv: readonly string[];
  /** Where the server is reached by HTTP. */
  readonly http: HttpFacts | null;
  readonly childPid: number | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Null where the machine's key cannot be read: then no fingerprint is taken. */
  readonly key: Uint8Array | null;
}

export function openFacts(inputs: OpenInputs): OpenRecord {
  const { childPid, http, key } = inputs;
  // The system's own table makes each value anew whenever it is looked at.
  const env = { ...inputs.env };
  return {
    connection_id: inputs.connectionId,
    callgrove: VERSION,
    transport: http ? 'http' : 'stdio',
    ...(http ? { url: http.url, headers: { ...http.headers } } : {}),
    name: inputs.name,
    argv: [...inputs.argv],
    cwd: process.cwd(),
    proxy_pid: process.pid,
    child: childPid === null ? null : { pid: childPid, start: processStart(childPid) },
    process_chain: http ? processChain().map(withoutSecrets) : processChain(),
    root_evidence: rootEvidence(inputs.env),
    environment: key ? fingerprints(env, key) : {},
    ...credentials({ ...inputs, env }),
    plain: plainVariables(env),
    platform: process.platform,
    runtime: `node ${process.versions.node}`,
    user: userName(),
    boot_id: bootId(),
  };
}

/** Left out where there are none, as in most records. */
function credentials({ http, argv, env, key }: OpenInputs): Pick<OpenRecord, 'credentials'> {
  const found = http ? http.credentials : credentialFacts(argv, env, key);
  return Object.keys(found).length > 0 ? { credentials: found } : {};
}

export function rootEvidence(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const evidence: Record<string, string> = {};
  for (const name of ROOT_EVIDENCE) {
    const value = env[name];
    if (value !== undefined) evidence[name] = value;
  }
  return evidence;
}

/** Values of the few variables that are no secret; absent ones are left out. */
export function plainVariables(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const name of Object.keys(env)) {
    const value = env[name];
    if (value !== undefined && value.length <= PLAIN_CHARS && isPlain(name.toUpperCase())) plain[name] = value;
  }
  return plain;
}

function isPlain(name: string): boolean {
  return PLAIN.has(name) || LOCALE.test(name);
}

/** Name → first 8 hex digits of HMAC-SHA-256(key, value): equal values can be recognised, on this machine only. */
export function fingerprints(
  env: Readonly<Record<string, string | undefined>>,
  key: Uint8Array,
): Record<string, string> {
  const print = createKeyedPrint(key);
  const prints: Record<string, string> = {};
  for (const name of Object.keys(env)) {
    const value = env[name];
    if (value !== undefined) prints[name] = print(value);
  }
  return prints;
}

function userName(): string | null {
  try {
    return lateOs().userInfo().username;
  } catch {
    return null;
  }
}
