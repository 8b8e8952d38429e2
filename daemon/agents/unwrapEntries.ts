/** Takes the launcher out of every wrapped entry of a set of files, in memory, from what the entries themselves say. */
import { OVERRIDE, removeOverride } from '../model/override.ts';
import { readText, unwrapSeveral } from '../model/rewriteConfig.ts';
import type { ServerEntry } from '../model/serverEntries.ts';
import { launchedBy } from '../model/unwrapEntry.ts';
import { chosenEntries, type EntryChoice, type FileProblem, type WalkOutcome } from './chosenEntries.ts';
import type { ConfigFile } from './configFiles.ts';
import type { ConfigSet, OpenFile } from './configSet.ts';
import { notWritable } from './editFile.ts';
import { type EntryReport, entryReport } from './entryReport.ts';

export interface UnwrapTask extends EntryChoice {
  readonly tracked: boolean;
  readonly isTracked: (target: string) => boolean;
  /** A file of the user's own in which the overrides of the chosen entries stand, where it is not one of the files itself. */
  readonly overrides: ConfigFile | null;
}

export function unwrapEntries(set: ConfigSet, files: readonly ConfigFile[], task: UnwrapTask): WalkOutcome {
  const problems: FileProblem[] = [];
  const entries: EntryReport[] = [];
  for (const { open, entries: chosen } of chosenEntries(set, files, task, problems))
    entries.push(...unwrapAll(open, chosen, task));
  if (task.overrides) entries.push(...overridesOf(set, entries, task.overrides, task));
  return { entries, problems };
}

/** Who points at a project's entry means what stands before it too. */
function overridesOf(
  set: ConfigSet,
  chosen: readonly EntryReport[],
  file: ConfigFile,
  task: UnwrapTask,
): readonly EntryReport[] {
  const names = new Set(chosen.map(({ server }) => server));
  const isMeant = (entry: ServerEntry) =>
    names.has(entry.name) && entry.project !== null && launchedBy(entry)?.was.includes(OVERRIDE);
  const found: EntryReport[] = [];
  for (const { open, entries } of chosenEntries(set, [file], { server: null, folders: task.folders }, []))
    found.push(...unwrapAll(open, entries.filter(isMeant), task));
  return found;
}

function unwrapAll(open: OpenFile, entries: readonly ServerEntry[], task: UnwrapTask): EntryReport[] {
  const list = entries.map((entry) => unwrapEntryOf(open, entry, task));
  const wishes = list.filter((one) => 'node' in one);
  const { now, whyNot } = unwrapSeveral(open.now, open.format, wishes);
  open.now = now;
  return list.map((one) => {
    if (!('node' in one)) return one;
    const not = whyNot[wishes.indexOf(one)] ?? null;
    return not === null ? entryReport(open, one, 'plain', 'unwrapped') : entryReport(open, one, 'wrapped', null, not);
  });
}

/** @returns the entry itself where it is unwrapped with the others of its file */
function unwrapEntryOf(open: OpenFile, entry: ServerEntry, task: UnwrapTask): EntryReport | ServerEntry {
  const launched = launchedBy(entry);
  if (!launched) return entryReport(open, entry, 'plain');
  const stays = (why: string) => entryReport(open, entry, 'wrapped', null, why);
  const hindered = notWritable(open.file.target);
  if (hindered) return stays(`the file cannot be changed: ${hindered}`);
  if (!task.tracked && task.isTracked(open.file.target))
    return { ...stays('git tracks the file; unwrap --tracked edits it all the same'), held_by_git: true };
  if (launched.was.includes(OVERRIDE) && entry.project !== null) {
    const text = removeOverride(open.now.text, entry.project, entry.name);
    if (text === null) return stays('it no longer says what was made for it');
    open.now = readText(text, open.format);
    return entryReport(open, entry, 'plain', 'override_removed');
  }
  return entry;
}
