/**
 * What a server's command line starts, told by its words alone: a package that a runner fetches, a container image, a
 * script, a Python module or a program. Whether any of it is there is asked elsewhere.
 */

export type ServerLaunch =
  /** `package` null: the runner takes what the command alone names. */
  | { readonly kind: 'npm'; readonly runner: string; readonly spec: string; readonly bin: string | null }
  | { readonly kind: 'pypi'; readonly runner: string; readonly spec: string; readonly bin: string | null }
  /** `uv run` and `poetry run`: in the project of a folder, null for the working directory. */
  | { readonly kind: 'project'; readonly runner: string; readonly folder: string | null; readonly target: string }
  | { readonly kind: 'module'; readonly python: string; readonly module: string }
  | { readonly kind: 'image'; readonly runner: string; readonly image: string }
  | { readonly kind: 'script'; readonly runtime: string; readonly file: string }
  | { readonly kind: 'program'; readonly program: string }
  | { readonly kind: 'unknown'; readonly why: string };

/** Options that take the next word, by program. Any other is taken for one that stands alone. */
const VALUED: Readonly<Record<string, readonly string[]>> = {
  npx: '-c --call --registry --cache --prefix --userconfig --globalconfig -w --workspace --loglevel --node-options --script-shell'.split(
    ' ',
  ),
  pnpm: ['-C', '--dir', '--filter', '-F', '--reporter', '--registry'],
  yarn: ['--cwd', '--registry'],
  bun: ['--cwd', '--config', '-r', '--preload'],
  uvx: '--python -p --with --with-editable --with-requirements -w --index --default-index --index-url -i --extra-index-url --find-links -f --cache-dir --config-file --directory --project --env-file --refresh-package --upgrade-package -P --constraints -c --overrides --prerelease --resolution --link-mode --exclude-newer --keyring-provider --allow-insecure-host --color'.split(
    ' ',
  ),
  pipx: '--python --pip-args --index-url -i --suffix'.split(' '),
  poetry: ['-C', '--directory', '-P', '--project'],
  node: '-r --require --import --loader --experimental-loader -C --conditions --env-file --env-file-if-exists --title --inspect-port --stack-trace-limit --max-http-header-size --dns-result-order'.split(
    ' ',
  ),
  python: ['-W', '-X', '-c'],
  deno: ['--config', '-c', '--import-map', '--lock', '--location', '--cert', '--env-file'],
  tsx: ['--tsconfig', '--import', '-r', '--require'],
};

/** The options of `docker run` and `podman run` that stand alone; all others take a value. */
export const DOCKER_ALONE: ReadonlySet<string> = new Set(
  'interactive tty detach rm init privileged publish-all read-only no-healthcheck oom-kill-disable sig-proxy quiet disable-content-trust no-hosts no-hostname replace rmi tls-verify use-api-socket help'.split(
    ' ',
  ),
);

/** File names without folder and Windows ending. */
const nameOf = (word: string) =>
  (word.split(/[\\/]/).at(-1) ?? '').replace(/\.(?:exe|cmd|bat|ps1)$/i, '').toLowerCase();

/** @param argv program and arguments */
export function serverLaunch(argv: readonly string[]): ServerLaunch {
  const [program = '', ...rest] = argv;
  if (program === '') return { kind: 'unknown', why: 'the entry has no command' };
  const name = nameOf(program);
  if (name === 'cmd' && /^\/c$/i.test(rest.find((word) => !/^\/[dsq]$/i.test(word)) ?? ''))
    return serverLaunch(rest.slice(rest.findIndex((word) => /^\/c$/i.test(word)) + 1));
  if (name === 'env') return serverLaunch(withoutEnv(rest));
  if (/^(?:sh|bash|zsh|dash|fish|powershell|pwsh)$/.test(name)) return shellLaunch(name, program, rest);
  const runner = RUNNERS.find(({ names }) => names.test(name));
  return runner ? runner.read(program, name, rest) : { kind: 'program', program };
}

interface Runner {
  readonly names: RegExp;
  read(program: string, name: string, rest: readonly string[]): ServerLaunch;
}

