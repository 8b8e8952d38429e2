/**
 * The command line's verbs that are about Callgrove itself: doctor and prune. Each runs the verb in a
 * trusted workspace and says what it said; what is removed is asked for with the figures first.
 */
import { homedir } from 'node:os';
import { window, workspace } from 'vscode';
import { bytesText } from '../daemon/model/bytesText.ts';
import { PruneReport } from '../daemon/protocol/api.ts';
import { sayFailure, whatWasSaid } from './daemonKeeper.ts';
import type { Log } from './log.ts';
import type { Previews } from './previews.ts';
import { type CliResult, runCli } from './runCli.ts';
import { counted } from './sessionFigures.ts';

export interface Housekeeping {
  doctor(): Promise<void>;
  prune(): Promise<void>;
}

const AGES = [
  { label: 'What is beyond the retention', description: '14 days, 2 GB', args: [] },
  { label: 'Older than a week', args: ['--older-than', '7'] },
  { label: 'Older than a day', args: ['--older-than', '1'] },
  { label: 'Everything that has ended', args: ['--older-than', '0'] },
];

export function housekeeping(cli: string, log: Log, previews: Previews): Housekeeping {
  /** Null where the workspace is not trusted; that was said then. */
  const run = async (...args: readonly string[]): Promise<CliResult | null> => {
    if (workspace.isTrusted)
      return runCli({ cli, args, cwd: workspace.workspaceFolders?.[0]?.uri.fsPath ?? homedir() });
    void window.showInformationMessage('Callgrove runs its command line in trusted workspaces only.');
    return null;
  };

  return {
    async doctor() {
      const result = await run('doctor');
      if (result === null) return;
      if (result.code === null || result.code > 1) return sayFailure('The doctor could not look.', result, log);
      const shown = previews.put('after', '/Callgrove Doctor', whatWasSaid({ ...result, stderr: '' }));
      await window.showTextDocument(shown, { preview: true });
    },
    async prune() {
      const age = await window.showQuickPick(AGES, { placeHolder: 'Remove which records? What goes is shown first.' });
      if (!age) return;
      const plan = await run('prune', ...age.args, '--dry-run', '--json');
      if (plan === null) return;
      const planned = pruned(plan);
      if (planned === null) return sayFailure('What would go could not be found out.', plan, log);
      if (planned.segments + planned.artifacts + planned.sessions === 0) {
        void window.showInformationMessage('There is nothing to remove. Pinned sessions stay.');
        return;
      }
      const detail = 'Their records are deleted from this machine. Pinned sessions stay.';
      const question = `Remove ${removalText(planned)}?`;
      if ((await window.showWarningMessage(question, { modal: true, detail }, 'Remove')) !== 'Remove') return;
      const done = await run('prune', ...age.args, '--json');
      if (done === null) return;
      const report = pruned(done);
      if (report === null) return sayFailure('Nothing could be removed.', done, log);
      void window.showInformationMessage(`Removed ${removalText(report)}.`);
    },
  };
}

function pruned({ stdout }: CliResult): PruneReport | null {
  const parsed = PruneReport.safeParse(parseJson(stdout));
  return parsed.success ? parsed.data : null;
}

function removalText({ sessions, calls, bytes }: PruneReport): string {
  return `${counted(sessions, 'session')} with ${counted(calls, 'call')}, ${bytesText(bytes)}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
