/**
 * The one door to git: asks a checkout questions in a way that runs no program that the checkout names, writes nothing,
 * fetches nothing and ends in bounded time. What the answers mean is for the readers beside it.
 */
import { spawn } from 'node:child_process';
import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, parse, relative, sep } from 'node:path';

export interface GitAnswer {
  readonly stdout: Buffer;
  /** Empty where git said nothing, at most 8 KiB. */
  readonly stderr: string;
  /** null where git did not end by itself. */
  readonly code: number | null;
  /** Why there is no whole answer, completing "git …"; null where there is one. */
  readonly failure: string | null;
}

export interface GitOptions {
  /** 20 s where not given. */
  readonly limitMs?: number;
  readonly stdin?: Buffer;
  readonly signal?: AbortSignal | undefined;
  /** Whose git settings count; this process's where not given. */
  readonly home?: string;
  /** More `-c` settings, `name=value`. */
  readonly settings?: readonly string[];
}

const LIMIT_MS = 20_000;
const STDOUT_BYTES = 64 * 1024 * 1024;
const STDERR_CHARS = 8192;
const FILTERS_LIMIT = 200;

/**
 * What would let a checkout's configuration run a program or reach out, turned off. An empty `core.fsmonitor` is off in
 * every version of git, `false` is a program's name in those before 2.36.
 */
const SETTINGS = [
  'core.fsmonitor=',
  'core.hooksPath=/dev/null',
  'core.pager=cat',
  'core.sshCommand=false',
  'core.gitProxy=',
  'core.askPass=',
  'credential.helper=',
  'diff.external=',
  'protocol.allow=never',
  // A bare repository that lies as plain files in a checkout, configuration included, is not entered.
  'safe.bareRepository=explicit',
  'status.submoduleSummary=false',
];

/**
 * The git that a capture asks: the first on the seen `PATH` (absolute folders only) that does not lie in the workspace.
 * @param root the workspace's root, absolute
 */
export function findGit(root: string, path: string): string | null {
  const names = process.platform === 'win32' ? ['git.exe'] : ['git'];
  for (const folder of path.split(delimiter)) {
    if (!isAbsolute(folder)) continue;
    for (const name of names) {
      const found = runnable(join(folder, name));
      if (found !== null && !liesIn(found, root) && !liesIn(folder, root)) return join(folder, name);
    }
  }
  return null;
}

/** Asks git about a folder. Never rejects. */
export function askGit(
  program: string,
  folder: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<GitAnswer> {
  const settings = [...SETTINGS, ...(options.settings ?? [])].flatMap((setting) => ['-c', setting]);
  return new Promise<GitAnswer>((resolve) => {
    const out: Buffer[] = [];
    let bytes = 0;
    let stderr = '';
    let failure: string | null = null;
    const child = spawn(program, ['--no-pager', ...settings, '-C', folder, ...args], {
      // Not in the checkout: Windows would look for programs there first.
      cwd: parse(folder).root,
      env: environment(options.home),
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    const stop = (why: string) => {
      failure ??= why;
      child.kill('SIGKILL');
    };
    const timer = setTimeout(() => stop('did not answer in time'), options.limitMs ?? LIMIT_MS);
    const abort = () => stop('was ended');
    const end = (code: number | null) => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', abort);
      resolve({ stdout: Buffer.concat(out), stderr, code, failure });
    };
    options.signal?.addEventListener('abort', abort);
    if (options.signal?.aborted) abort();
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > STDOUT_BYTES) stop('answered more than 64 MiB');
      else out.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      if (stderr.length < STDERR_CHARS) stderr += chunk.toString('utf8');
    });
    child.on('error', (error) => {
      failure ??= `could not be started (${error.message})`;
      if (child.pid === undefined) end(null);
    });
    child.on('close', end);
    // Gone before it read all: its exit says so.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.stdin ?? '');
  }).catch((error: unknown) => {
    // A command line that the system does not take.
    const failure = `could not be started (${error instanceof Error ? error.message.slice(0, 200) : 'unknown'})`;
    return { stdout: Buffer.alloc(0), stderr: '', code: null, failure };
  });
}

/**
 * Settings that turn off every filter that any configuration defines, for `GitOptions.settings`: git would run them to
 * see whether a file has changed. Null where that cannot be done; then git is not asked for the state of files.
 */
export async function filtersOff(
  program: string,
  folder: string,
  options: GitOptions,
): Promise<{ readonly names: readonly string[]; readonly settings: readonly string[] } | null> {
  const answer = await askGit(program, folder, ['config', '-z', '--name-only', '--get-regexp', '^filter\\.'], options);
  // Exit 1: there is none.
  if (answer.failure !== null || (answer.code !== 0 && answer.code !== 1)) return null;
  const keys = answer.stdout.toString('utf8').split('\0');
  const names = [...new Set(keys.flatMap((key) => /^filter\.(.+)\.[^.]+$/is.exec(key)?.[1] ?? []))];
  // `-c` ends a key at its first `=`, and what is no UTF-8 could not be spelled.
  if (names.length > FILTERS_LIMIT || names.some((name) => /[=\n\uFFFD]/.test(name))) return null;
  const off = ['clean=', 'smudge=', 'process=', 'required=false'];
  return { names, settings: names.flatMap((name) => off.map((rest) => `filter.${name}.${rest}`)) };
}

/** Ours without what steers git: neither another repository nor a trace file that it would write. */
function environment(home?: string): Record<string, string | undefined> {
  const without =
    home === undefined ? /^(?:GIT_|SSH_ASKPASS|LC_|LANG)/i : /^(?:GIT_|SSH_ASKPASS|LC_|LANG|XDG_CONFIG_HOME$)/i;
  const own = Object.entries(process.env).filter(([name]) => !without.test(name));
  return {
    ...Object.fromEntries(own),
    ...(home === undefined ? {} : { HOME: home, USERPROFILE: home }),
    LC_ALL: 'C',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_PAGER: 'cat',
    // Names no protocol that there is: overrides what a configuration allows.
    GIT_ALLOW_PROTOCOL: 'none',
    // The user's own configuration may name files to write traces to.
    GIT_TRACE2: '0',
    GIT_TRACE2_EVENT: '0',
    GIT_TRACE2_PERF: '0',
  };
}

function runnable(path: string): string | null {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile() ? realpathSync.native(path) : null;
  } catch {
    return null;
  }
}

function liesIn(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}
