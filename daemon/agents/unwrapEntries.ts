/** Takes the launcher out of every wrapped entry of a set of files, in memory, from what the entries themselves say. */
import { OVERRIDE, removeOverride } from '../model/override.ts';
import { readText, unwrapOne } from '../model/rewriteConfig.ts';
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
  const entries: EntryReport[] = [];
  const problems: FileProblem[] = [];
  for (const { open, entry } of chosenEntries(set, files, task, problems))
    entries.push(unwrapEntryOf(open, entry, task));
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
  const found: EntryReport[] = [];
  for (const { open, entry } of chosenEntries(set, [file], { server: null, folders: task.folders }, [])) {
    const isOverride = entry.project !== null && launchedBy(entry)?.was.includes(OVERRIDE);
    if (isOverride && names.has(entry.name)) found.push(unwrapEntryOf(open, entry, task));
  }
  return found;
}

function unwrapEntryOf(open: OpenFile, entry: ServerEntry, task: UnwrapTask): EntryReport {
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
  const plain = unwrapOne(open.now, open.format, entry);
  if (plain.kind !== 'done') return stays(plain.kind === 'refused' ? plain.reason : 'nothing was to be done');
  open.now = plain;
  return entryReport(open, entry, 'plain', 'unwrapped');
}
