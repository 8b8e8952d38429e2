/** What a file or folder that no commit has is there for, as far as its name tells. Pure. */
import type { IgnoredEntry } from '../protocol/workbench.ts';

export type FileRole = IgnoredEntry['role'];

/** By the last name of a path, in lower case; the first that fits. Installed packages before all that lies in them. */
const ROLES: readonly (readonly [RegExp, FileRole])[] = [
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

/** @param path a folder's ends in a slash */
export function fileRole(path: string): FileRole {
  const name = (path.replace(/\/$/, '').split('/').at(-1) ?? '').toLowerCase();
  // A file of variables, or a folder of anything.
  if (name === 'env') return path.endsWith('/') ? 'unknown' : 'environment';
  return ROLES.find(([pattern]) => pattern.test(name))?.[1] ?? 'unknown';
}
