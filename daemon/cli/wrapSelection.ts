/** What `wrap` and `unwrap` have in common: which files and entries are meant, and how the outcome is told. */
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { AGENTS } from '../agents/agentTable.ts';
import type { FileProblem, WalkOutcome } from '../agents/chosenEntries.ts';
import { type ConfigFile, configFiles, namedFile, type Surroundings } from '../agents/configFiles.ts';
import type { ConfigSet, OpenFile } from '../agents/configSet.ts';
import type { EntryReport } from '../agents/entryReport.ts';
import { trackedByGit } from '../agents/trackedByGit.ts';
import { nearest } from '../model/nearest.ts';
import { couldNot, wrongUsage } from './exit.ts';
import { safeBlock, safeLine } from './safeText.ts';
import type { Context, OptionSpec } from './verb.ts';
import { workspaceOf } from './workspace.ts';

export const SELECTION: Readonly<Record<string, OptionSpec>> = {
  agent: { value: 'AGENT', help: `only files that this agent reads: ${AGENTS.map(({ id }) => id).join(', ')}` },
  file: { value: 'FILE', help: 'only this file, wherever it is' },
  server: { value: 'NAME', help: 'only the servers of this name' },
  tracked: { value: null, help: 'edit files too that git tracks' },
  'dry-run': { value: null, help: 'change nothing; print what would change as a diff' },
};

export interface FileOutcome {
  readonly file: string;
  readonly changed: boolean;
  readonly problem: string | null;
  /** A unified patch of what changes; null where nothing does. */
  readonly diff: string | null;
}

export function surroundings(): Surroundings {
  const cwd = process.cwd();
  // HOME counts before the user database, as it does for the agents.
  return { cwd, root: workspaceOf(cwd), home: homedir(), env: process.env, platform: process.platform };
}

/** Asks git about each file once. */
export function gitTracks(): (target: string) => boolean {
  const known = new Map<string, boolean>();
  return (target) => {
    const tracked = known.get(target) ?? trackedByGit(target, process.env);
    known.set(target, tracked);
    return tracked;
  };
}

/** @param more files beside those that the agents would load here */
export function selectFiles(
  { option }: Context,
  around: Surroundings,
  more: readonly ConfigFile[] = [],
): readonly ConfigFile[] {
  const agent = option('agent');
  const row = AGENTS.find(({ id, name }) => id === agent || name.toLowerCase() === agent?.toLowerCase());
  if (agent !== null && !row) {
    const near = nearest(
      agent,
      AGENTS.map(({ id }) => id),
    );
    throw wrongUsage(
      `--agent ${safeLine(agent)} is not known${near ? `; did you mean ${near}?` : ''}`,
      `Known are ${AGENTS.map(({ id }) => id).join(', ')}; --file FILE takes any other.`,
    );
  }
  const name = option('file');
  if (name === null) {
    const all = [...configFiles(around), ...more].filter(
      (file, at, list) => list.findIndex(({ target }) => target === file.target) === at,
    );
    return all.filter(({ agents }) => !row || agents.includes(row));
  }
  const file = namedFile(resolve(name), around);
  if (!file) throw couldNot(`there is no file ${safeLine(resolve(name))}`);
  return [row && !file.agents.includes(row) ? { ...file, agents: [row] } : file];
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

function diffOf({ file: { path }, before, text }: OpenFile): string {
  const patch = createTwoFilesPatch(path, path, before.text, text, undefined, undefined, { context: 3 });
  return patch.replace(/^Index: .*\n=+\n/, '');
}

/** For a terminal without what could do more than stand there; for a file or a program exactly. */
export function patchText(diff: string | null): string {
  return process.stdout.isTTY ? safeBlock(diff ?? '') : (diff ?? '');
}

/** The one document of `--json`. The extension reads it: `extension/traceReport.ts`. */
export function asJson(entries: readonly EntryReport[], files: readonly FileOutcome[], dryRun: boolean): object {
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
export function entryLines(entries: readonly EntryReport[], files: readonly FileOutcome[], dryRun: boolean): string[] {
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

export interface NextStep {
  readonly agent: string;
  readonly restart: string;
  readonly approval: string | null;
}

/** For each agent whose entries have changed: how that gets into use, and what it may ask again. */
export function nextSteps(entries: readonly EntryReport[]): readonly NextStep[] {
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

export function stepLines(steps: readonly NextStep[]): string[] {
  if (steps.length === 0) return [];
  const asks = (approval: string | null) => (approval === null ? '' : `\n    It may ask ${approval}.`);
  return ['', 'Next:', ...steps.map(({ restart, approval }) => `  ${restart}.${asks(approval)}`)].flatMap((line) =>
    line.split('\n'),
  );
}

function agentName(id: string): string {
  return AGENTS.find((row) => row.id === id)?.name ?? id;
}
