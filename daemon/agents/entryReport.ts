/** What is said of one entry: where it stands, whether it is wrapped, and what a command does or did about it. */
import type { ServerEntry } from '../model/serverEntries.ts';
import type { OpenFile } from './configSet.ts';

/** `left_alone`: not wrapped, for the reason in `why`. */
export type EntryState = 'wrapped' | 'plain' | 'left_alone';
/** `override`: an entry of the user's own was put before it, or taken away again. */
export type EntryChange = 'wrapped' | 'unwrapped' | 'override' | 'override_removed';

export interface EntryReport {
  /** Ids of the agents that read the file. */
  readonly agents: readonly string[];
  readonly file: string;
  /** `local`: the user's own, for one project. */
  readonly scope: 'user' | 'project' | 'local';
  readonly server: string;
  readonly state: EntryState;
  readonly change: EntryChange | null;
  /** The file that the change is in, where it is another one. */
  readonly changed_file: string | null;
  /** What else is to be known: why it is left alone, or a warning. */
  readonly why: string | null;
  /** It is as it is because git tracks the file. */
  readonly held_by_git: boolean;
  /** Of the entry's name in the file before the change: line from 1, offsets in UTF-16 units. */
  readonly line: number;
  readonly start: number;
  readonly end: number;
}

export function entryReport(
  { file, before }: OpenFile,
  { name, nameSpan, project }: ServerEntry,
  state: EntryState,
  change: EntryChange | null = null,
  why: string | null = null,
): EntryReport {
  return {
    agents: file.agents.map(({ id }) => id),
    file: file.path,
    scope: project !== null ? 'local' : file.scope,
    server: name,
    state,
    change,
    changed_file: null,
    why,
    held_by_git: false,
    line: before.text.slice(0, nameSpan.start).split('\n').length,
    start: nameSpan.start,
    end: nameSpan.end,
  };
}

/** Is this entry of a file for several projects one of the folder at hand? */
export function isForFolder(project: string | null, folders: readonly string[]): boolean {
  const plain = (path: string) => path.replaceAll('\\', '/').replace(/\/+$/, '');
  return project === null || folders.some((folder) => plain(folder) === plain(project));
}
