/**
 * Paths of tables made absolute, and absolute ones told by their place. `~` is the home folder, `{NAME:else}` a variable
 * with what counts where it is not set, `{editor}` the user folder of each editor of VS Code's family, `{managed:…}` the
 * system's folder of an agent.
 */
import { isAbsolute, join, parse, relative, resolve, sep } from 'node:path';
import { portableText } from '../model/portableText.ts';
import type { Place } from '../protocol/harness.ts';
import type { CaptureRequest } from './request.ts';

type Asked = Pick<CaptureRequest, 'home' | 'root' | 'platform' | 'environment'>;

const EDITORS: Readonly<Record<string, readonly string[]>> = {
  linux: ['~/.config/Code/User', '~/.config/Code - Insiders/User', '~/.config/VSCodium/User'],
  darwin: [
    '~/Library/Application Support/Code/User',
    '~/Library/Application Support/Code - Insiders/User',
    '~/Library/Application Support/VSCodium/User',
  ],
  win32: ['{APPDATA}/Code/User', '{APPDATA}/Code - Insiders/User', '{APPDATA}/VSCodium/User'],
};
const REMOTE_EDITORS = [
  '~/.vscode-server/data/User',
  '~/.vscode-server/data/Machine',
  '~/.vscode-server-insiders/data/User',
  '~/.local/share/code-server/User',
];

/** Other platforms are as Linux. */
const MANAGED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  claude: {
    linux: '/etc/claude-code',
    darwin: '/Library/Application Support/ClaudeCode',
    win32: 'C:/Program Files/ClaudeCode',
  },
  codex: { linux: '/etc/codex', darwin: '/etc/codex', win32: 'C:/ProgramData/OpenAI/Codex' },
  gemini: {
    linux: '/etc/gemini-cli',
    darwin: '/Library/Application Support/GeminiCli',
    win32: 'C:/ProgramData/gemini-cli',
  },
  cursor: { linux: '/etc/cursor', darwin: '/Library/Application Support/Cursor', win32: 'C:/ProgramData/Cursor' },
  opencode: {
    linux: '/etc/opencode',
    darwin: '/Library/Application Support/opencode',
    win32: 'C:/ProgramData/opencode',
  },
};

export interface TablePath {
  /** A folder without patterns, absolute: where the search starts. */
  readonly base: string;
  /** What follows, with its patterns. */
  readonly rest: string;
  /** Links may lead anywhere in here. */
  readonly within: string;
}

/** One path for most, several with `{editor}`, none where a variable that it needs is not set. */
export function homePaths(path: string, asked: Asked): readonly TablePath[] {
  const start = /^(~|\{[^}]+\})(?:\/(.*))?$/.exec(path);
  if (!start) return [];
  const [, name = '', rest = ''] = start;
  if (name === '{editor}') {
    const editors = [...(EDITORS[asked.platform] ?? EDITORS.linux ?? []), ...REMOTE_EDITORS];
    return editors.flatMap((folder) => homePaths(`${folder}/${rest}`, asked));
  }
  const base = baseOf(name, asked);
  if (base === null || !isAbsolute(base)) return [];
  const within = name.startsWith('{managed:') || !isIn(base, asked.home) ? base : asked.home;
  return [{ base, rest, within }];
}

function baseOf(name: string, asked: Asked): string | null {
  if (name === '~') return asked.home;
  const [, variable = '', otherwise] = /^\{([^:}]+)(?::(.*))?\}$/.exec(name) ?? [];
  if (variable === 'managed') {
    const folders = MANAGED[otherwise ?? ''];
    return folders?.[asked.platform] ?? folders?.linux ?? null;
  }
  const set = asked.environment.plain[variable];
  if (set !== undefined && set !== '') return isAbsolute(set) ? resolve(set) : null;
  return otherwise === undefined ? null : join(asked.home, otherwise.replace(/^~\/?/, ''));
}

/** The system's folders of all agents, for telling places. */
function managedFolders(platform: string): string[] {
  return Object.values(MANAGED).flatMap((folders) => folders[platform] ?? folders.linux ?? []);
}

/** Where a file stands, and its path there with forward slashes. Files of no place keep their absolute path. */
export function placeOf(path: string, asked: Asked): { place: Place; path: string } {
  if (isIn(path, asked.root)) return { place: 'repository', path: from(asked.root, path) };
  const managed = managedFolders(asked.platform).find((folder) => isIn(path, folder));
  if (managed !== undefined) return { place: 'managed', path: from(managed, path) };
  if (isIn(path, asked.home)) return { place: 'home', path: from(asked.home, path) };
  return { place: 'extra', path: path.split(sep).join('/') };
}

/** From the file system's root down to the folder, both included. */
export function foldersDownTo(folder: string): readonly string[] {
  const { root } = parse(folder);
  const names = relative(root, folder)
    .split(sep)
    .filter((name) => name !== '');
  return [root, ...names.map((_, at) => join(root, ...names.slice(0, at + 1)))];
}

export function isIn(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

function from(folder: string, path: string): string {
  return relative(folder, path).split(sep).join('/');
}

/** A text for people without this machine's folders: the workspace as `.`, the home folder as `~`. */
export function portable(text: string, { home, root }: Pick<CaptureRequest, 'home' | 'root'>): string {
  return portableText(text, { home, root, platform: process.platform });
}
