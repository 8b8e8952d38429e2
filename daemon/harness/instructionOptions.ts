/**
 * What an agent's own settings say about where it looks for instructions: names, switches, exclusions, budgets. What
 * they do to the files is decided where the files are found.
 */
import type { Plain } from '../model/configTree.ts';
import type { Files } from './files.ts';
import { portable } from './homePath.ts';
import { isObject, memberAt, readConfig, stringList } from './readConfig.ts';
import type { CaptureRequest } from './request.ts';
import { settingPaths } from './settingPaths.ts';
import { SETTINGS } from './settingsTable.ts';

/** A settings file that was read, weakest first. */
export interface Layer {
  /** For people: `~/.claude/settings.json`, `./.claude/settings.json`. */
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

/** Never throws; a settings file that cannot be read sets nothing. */
export function instructionOptions(agent: string, request: CaptureRequest, files: Files): InstructionOptions {
  const layers = layersOf(agent, request, files);
  const set = (key: string) => {
    for (const { value, shown } of layers.toReversed()) {
      const found = settingOf(value, key);
      if (found !== undefined) return { value: found, shown };
    }
    return null;
  };
  return { layers, names: namesOf(agent, set, request), set };
}

function layersOf(agent: string, request: CaptureRequest, files: Files): Layer[] {
  // The first row of an agent is its main one.
  const paths = SETTINGS.find((row) => row.agent === agent)?.files ?? [];
  return settingPaths(paths, request, files).flatMap(({ absolute, within, from }) => {
    const read = readConfig(absolute, within, files);
    return read.kind === 'read' ? [{ shown: portable(absolute, request), from, value: read.value }] : [];
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

function namesOf(agent: string, set: InstructionOptions['set'], request: CaptureRequest): readonly string[] | null {
  const listed = (key: string) => {
    const found = set(key);
    return found ? stringList(found.value) : null;
  };
  if (agent === 'codex') return listed('project_doc_fallback_filenames');
  if (agent === 'gemini-cli') return listed('context/fileName') ?? listed('contextFileName');
  const named = request.environment.plain.JUNIE_GUIDELINES_FILENAME;
  if (agent === 'junie') return named === undefined ? null : [named];
  // The last file that has the key counts.
  if (agent === 'aider') return listed('read');
  return null;
}
