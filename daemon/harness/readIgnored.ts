/**
 * What exists and git ignores: what a fresh checkout would not have. Content stays where it is; only a fingerprint, keyed
 * with this machine's key, says whether two of them are the same.
 */
import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import type { IgnoredEntry, Workbench } from '../protocol/workbench.ts';
import type { Files } from './files.ts';
import { onDisk } from './gitFolder.ts';
import type { StatusEntry } from './gitStatus.ts';

const ENTRIES_LIMIT = 500;
const FINGERPRINT_BYTES = 1024 * 1024;
const FINGERPRINT_CHARS = 16;

type Role = IgnoredEntry['role'];

/** By the last name of a path, in lower case; the first that fits. Installed packages before all that lies in them. */
const ROLES: readonly (readonly [RegExp, Role])[] = [
  [/^(?:node_modules|bower_components|jspm_packages|\.pnpm-store|\.yarn|\.pnp\..*|pods|vendor)$/, 'dependencies'],
  [/^(?:\.?venv|\.?virtualenv|env|__pypackages__|site-packages|\.bundle|deps|\.direnv)$/, 'dependencies'],
  [/^\.env(?:\..*|rc)?$|\.env$|^\.flaskenv$|^\.dev\.vars$|^\.(?:npmrc|netrc|pypirc|tool-versions)$/, 'environment'],
  [
    /^(?:local\.settings|appsettings\..*|settings\.local|.*\.local)\.(?:jsonc?|ya?ml|toml|ini|properties)$/,
    'environment',
  ],
  [
    /^local(?:[._-]settings)?\.(?:py|properties|env|ya?ml|toml|json)$|secret|credential|\.(?:pem|key|p12|pfx|jks|tfvars)$/,
    'environment',
  ],
  [
    /^\.(?:idea|vscode|vs|fleet|zed|cursor|history|settings|project|classpath|ds_store)$|\.(?:swp|swo|iml|suo|user)$|~$|^thumbs\.db$/,
    'editor',
  ],
  [
    /^__pycache__$|\.py[cod]$|cache$|^\.(?:tox|nox|turbo|gradle|nyc_output|hypothesis|ipynb_checkpoints|terraform|serverless)$/,
    'cache',
  ],
  [/^(?:tmp|temp|logs?|coverage|htmlcov|\.coverage.*|.*\.log|.*\.tsbuildinfo|.*\.pid)$/, 'cache'],
  [/^(?:dist|build|out|target|bin|obj|lib|release|debug|_build|storybook-static|public|site)$/, 'build'],
  [
    /^\.(?:next|nuxt|output|svelte-kit|angular|expo|docusaurus|build|dart_tool)$|\.egg-info$|\.(?:o|obj|a|so|dll|dylib|exe|class|jar|war|map|min\.js|wasm|tgz|whl|vsix)$/,
    'build',
  ],
  [
    /\.(?:sqlite3?|db|mdb|csv|tsv|parquet|jsonl|ndjson|sql|dump|rdb)$|^(?:data|db|fixtures|uploads|media|storage|.*\.data)$/,
    'data',
  ],
];
/** What may change what a program does comes first: a list that is cut must not lose it. */
const ORDER: readonly Role[] = ['environment', 'unknown', 'data', 'dependencies', 'build', 'editor', 'cache'];

/**
 * @param root the workspace's root
 * @param entries what git said; a folder's path ends in a slash
 */
export function readIgnored(
  root: string,
  entries: readonly StatusEntry[],
  files: Files,
  machineKey: Uint8Array | null,
): Pick<Workbench, 'ignored_present' | 'ignored_total'> {
  const ranked = entries
    .map((entry) => ({ entry, role: roleOf(entry.path, root, files) }))
    .sort((one, other) => ORDER.indexOf(one.role) - ORDER.indexOf(other.role) || byPath(one.entry, other.entry));
  return {
    ignored_present: ranked.slice(0, ENTRIES_LIMIT).map(({ entry, role }) => {
      if (entry.path.endsWith('/'))
        return { path: entry.path.slice(0, -1), kind: 'folder', role, bytes: null, fingerprint: null };
      const path = onDisk(root, entry.bytes);
      const kind = files.kindOf(path) ?? 'other';
      const bytes = files.sizeOf(path);
      const isSmall = kind === 'link' || (bytes !== null && bytes <= FINGERPRINT_BYTES);
      const digest = isSmall && machineKey ? files.blob(path, 'sha256') : null;
      return {
        path: entry.path,
        kind,
        role,
        bytes,
        fingerprint: digest && machineKey ? keyed(digest, machineKey) : null,
      };
    }),
    ignored_total: entries.length,
  };
}

function roleOf(path: string, root: string, files: Files): Role {
  const isFolder = path.endsWith('/');
  const name = (path.replace(/\/$/, '').split('/').at(-1) ?? '').toLowerCase();
  const role = ROLES.find(([pattern]) => pattern.test(name))?.[1] ?? 'unknown';
  // A folder of any name may be a virtual environment, and `env` may be anything else.
  if (isFolder && files.kindOf(join(root, path, 'pyvenv.cfg')) === 'file') return 'dependencies';
  if (name === 'env') return isFolder ? 'unknown' : 'environment';
  return role;
}

/** By code unit: the same on every machine. */
function byPath(one: StatusEntry, other: StatusEntry): number {
  return one.path < other.path ? -1 : one.path > other.path ? 1 : 0;
}

function keyed(digest: string, key: Uint8Array): string {
  return createHmac('sha256', key).update(`ignored ${digest}`).digest('hex').slice(0, FINGERPRINT_CHARS);
}