const RUNNERS: readonly Runner[] = [
  {
    names: /^(?:npx|pnpx|bunx)$/,
    read: (_program, name, rest) => npmLaunch(name, rest, name === 'npx' ? 'npx' : 'pnpm'),
  },
  { names: /^npm$/, read: (program, name, rest) => verb(program, name, rest, /^(?:exec|x)$/, 'npx') },
  { names: /^pnpm$/, read: (program, name, rest) => verb(program, name, rest, /^(?:dlx|exec)$/, 'pnpm') },
  { names: /^yarn$/, read: (program, name, rest) => verb(program, name, rest, /^(?:dlx|exec)$/, 'yarn') },
  { names: /^bun$/, read: bunLaunch },
  { names: /^deno$/, read: denoLaunch },
  { names: /^uvx$/, read: (_program, name, rest) => pypiLaunch(name, rest, 'uvx') },
  { names: /^uv$/, read: uvLaunch },
  { names: /^pipx$/, read: pipxLaunch },
  { names: /^poetry$/, read: (program, name, rest) => projectLaunch(program, name, rest, 'poetry') },
  { names: /^(?:docker|podman|nerdctl)$/, read: imageLaunch },
  { names: /^(?:node|nodejs)$/, read: (program, name, rest) => scriptLaunch(program, name, rest, 'node') },
  { names: /^(?:tsx|ts-node|esno|jiti)$/, read: (program, name, rest) => scriptLaunch(program, name, rest, 'tsx') },
  { names: /^(?:python|py|pypy)[\d.]*$/, read: pythonLaunch },
  { names: /^(?:ruby|perl|php)$/, read: (program, name, rest) => scriptLaunch(program, name, rest, name) },
];

