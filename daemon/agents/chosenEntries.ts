/**
 * The one walk over the entries of a set of config files: which of them a command means, file by file as it gets there,
 * so that what it does to those of one is done before the next file is opened. What is done is for whoever walks.
 */
import type { ServerEntry } from '../model/serverEntries.ts';
import type { ConfigFile } from './configFiles.ts';
import type { ConfigSet, OpenFile } from './configSet.ts';
import { type EntryReport, isForFolder } from './entryReport.ts';

export interface EntryChoice {
  /** Only the server of this name, or all. */
  readonly server: string | null;
  /** The folders whose entries are meant where a file holds those of several; null means all. */
  readonly folders: readonly string[] | null;
}

/** A file that could not be read, and so was left as it is. */
export interface FileProblem {
  readonly file: string;
  readonly reason: string;
}

export interface WalkOutcome {
  readonly entries: readonly EntryReport[];
  readonly problems: readonly FileProblem[];
}

/** Lazy and in the order of the files. @param problems takes what could not be read */
export function* chosenEntries(
  set: ConfigSet,
  files: readonly ConfigFile[],
  { server, folders }: EntryChoice,
  problems: FileProblem[],
): Generator<{ readonly open: OpenFile; readonly entries: readonly ServerEntry[] }> {
  for (const file of files) {
    const opened = set.open(file);
    if (opened.kind === 'failed') {
      problems.push({ file: file.path, reason: opened.reason });
      continue;
    }
    const { open } = opened;
    const isMeant = ({ name, project }: ServerEntry) =>
      (server === null || name === server) && (folders === null || isForFolder(project, folders));
    yield { open, entries: open.entries.filter(isMeant) };
  }
}
