/**
 * The environment of somebody who has just cloned: programs, language, proxies, the authorities that they are trusted by
 * and the temporary folder as they are, an
 * empty home folder, and nothing else. Set-up may use the package managers' caches, which spare the network and change
 * no result.
 */
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** A proxy that looks into TLS comes with an authority of its own: whoever clones behind it has both. Names of files. */
const AUTHORITIES =
  /^(?:NODE_EXTRA_CA_CERTS|NODE_USE_SYSTEM_CA|SSL_CERT_(?:FILE|DIR)|NIX_SSL_CERT_FILE|CURL_CA_BUNDLE|REQUESTS_CA_BUNDLE|GIT_SSL_CAINFO|PIP_CERT|CARGO_HTTP_CAINFO|NPM_CONFIG_CAFILE)$/i;

const KEPT =
  /^(?:PATH|PATHEXT|LANG|LANGUAGE|LC_\w+|TZ|TMPDIR|TEMP|TMP|(?:HTTPS?|NO|ALL|FTP)_PROXY|SYSTEMROOT|WINDIR|COMSPEC|SYSTEMDRIVE|PROGRAMFILES(?:\(X86\))?|PROGRAMDATA|NUMBER_OF_PROCESSORS|PROCESSOR_\w+|OS)$/i;

/** Where programs on PATH that only hand on to another one find it: without these `PATH` would not be as it is. */
const TOOLS: readonly [name: string, folder: string][] = [
  ['RUSTUP_HOME', '.rustup'],
  ['PYENV_ROOT', '.pyenv'],
  ['RBENV_ROOT', '.rbenv'],
  ['VOLTA_HOME', '.volta'],
  ['ASDF_DATA_DIR', '.asdf'],
  ['MISE_DATA_DIR', '.local/share/mise'],
  ['SDKMAN_DIR', '.sdkman'],
  ['JAVA_HOME', ''],
  ['GOROOT', ''],
  ['COREPACK_HOME', '.cache/node/corepack'],
];

const CACHES: readonly [name: string, folder: string][] = [
  ['npm_config_cache', '.npm'],
  ['npm_config_store_dir', '.local/share/pnpm/store'],
  ['YARN_CACHE_FOLDER', '.cache/yarn'],
  ['PIP_CACHE_DIR', '.cache/pip'],
  ['UV_CACHE_DIR', '.cache/uv'],
  ['POETRY_CACHE_DIR', '.cache/pypoetry'],
  ['GOMODCACHE', 'go/pkg/mod'],
  ['GRADLE_RO_DEP_CACHE', '.gradle/caches'],
  ['COMPOSER_CACHE_DIR', '.cache/composer'],
  ['NUGET_PACKAGES', '.nuget/packages'],
];

/** Cargo keeps its caches beside its credentials: only the caches are shown, as links in the empty home. */
const CARGO_CACHES = ['registry', 'git'];

export interface FreshEnvironment {
  /** For tests, and what a capture sees. */
  readonly plain: Record<string, string>;
  /** For set-up. */
  readonly lent: Record<string, string>;
}

/**
 * @param warm the environment of the caller
 * @param warmHome the caller's home folder
 * @param home an empty folder that is made where it is not there
 */
export function freshEnvironment(warm: Environment, warmHome: string, home: string): FreshEnvironment {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(warm))
    if (value !== undefined && (KEPT.test(name) || AUTHORITIES.test(name))) plain[name] = value;
  Object.assign(plain, found(TOOLS, warm, warmHome), { HOME: home });
  if (process.platform === 'win32') plain.USERPROFILE = home;
  return { plain, lent: { ...plain, ...found(CACHES, warm, warmHome), ...cargo(warm, warmHome, home) } };
}

/** As the caller has set them, else where they are by default and there. */
function found(rows: typeof CACHES, warm: Environment, warmHome: string): Record<string, string> {
  const folders = rows.flatMap(([name, folder]): [string, string][] => {
    const set = warm[name];
    if (set) return [[name, set]];
    const usual = join(warmHome, folder);
    return folder !== '' && existsSync(usual) ? [[name, usual]] : [];
  });
  return Object.fromEntries(folders);
}

function cargo(warm: Environment, warmHome: string, home: string): Record<string, string> {
  const from = warm.CARGO_HOME ?? join(warmHome, '.cargo');
  if (!existsSync(from)) return {};
  const to = join(home, '.cargo');
  mkdirSync(to, { recursive: true });
  for (const folder of CARGO_CACHES) {
    const target = join(from, folder);
    // A junction, because Windows lets only administrators make other links.
    if (existsSync(target) && !existsSync(join(to, folder))) symlinkSync(target, join(to, folder), 'junction');
  }
  return { CARGO_HOME: to };
}
