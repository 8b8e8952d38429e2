/**
 * "Trace" and "Stop tracing": asks the command line what it would change, shows that as a diff, and lets it make the
 * change once somebody said yes. Only in a trusted workspace; decides nothing about config files itself.
 */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import { commands, TabInputTextDiff, Uri, window, workspace } from 'vscode';
import { sayFailure } from './daemonKeeper.ts';
import type { Log } from './log.ts';
import { PREVIEW, type Previews } from './previews.ts';
import { type CliResult, runCli } from './runCli.ts';
import { heldByGit, nextText, patched, readReport, type TraceReport, whatChanges } from './traceReport.ts';

export type TraceVerb = 'wrap' | 'unwrap';

export interface TraceTarget {
  readonly file: string;
  readonly server: string;
}

export interface Tracing {
  /** @param target null: every server that the agents would load here */
  run(verb: TraceVerb, target: TraceTarget | null): Promise<void>;
  /** For a lens (file and name) and for a line of the list. */
  runOne(verb: TraceVerb, file: unknown, server: unknown): Promise<void>;
}

export interface TracingParts {
  readonly cli: string;
  readonly log: Log;
  readonly previews: Previews;
  readonly onDone: (made: TraceReport) => void;
}

const TITLES: Readonly<Record<TraceVerb, string>> = {
  wrap: 'Trace with Callgrove',
  unwrap: 'Stop tracing with Callgrove',
};

/** A diff and a question follow. */
const SHOW_TRACKED = 'Show That Change';

export function tracing({ cli, log, previews, onDone }: TracingParts): Tracing {
  const call = (verb: TraceVerb, target: TraceTarget | null, more: readonly string[]): Promise<CliResult> => {
    const folder = workspace.workspaceFolders?.[0]?.uri.fsPath;
    const own = target && workspace.getWorkspaceFolder(Uri.file(target.file))?.uri.fsPath;
    const only = target ? ['--file', target.file, '--server', target.server] : [];
    const cwd = own ?? folder ?? (target ? dirname(target.file) : homedir());
    return runCli({ cli, args: [verb, ...only, ...more, '--json'], cwd });
  };

  /** @param tracked files that git tracks may be edited */
  const run = async (verb: TraceVerb, target: TraceTarget | null, tracked = false): Promise<void> => {
    if (!workspace.isTrusted) {
      void window.showInformationMessage('Callgrove changes config files in trusted workspaces only.');
      return;
    }
    const unsaved = target && workspace.textDocuments.find((one) => one.isDirty && one.uri.fsPath === target.file);
    if (unsaved && !(await unsaved.save())) return;
    const more = tracked ? ['--tracked'] : [];
    const dry = await call(verb, target, ['--dry-run', ...more]);
    const plan = readReport(dry.stdout);
    if (plan === null) return sayFailure('The agents’ files could not be read.', dry, log);
    const what = whatChanges(verb, plan);
    const held = heldByGit(verb, plan);
    if (!plan.files.some(({ diff }) => diff !== null)) {
      if (held === null) void window.showInformationMessage(what);
      else if ((await window.showInformationMessage(held, SHOW_TRACKED)) === SHOW_TRACKED)
        await run(verb, target, true);
      return;
    }
    await showChanges(verb, plan, previews);
    const yes = verb === 'wrap' ? 'Trace' : 'Stop Tracing';
    const answer = await window.showInformationMessage(held === null ? what : `${what} ${held}`, yes, 'Cancel');
    await closeChanges();
    if (answer !== yes) return;
    const done = await call(verb, target, more);
    const made = readReport(done.stdout);
    if (made === null) return sayFailure('The files could not be changed.', done, log);
    onDone(made);
    await tellNext(verb, made);
  };

  const tellNext = async (verb: TraceVerb, made: TraceReport): Promise<void> => {
    for (const { file, changed, problem } of made.files)
      log.info(`${verb} ${file}: ${changed ? 'changed' : (problem ?? 'as it was')}`);
    const { short, details } = nextText(verb, made);
    for (const line of details) log.info(line);
    const failed = made.files.find(({ problem }) => problem !== null);
    if (failed) {
      void window.showWarningMessage(`${failed.file} was not changed: ${failed.problem}`);
      return;
    }
    const chosen = await window.showInformationMessage(short, ...(verb === 'wrap' ? ['Show Servers'] : []));
    if (chosen === 'Show Servers') await commands.executeCommand('callgrove.servers.focus');
  };

  return {
    run: (verb, target) => run(verb, target),
    async runOne(verb, file, server) {
      const target = targetOf(file, server);
      if (target) await run(verb, target);
    },
  };
}

async function showChanges(verb: TraceVerb, { files }: TraceReport, previews: Previews): Promise<void> {
  const title = TITLES[verb];
  const pairs = [];
  for (const { file, diff } of files) {
    if (diff === null) continue;
    const before = await readFile(file, 'utf8').catch(() => '');
    const after = patched(before, diff);
    // Not ours to guess: the command line reads the file again before it changes it.
    if (after === null) continue;
    pairs.push({
      file: Uri.file(file),
      before: previews.put('before', file, before),
      after: previews.put('after', file, after),
    });
  }
  const [only] = pairs;
  if (pairs.length === 1 && only) {
    await commands.executeCommand(
      'vscode.diff',
      only.before,
      only.after,
      `${title}: ${workspace.asRelativePath(only.file)}`,
    );
    return;
  }
  await commands.executeCommand(
    'vscode.changes',
    title,
    pairs.map(({ file, before, after }) => [file, before, after]),
  );
}

/** The diff was for the question alone. */
async function closeChanges(): Promise<void> {
  const tabs = window.tabGroups.all.flatMap((group) => group.tabs);
  // The editor has no name for a diff of several files: its tab is known by its title.
  const ours = tabs.filter(({ input, label }) =>
    input instanceof TabInputTextDiff
      ? input.modified.scheme === PREVIEW
      : input === undefined && Object.values(TITLES).includes(label),
  );
  if (ours.length > 0) await window.tabGroups.close(ours, true);
}

function targetOf(file: unknown, server: unknown): TraceTarget | null {
  if (typeof file === 'string' && typeof server === 'string') return { file, server };
  if (typeof file !== 'object' || file === null || !('entry' in file)) return null;
  const { entry } = file;
  if (typeof entry !== 'object' || entry === null || !('file' in entry) || !('server' in entry)) return null;
  return targetOf(entry.file, entry.server);
}
