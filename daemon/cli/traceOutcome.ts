/** What came of `wrap` and `unwrap`: the files saved, and the same told to people and programs. */
import { createTwoFilesPatch } from 'diff';
import { AGENTS } from '../agents/agentTable.ts';
import type { FileProblem, WalkOutcome } from '../agents/chosenEntries.ts';
import type { ConfigSet, OpenFile } from '../agents/configSet.ts';
import type { EntryReport } from '../agents/entryReport.ts';
import { safeBlock, safeLine } from './safeText.ts';
import type { Context } from './verb.ts';

export interface FileOutcome {
  readonly file: string;
  readonly changed: boolean;
  readonly problem: string | null;
  /** A unified patch of what changes; null where nothing does. */
  readonly diff: string | null;
}

/** Saves what has changed, unless it is a dry run. */
export function settle(set: ConfigSet, outcome: WalkOutcome, dryRun: boolean): readonly FileOutcome[] {
  const failed = ({ file, reason }: FileProblem) => ({ file, changed: false, problem: reason, diff: null });
  const saved = set.changed().map((open): FileOutcome => {
    const problem = dryRun ? null : set.save(open);
    return { file: open.file.path, changed: !dryRun && problem === null, problem, diff: diffOf(open) };
  });
  return [...outcome.problems.map(failed), ...saved];
}

function diffOf({ file: { path }, before, now }: OpenFile): string {
  const patch = createTwoFilesPatch(path, path, before.text, now.text, undefined, undefined, { context: 3 });
  return patch.replace(/^Index: .*\n=+\n/, '');
}

/** For a terminal without what could do more than stand there; for a file or a program exactly. */
function patchText(diff: string | null): string {
  return process.stdout.isTTY ? safeBlock(diff ?? '') : (diff ?? '');
}

/** The one document of `--json`. The extension reads it: `extension/traceReport.ts`. */
function asJson(entries: readonly EntryReport[], files: readonly FileOutcome[], dryRun: boolean): object {
  return { v: 1, dry_run: dryRun, entries, files, next: nextSteps(entries) };
}

/** The file that changes for an entry: an override's is not the entry's own. */
const placeOf = ({ file, changed_file }: EntryReport) => changed_file ?? file;

/** An entry whose file could not be saved has not changed. */
export function afterSaving(entries: readonly EntryReport[], files: readonly FileOutcome[]): readonly EntryReport[] {
  return entries.map((entry): EntryReport => {
    const problem = entry.change && files.find(({ file }) => file === placeOf(entry))?.problem;
    if (!problem) return entry;
    const state = entry.change === 'wrapped' || entry.change === 'override' ? 'left_alone' : 'wrapped';
    return { ...entry, state, change: null, why: `the file could not be changed: ${problem}` };
  });
}

const WORDS: Readonly<Record<NonNullable<EntryReport['change']>, string>> = {
  wrapped: 'wrapped',
  unwrapped: 'unwrapped',
  override: 'overridden',
  override_removed: 'override removed',
};

/** One block a file: its path and readers, and a line for each entry. */
function entryLines(entries: readonly EntryReport[], files: readonly FileOutcome[], dryRun: boolean): string[] {
  const paths = [
    ...new Set([...entries.map(({ file }) => file), ...files.filter(({ problem }) => problem).map(({ file }) => file)]),
  ];
  const lines = paths.flatMap((path) => {
    const own = entries.filter(({ file }) => file === path);
    const readers = (own[0]?.agents ?? []).map(agentName).join(', ');
    const problem = files.find(({ file, problem }) => file === path && problem)?.problem;
    return [
      `${path}${readers ? ` (${readers})` : ''}`,
      ...(problem && own.every(({ change }) => change === null) ? [`  nothing was changed: ${problem}`] : []),
      ...own.map(
        (entry) => `  ${wordOf(entry, dryRun).padEnd(18)} ${entry.server}${entry.why ? `: ${entry.why}` : ''}`,
      ),
    ];
  });
  return lines.map((line) => safeLine(line));
}

function wordOf({ change, state }: EntryReport, dryRun: boolean): string {
  if (change) return dryRun ? `would be ${WORDS[change]}` : WORDS[change];
  return { wrapped: 'is wrapped', plain: 'is plain', left_alone: 'left alone' }[state];
}

interface NextStep {
  readonly agent: string;
  readonly restart: string;
  readonly approval: string | null;
}

/** For each agent whose entries have changed: how that gets into use, and what it may ask again. */
function nextSteps(entries: readonly EntryReport[]): readonly NextStep[] {
  const readersOf = ({ agents, change }: EntryReport) => (change?.startsWith('override') ? ['claude-code'] : agents);
  const changed = entries.filter(({ change }) => change !== null);
  return AGENTS.flatMap(({ id, restart, approval, asksProjects }) => {
    const own = changed.filter((entry) => readersOf(entry).includes(id));
    if (own.length === 0) return [];
    const asks =
      !asksProjects || own.some(({ scope, change }) => scope === 'project' && !change?.startsWith('override'));
    return [{ agent: id, restart, approval: asks ? approval : null }];
  });
}

function stepLines(steps: readonly NextStep[]): string[] {
  if (steps.length === 0) return [];
  const asks = (approval: string | null) => (approval === null ? '' : `\n    It may ask ${approval}.`);
  return ['', 'Next:', ...steps.map(({ restart, approval }) => `  ${restart}.${asks(approval)}`)].flatMap((line) =>
    line.split('\n'),
  );
}

function agentName(id: string): string {
  return AGENTS.find((row) => row.id === id)?.name ?? id;
}

/**
 * @param told those of the entries that people are told of
 * @param nothing said where that leaves no line
 */
export async function tellOutcome(
  { json, out }: Context,
  entries: readonly EntryReport[],
  saved: readonly FileOutcome[],
  dryRun: boolean,
  told: readonly EntryReport[],
  nothing: () => string,
): Promise<void> {
  if (json) return out.json(asJson(entries, saved, dryRun));
  if (dryRun) for (const { diff } of saved) await out.write(patchText(diff));
  const lines = entryLines(told, saved, dryRun);
  for (const line of lines.length === 0 ? [nothing()] : lines) await out.line(line);
  if (!dryRun) for (const line of stepLines(nextSteps(entries))) await out.line(line);
}
