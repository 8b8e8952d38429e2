/**
 * The commands about harnesses: capture one, compare two sessions, compare with a fresh checkout. What runs a program
 * runs in trusted workspaces only; the fresh comparison is a task of the editor, whose terminal shows its command line
 * and asks before set-up runs.
 */
import {
  ProcessExecution,
  ProgressLocation,
  Task,
  TaskPanelKind,
  TaskRevealKind,
  tasks,
  type WorkspaceFolder,
  window,
  workspace,
} from 'vscode';
import { sessionFace, visibleSessions } from '../daemon/model/sessionFace.ts';
import type { HarnessList } from '../daemon/protocol/captures.ts';
import type { SessionHead } from '../daemon/protocol/feed.ts';
import { askDaemon } from './askDaemon.ts';
import { sayFailure } from './daemonKeeper.ts';
import { readEndpoint } from './endpoint.ts';
import { findNode } from './findNode.ts';
import type { Log } from './log.ts';
import type { PagePanels } from './pagePanels.ts';
import { runCli } from './runCli.ts';
import { figuresText } from './sessionFigures.ts';
import type { SessionsWatch } from './sessionsWatch.ts';

export interface HarnessCommands {
  capture(): Promise<void>;
  compareSessions(): Promise<void>;
  compareFresh(): Promise<void>;
}

export interface HarnessParts {
  readonly cli: string;
  readonly daemonFile: string;
  readonly log: Log;
  readonly panels: Pick<PagePanels, 'open'>;
  readonly watch: SessionsWatch;
}

const TASK = 'callgrove';
const CAPTURE_MS = 120_000;
/** Exit codes of a comparison that came to an end: nothing hidden, something hidden. */
const COMPARED: ReadonlySet<number | undefined> = new Set([0, 1]);

export function harnessCommands({ cli, daemonFile, log, panels, watch }: HarnessParts): HarnessCommands {
  const list = async (): Promise<HarnessList> => {
    const answer = await askDaemon(await readEndpoint(daemonFile), { ask: 'document', wish: { what: 'list' } });
    const found = answer.type === 'document' && answer.document.what === 'list' ? answer.document.value : null;
    return found ?? { captures: [], fresh: [] };
  };
  const configuredNode = () => findNode(workspace.getConfiguration('callgrove').get<string>('node') || null);

  return {
    async capture() {
      const folder = await chosenFolder();
      if (folder === null) return;
      const known = new Set((await list()).captures.map(({ capture_id }) => capture_id));
      const runtime = await configuredNode();
      const result = await window.withProgress(
        { location: ProgressLocation.Notification, title: `Callgrove captures ${folder.name}…` },
        () =>
          runCli({
            cli,
            args: ['harness', 'capture', '--json'],
            cwd: folder.uri.fsPath,
            runtime,
            timeoutMs: CAPTURE_MS,
          }),
      );
      if (result.code !== 0) return sayFailure('The workspace could not be captured.', result, log);
      const taken = (await list()).captures.find((one) => one.origin === 'command' && !known.has(one.capture_id));
      panels.open({ session: null, call: null, view: { view: 'harness', capture: taken?.capture_id ?? null } });
    },

    async compareSessions() {
      const heads = visibleSessions(watch.heads.values(), '');
      if (heads.length < 2) {
        void window.showInformationMessage(
          'There are no two sessions to compare yet: let your agent do its task twice.',
        );
        return;
      }
      const b = await pickSession(heads, 'The later run (B)');
      const a =
        b &&
        (await pickSession(
          heads.filter((head) => head !== b),
          'The earlier run (A)',
        ));
      if (!a || !b) return;
      const pair = { of: 'runs' as const, a: a.session.session_id, b: b.session.session_id };
      panels.open({ session: pair.b, call: null, view: { view: 'compare', pair } });
    },

    async compareFresh() {
      const folder = await chosenFolder();
      if (folder === null) return;
      const withTests = await window.showQuickPick(
        [
          { label: 'Compare', detail: 'What this folder has that a fresh checkout would not have', tests: false },
          { label: 'Compare and run the tests', detail: 'Here and in the fresh checkout', tests: true },
        ],
        { title: 'Compare with a Fresh Checkout' },
      );
      if (!withTests) return;
      const known = new Set((await list()).fresh.map(({ fresh_id }) => fresh_id));
      const runtime = await configuredNode();
      const code = await ended(freshTask(folder, cli, runtime, withTests.tests));
      if (!COMPARED.has(code)) {
        void window.showWarningMessage('The fresh checkout was not compared. Its terminal says why.');
        return;
      }
      const made = (await list()).fresh.find(({ fresh_id }) => !known.has(fresh_id));
      const pair = made ? { of: 'fresh' as const, fresh: made.fresh_id } : null;
      panels.open({ session: null, call: null, view: { view: 'compare', pair } });
    },
  };
}

function freshTask(folder: WorkspaceFolder, cli: string, runtime: string | null, tests: boolean): Task {
  const args = [cli, 'harness', 'fresh', ...(tests ? ['--test'] : [])];
  const env: Record<string, string> = runtime === null ? { ELECTRON_RUN_AS_NODE: '1' } : {};
  const run = new ProcessExecution(runtime ?? process.execPath, args, { cwd: folder.uri.fsPath, env });
  const task = new Task({ type: TASK, task: 'fresh' }, folder, 'Compare with a fresh checkout', 'Callgrove', run, []);
  task.presentationOptions = {
    reveal: TaskRevealKind.Always,
    panel: TaskPanelKind.Dedicated,
    echo: true,
    // It may ask before set-up runs.
    focus: true,
    showReuseMessage: false,
    clear: true,
  };
  return task;
}

/** Runs a task; the editor runs one of its kind at a time. @returns its exit code; undefined where it was ended */
async function ended(task: Task): Promise<number | undefined> {
  // Listened to before it starts: a short one would be over.
  const { promise, resolve } = Promise.withResolvers<number | undefined>();
  const listener = tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
    if (execution.task.definition.type === TASK) resolve(exitCode);
  });
  try {
    await tasks.executeTask(task);
    return await promise;
  } finally {
    listener.dispose();
  }
}

/** The folder of the window, or the one that is chosen; null where there is none, or it is not trusted. */
async function chosenFolder(): Promise<WorkspaceFolder | null> {
  if (!workspace.isTrusted) {
    void window.showInformationMessage('Callgrove runs this in trusted workspaces only.');
    return null;
  }
  const folders = workspace.workspaceFolders ?? [];
  if (folders.length === 0) {
    void window.showInformationMessage('Open a folder first: it is what is captured and compared.');
    return null;
  }
  if (folders.length === 1) return folders[0] ?? null;
  return (await window.showWorkspaceFolderPick({ placeHolder: 'Which folder?' })) ?? null;
}

async function pickSession(heads: readonly SessionHead[], title: string): Promise<SessionHead | null> {
  const items = heads.map((head) => ({
    label: sessionFace(head).title,
    description: figuresText(head),
    detail: [new Date(head.session.started_at).toLocaleString(), sessionFace(head).place, head.workbench]
      .filter((part) => part)
      .join(' · '),
    head,
  }));
  const chosen = await window.showQuickPick(items, { title, matchOnDescription: true, matchOnDetail: true });
  return chosen?.head ?? null;
}
