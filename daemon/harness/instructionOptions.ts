/**
 * What an agent's own settings say about where it looks for instructions: names, switches, exclusions, budgets. What
 * they do to the files is decided where the files are found.
 */
import { join } from 'node:path';
import type { Plain } from '../model/configTree.ts';
import { itemsOf, readFrontmatter } from '../model/frontmatter.ts';
import type { Files } from './files.ts';
import { homePaths, isIn } from './homePath.ts';
import { isObject, memberAt, readConfig, stringList } from './readConfig.ts';
import type { CaptureRequest } from './request.ts';

/** A settings file that was read, weakest first. */
export interface Layer {
  /** For people: `~/.claude/settings.json`. */
  readonly shown: string;
  readonly from: 'managed' | 'home' | 'workspace';
  readonly value: Plain;
}

export interface InstructionOptions {
  readonly layers: readonly Layer[];
  /** What `{names}` stands for; null where nothing names any. */
  readonly names: readonly string[] | null;
  /** The strongest layer that sets a key (its levels parted by `/`). */
  readonly set: (key: string) => { readonly value: Plain; readonly shown: string } | null;
}

/** Where each agent's settings are, weakest first: `./` is the root, `>/` the working directory. */
const SETTINGS: Readonly<Record<string, readonly string[]>> = {
  'claude-code': [
    '{CLAUDE_CONFIG_DIR:~/.claude}/settings.json',
    './.claude/settings.json',
    '>/.claude/settings.json',
    './.claude/settings.local.json',
    '>/.claude/settings.local.json',
    '{managed:claude}/managed-settings.json',
  ],
  vscode: ['{editor}/settings.json', './.vscode/settings.json'],
  codex: [
    '{managed:codex}/config.toml',
    '{CODEX_HOME:~/.codex}/config.toml',
    './.codex/config.toml',
    '>/.codex/config.toml',
  ],
  'gemini-cli': [
    '{managed:gemini}/system-defaults.json',
    '{GEMINI_CLI_HOME:~}/.gemini/settings.json',
    './.gemini/settings.json',
    '{managed:gemini}/settings.json',
  ],
  opencode: [
    '{XDG_CONFIG_HOME:~/.config}/opencode/opencode.json',
    '{XDG_CONFIG_HOME:~/.config}/opencode/opencode.jsonc',
    './opencode.json',
    './opencode.jsonc',
    './.opencode/opencode.json',
  ],
};

/** Never throws; a settings file that cannot be read sets nothing. */
export function instructionOptions(agent: string, request: CaptureRequest, files: Files): InstructionOptions {
  const layers = (SETTINGS[agent] ?? []).flatMap((path) => layersOf(path, request, files));
  const set = (key: string) => {
    for (const { value, shown } of layers.toReversed()) {
      const found = settingOf(value, key);
      if (found !== undefined) return { value: found, shown };
    }
    return null;
  };
  return { layers, names: namesOf(agent, set, layers, request, files), set };
}

function layersOf(path: string, request: CaptureRequest, files: Files): Layer[] {
  const project = /^[.>]\/(.*)$/.exec(path)?.[1];
  if (project !== undefined) {
    if (path.startsWith('>') && request.cwd === request.root) return [];
    const folder = path.startsWith('>') && isIn(request.cwd, request.root) ? request.cwd : request.root;
    const read = readConfig(join(folder, project), request.root, files);
    return read.kind === 'read' ? [{ shown: project, from: 'workspace', value: read.value }] : [];
  }
  return homePaths(path, request).flatMap(({ base, rest, within }) => {
    const read = readConfig(join(base, rest), within, files);
    const from = path.startsWith('{managed:') ? ('managed' as const) : ('home' as const);
    return read.kind === 'read' ? [{ shown: path.replace(/^\{\w+:(~[^}]*)\}/, '$1'), from, value: read.value }] : [];
  });
}

/** VS Code's keys have dots in them and may hold tables of folders. */
function settingOf(value: Plain, key: string): Plain | undefined {
  const [first = '', ...rest] = key.split('/');
  if (first.includes('.') && isObject(value) && Object.hasOwn(value, first)) {
    return rest.length === 0 ? value[first] : memberAt(value[first], [rest.join('/')]);
  }
  return memberAt(value, [first, ...rest]);
}

function namesOf(
  agent: string,
  set: InstructionOptions['set'],
  layers: readonly Layer[],
  request: CaptureRequest,
  files: Files,
): readonly string[] | null {
  const listed = (key: string) => {
    const found = set(key);
    return found ? stringList(found.value) : null;
  };
  if (agent === 'codex') return listed('project_doc_fallback_filenames');
  if (agent === 'gemini-cli') return listed('context/fileName') ?? listed('contextFileName');
  // Lists of several files add up.
  if (agent === 'opencode') return layers.flatMap(({ value }) => stringList(memberAt(value, ['instructions'])));
  if (agent === 'aider') return aiderNames(request, files);
  return null;
}

/** `read:` of `.aider.conf.yml`, in the home folder, the root and the working directory; the last one counts. */
function aiderNames(request: CaptureRequest, files: Files): readonly string[] {
  for (const folder of [request.cwd, request.root, request.home]) {
    const content = files.read(join(folder, '.aider.conf.yml'), folder === request.home ? request.home : request.root);
    if (content.kind !== 'file') continue;
    const items = itemsOf(readFrontmatter(`---\n${content.text}\n---\n`).fields.get('read'));
    if (items.length > 0) return items;
  }
  return [];
}
