/**
 * The command that prepares a fresh checkout, found by the lockfiles and manifests at its top, with its source and the
 * tools that it needs. Finds and runs nothing; who runs it asks first.
 */
import type { Files } from './files.ts';
import { isObject } from './packageJson.ts';
import { type ProjectFiles, projectFiles, scriptManager } from './projectFiles.ts';
import type { CaptureRequest } from './request.ts';

export interface SetupCommand {
  /** For the platform's shell; several steps are joined by `&&`. */
  readonly command: string;
  /** The files or the setting that it was found by. */
  readonly source: string;
  readonly tools: readonly string[];
}

interface Step {
  readonly command: string;
  readonly source: string;
  readonly tools: readonly string[];
}

type StepFinder = (project: ProjectFiles, platform: string) => Step | null;

/** One step an ecosystem at most. */
const STEPS: readonly StepFinder[] = [
  scripts,
  python,
  (project) =>
    project.has('Cargo.lock')
      ? { command: 'cargo fetch --locked', source: 'Cargo.lock', tools: ['cargo'] }
      : step(project, 'Cargo.toml', 'cargo fetch', 'cargo'),
  (project) => step(project, 'go.mod', 'go mod download', 'go'),
  (project) => step(project, 'Gemfile.lock', 'bundle install', 'bundle'),
  (project) => step(project, 'composer.lock', 'composer install --no-interaction', 'composer'),
  (project) => step(project, 'mix.lock', 'mix deps.get', 'mix'),
  (project) => step(project, 'pubspec.lock', 'dart pub get --enforce-lockfile', 'dart'),
];

/** null where nothing at the top says how it is prepared: then nothing has to be. */
export function findSetup(
  { root, settings, platform }: Pick<CaptureRequest, 'root' | 'settings' | 'platform'>,
  files: Files,
): SetupCommand | null {
  if (settings.setupCommand) return { ...settings.setupCommand, tools: toolsOfCommand(settings.setupCommand.command) };
  const project = projectFiles(root, files);
  const found = STEPS.flatMap((find) => find(project, platform) ?? []);
  if (found.length === 0) return null;
  return {
    command: found.map(({ command }) => command).join(' && '),
    source: found.map(({ source }) => source).join(', '),
    tools: [...new Set(found.flatMap(({ tools }) => tools))],
  };
}

/** The programs that a command line starts, as far as its words say: the first word of each of its parts. */
export function toolsOfCommand(command: string): readonly string[] {
  const parts = command.split(/&&|\|\||[;|\n]/).map((part) => part.trim().replace(/^(?:\w+=\S*\s+)+/, ''));
  const words = parts.map((part) => /^["']?([\w./\\-]+)/.exec(part)?.[1] ?? '').filter((word) => /^[\w-]+$/.test(word));
  return [...new Set(words)].filter((word) => !/^(?:cd|echo|set|export|true|exit|test)$/.test(word));
}

function scripts(project: ProjectFiles): Step | null {
  const json = project.json('package.json');
  if (json === null) return null;
  const manager = scriptManager(project);
  const lock = LOCKED_SCRIPTS[manager].find(({ file }) => project.has(file));
  const tools = manager === 'bun' ? ['bun'] : ['node', manager];
  if (lock) {
    const isBerry = lock.file === 'yarn.lock' && /^__metadata:/m.test(project.text('yarn.lock') ?? '');
    return { command: isBerry ? 'yarn install --immutable' : lock.command, source: lock.file, tools };
  }
  const needs = ['dependencies', 'devDependencies', 'optionalDependencies', 'workspaces'].some((key) => {
    const value = json[key];
    return Array.isArray(value) || (isObject(value) && Object.keys(value).length > 0);
  });
  return needs ? { command: `${manager} install`, source: 'package.json', tools } : null;
}

const LOCKED_SCRIPTS: Readonly<
  Record<'npm' | 'pnpm' | 'yarn' | 'bun', readonly { readonly file: string; readonly command: string }[]>
> = {
  npm: [
    { file: 'npm-shrinkwrap.json', command: 'npm ci' },
    { file: 'package-lock.json', command: 'npm ci' },
  ],
  pnpm: [{ file: 'pnpm-lock.yaml', command: 'pnpm install --frozen-lockfile' }],
  yarn: [{ file: 'yarn.lock', command: 'yarn install --frozen-lockfile' }],
  bun: [
    { file: 'bun.lock', command: 'bun install --frozen-lockfile' },
    { file: 'bun.lockb', command: 'bun install --frozen-lockfile' },
  ],
};

function python(project: ProjectFiles, platform: string): Step | null {
  const locked =
    step(project, 'uv.lock', 'uv sync --frozen', 'uv') ??
    step(project, 'poetry.lock', 'poetry install --no-interaction', 'poetry') ??
    step(project, 'pdm.lock', 'pdm sync', 'pdm') ??
    step(project, 'Pipfile.lock', 'pipenv sync', 'pipenv');
  if (locked) return locked;
  const requirements = ['requirements.txt', 'requirements-dev.txt'].filter(project.has);
  if (requirements.length === 0) return null;
  // Into an environment of its own: the system's packages are nobody's to change.
  const [make, pip] =
    platform === 'win32'
      ? ['python -m venv .venv', '.venv\\Scripts\\python -m pip']
      : ['python3 -m venv .venv', '.venv/bin/python -m pip'];
  const install = `${pip} install ${requirements.map((name) => `-r ${name}`).join(' ')}`;
  return {
    command: `${make} && ${install}`,
    source: requirements.join(', '),
    tools: [platform === 'win32' ? 'python' : 'python3'],
  };
}

function step(project: ProjectFiles, source: string, command: string, tool: string): Step | null {
  return project.has(source) ? { command, source, tools: [tool] } : null;
}