/** Where the first word stands that is no option and no option's value; the options passed, with their values. */
function firstWord(rest: readonly string[], valued: readonly string[]): { at: number; options: Map<string, string> } {
  const options = new Map<string, string>();
  let at = 0;
  for (; at < rest.length; at++) {
    const word = rest[at]!;
    if (word === '--') return { at: at + 1, options };
    if (!word.startsWith('-') || word === '-') break;
    const [, name = word, value] = /^(--?[^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (value !== undefined) options.set(name, value);
    else if (valued.includes(name)) options.set(name, rest[++at] ?? '');
    else options.set(name, '');
  }
  return { at, options };
}

function npmLaunch(runner: string, rest: readonly string[], table: string): ServerLaunch {
  const valued = [...(VALUED[table] ?? []), '-p', '--package'];
  const { at, options } = firstWord(rest, valued);
  const named = options.get('--package') ?? options.get('-p');
  const word = rest[at];
  if (named !== undefined && named !== '') return { kind: 'npm', runner, spec: named, bin: word ?? null };
  return word === undefined
    ? { kind: 'unknown', why: `${runner} names no package` }
    : { kind: 'npm', runner, spec: word, bin: null };
}

function verb(program: string, name: string, rest: readonly string[], verbs: RegExp, table: string): ServerLaunch {
  const { at } = firstWord(rest, VALUED[table] ?? []);
  const word = rest[at] ?? '';
  // npm allows its options before and behind `exec`, and `--` before the package.
  if (verbs.test(word)) return npmLaunch(`${name} ${word}`, [...rest.slice(0, at), ...rest.slice(at + 1)], table);
  if (/^(?:run|run-script|start)$/.test(word))
    return {
      kind: 'project',
      runner: name,
      folder: folderOf(rest, at, table),
      target: word === 'start' ? word : (rest[at + 1] ?? ''),
    };
  return { kind: 'program', program };
}

function folderOf(rest: readonly string[], at: number, table: string): string | null {
  const { options } = firstWord(rest.slice(0, at), VALUED[table] ?? []);
  return (
    ['--prefix', '--dir', '-C', '--cwd', '--directory', '--project', '-P']
      .map((name) => options.get(name))
      .find((folder) => folder) ?? null
  );
}

function bunLaunch(program: string, name: string, rest: readonly string[]): ServerLaunch {
  const { at } = firstWord(rest, VALUED.bun ?? []);
  const word = rest[at] ?? '';
  if (word === 'x') return npmLaunch('bunx', rest.slice(at + 1), 'bun');
  if (word !== 'run') return scriptLaunch(program, name, rest, 'bun');
  const target = rest[at + 1] ?? '';
  return /\.[cm]?[jt]sx?$/.test(target)
    ? { kind: 'script', runtime: program, file: target }
    : { kind: 'project', runner: name, folder: folderOf(rest, at, 'bun'), target };
}

function denoLaunch(program: string, name: string, rest: readonly string[]): ServerLaunch {
  const { at } = firstWord(rest, VALUED.deno ?? []);
  if (rest[at] !== 'run') return { kind: 'program', program };
  const inner = rest.slice(at + 1);
  const word = inner[firstWord(inner, VALUED.deno ?? []).at];
  if (word === undefined) return { kind: 'program', program };
  if (/^(?:npm|jsr):/.test(word)) return { kind: 'npm', runner: name, spec: word, bin: null };
  return { kind: 'script', runtime: program, file: word };
}

function pypiLaunch(runner: string, rest: readonly string[], table: string): ServerLaunch {
  const { at, options } = firstWord(rest, [...(VALUED[table] ?? []), '--from', '--spec']);
  const named = options.get('--from') ?? options.get('--spec');
  const word = rest[at];
  if (named) return { kind: 'pypi', runner, spec: named, bin: word ?? null };
  return word === undefined
    ? { kind: 'unknown', why: `${runner} names no package` }
    : { kind: 'pypi', runner, spec: word, bin: null };
}

function uvLaunch(program: string, name: string, rest: readonly string[]): ServerLaunch {
  const { at } = firstWord(rest, VALUED.uvx ?? []);
  if (rest[at] === 'tool' && rest[at + 1] === 'run') return pypiLaunch('uvx', rest.slice(at + 2), 'uvx');
  return projectLaunch(program, name, rest, 'uvx');
}

function projectLaunch(program: string, name: string, rest: readonly string[], table: string): ServerLaunch {
  const { at } = firstWord(rest, VALUED[table] ?? []);
  if (rest[at] !== 'run') return { kind: 'program', program };
  const inner = rest.slice(at + 1);
  const word = firstWord(inner, VALUED[table] ?? []);
  const folder = folderOf(rest, at, table) ?? word.options.get('--directory') ?? word.options.get('--project') ?? null;
  return { kind: 'project', runner: name, folder, target: inner[word.at] ?? '' };
}

function pipxLaunch(program: string, name: string, rest: readonly string[]): ServerLaunch {
  const { at } = firstWord(rest, VALUED.pipx ?? []);
  return rest[at] === 'run' ? pypiLaunch(name, rest.slice(at + 1), 'pipx') : { kind: 'program', program };
}

function imageLaunch(program: string, name: string, rest: readonly string[]): ServerLaunch {
  const start = rest.findIndex((word) => word === 'run' || word === 'create');
  if (start < 0) return { kind: 'program', program };
  for (let at = start + 1; at < rest.length; at++) {
    const word = rest[at]!;
    if (!word.startsWith('-')) return { kind: 'image', runner: name, image: word };
    if (word.includes('=')) continue;
    const alone = word.startsWith('--') ? DOCKER_ALONE.has(word.slice(2)) : /^-[itdPqh]+$/.test(word);
    // `-ePORT` carries its value itself.
    if (!alone && (word.startsWith('--') || word.length === 2 || /^-[itdPq]+[a-zA-Z]$/.test(word))) at++;
  }
  return { kind: 'unknown', why: `${name} run names no image` };
}

function scriptLaunch(program: string, name: string, rest: readonly string[], table: string): ServerLaunch {
  if (
    rest.some(
      (word) => /^(?:-e|--eval|-p|--print)$/.test(word) && rest.indexOf(word) < firstWord(rest, VALUED[table] ?? []).at,
    )
  )
    return { kind: 'unknown', why: `${name} runs a text of the entry itself` };
  const file = rest[firstWord(rest, VALUED[table] ?? []).at];
  return file === undefined ? { kind: 'program', program } : { kind: 'script', runtime: program, file };
}

function pythonLaunch(program: string, name: string, rest: readonly string[]): ServerLaunch {
  const at = rest.findIndex((word) => word === '-m' || !word.startsWith('-'));
  const module = at >= 0 && rest[at] === '-m' ? rest[at + 1] : undefined;
  if (module !== undefined) return { kind: 'module', python: program, module };
  if (rest.some((word) => word === '-c')) return { kind: 'unknown', why: `${name} runs a text of the entry itself` };
  return scriptLaunch(program, name, rest, 'python');
}

function shellLaunch(name: string, program: string, rest: readonly string[]): ServerLaunch {
  const at = rest.findIndex((word) => /^-[a-z]*c$|^-command$/i.test(word));
  if (at < 0) return scriptLaunch(program, name, rest, name);
  const text = rest[at + 1] ?? '';
  // One plain command, as in `bash -lc "npx -y server"`; anything with shell syntax is left alone.
  if (rest.length > at + 2 || /[;&|<>()`$\n"'\\*?]/.test(text))
    return { kind: 'unknown', why: `${name} runs a text of the entry itself` };
  return serverLaunch(
    text
      .replace(/^exec\s+/, '')
      .split(/\s+/)
      .filter((word) => word !== ''),
  );
}

function withoutEnv(rest: readonly string[]): readonly string[] {
  let at = 0;
  while (at < rest.length && /^-|^\w+=/.test(rest[at]!)) at += /^(?:-u|-C|--unset|--chdir)$/.test(rest[at]!) ? 2 : 1;
  return rest.slice(at);
}
