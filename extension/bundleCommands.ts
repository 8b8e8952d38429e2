/**
 * Passing a session on: as a bundle, after a look at what would leave the machine; and as a bug report of one call, whose
 * reproduction is run where the user says so, the command line shown first. The command line does the work.
 */
import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { commands, env, ProgressLocation, Uri, window, workspace } from 'vscode';
import * as z from 'zod';
import { bytesText } from '../daemon/model/bytesText.ts';
import { redactedRules } from '../daemon/model/redactedRules.ts';
import { shellWords } from '../daemon/model/shellWords.ts';
import { BUNDLE_SUFFIX, BundlePreview } from '../daemon/protocol/bundle.ts';
import { Shown } from '../webview/bridge.ts';
import { sayFailure } from './daemonKeeper.ts';
import type { Log } from './log.ts';
import { type CliResult, runCli } from './runCli.ts';
import { sessionIdOf } from './sessionActs.ts';
import { counted } from './sessionFigures.ts';

export interface BundleCommands {
  /** @param node of the tree, or what names a session; else it is asked for */
  exportSession(node: unknown): Promise<void>;
  /** Of the call that the page shows, else of the session's first failing one. */
  reportBug(node: unknown): Promise<void>;
}

export interface BundleParts {
  readonly cli: string;
  readonly log: Log;
  /** Where reports are kept, absolute. */
  readonly folder: string;
  readonly pickSession: (question: string) => Promise<string | null>;
  /** What the page shows now, as it was kept. */
  readonly shown: () => unknown;
}

/** A bundle of a long session, or two minutes of trying. */
const TIMEOUT_MS = 240_000;

const Made = z.object({
  folder: z.string(),
  report: z.string(),
  repro: z.string().nullable(),
  reproduced: z.enum(['yes', 'no', 'not tried']),
  may_run: z.boolean(),
});
const Repro = z.object({ server: z.object({ command: z.array(z.string()), url: z.string().nullable() }) });

export function bundleCommands({ cli, log, folder, pickSession, shown }: BundleParts): BundleCommands {
  /** Null where the workspace is not trusted; that was said then. */
  const run = async (title: string, args: readonly string[]): Promise<CliResult | null> => {
    if (!workspace.isTrusted) {
      void window.showInformationMessage('Callgrove runs its command line in trusted workspaces only.');
      return null;
    }
    return window.withProgress({ location: ProgressLocation.Notification, title }, () =>
      runCli({ cli, args, cwd: workspace.workspaceFolders?.[0]?.uri.fsPath ?? homedir(), timeoutMs: TIMEOUT_MS }),
    );
  };

  return {
    async exportSession(node) {
      const id = sessionIdOf(node) ?? (await pickSession('Export which session?'));
      if (id === null) return;
      const scratch = await mkdtemp(join(tmpdir(), 'callgrove-export-'));
      try {
        const made = join(scratch, `callgrove-${id.replace(/[^\w-]/g, '')}${BUNDLE_SUFFIX}`);
        const result = await run('Putting the bundle together…', ['export', id, '--all', '-o', made, '--json']);
        if (result === null) return;
        const preview = read(BundlePreview, result);
        if (preview === null) return sayFailure('The session could not be exported.', result, log);
        const question = `Export this session, ${bytesText(preview.bytes)}?`;
        const detail = previewText(preview);
        if ((await window.showInformationMessage(question, { modal: true, detail }, 'Save…')) !== 'Save…') return;
        const base = workspace.workspaceFolders?.[0]?.uri ?? Uri.file(homedir());
        const to = await window.showSaveDialog({
          defaultUri: Uri.joinPath(base, basename(made)),
          filters: { 'Callgrove bundle': ['zip'] },
        });
        if (!to) return;
        await copyFile(made, to.fsPath);
        const open = 'Open';
        const said = await window.showInformationMessage(`Saved ${basename(to.fsPath)}.`, open);
        if (said === open) await commands.executeCommand('vscode.openWith', to, 'callgrove.bundle');
      } finally {
        await rm(scratch, { recursive: true, force: true });
      }
    },

    async reportBug(node) {
      const now = Shown.safeParse(shown());
      const call = sessionIdOf(node) === null && now.success ? now.data.call : null;
      const id = call === null ? (sessionIdOf(node) ?? (await pickSession('Report a bug of which session?'))) : null;
      if (call === null && id === null) return;
      const about = call === null ? [id ?? '', '--all'] : ['--call', call, '--all'];
      const to = join(folder, `report-${new Date().toISOString().replace(/[:.]/g, '-')}`);
      await mkdir(folder, { recursive: true });
      const first = await run('Putting the report together…', ['report', ...about, '--no-run', '-o', to, '--json']);
      if (first === null) return;
      const made = read(Made, first);
      if (made === null) return sayFailure('The report could not be made.', first, log);
      const target = made.repro === null || !made.may_run ? null : await targetOf(made.repro);
      const tried = target !== null && (await mayRun(target)) ? await again(about, to) : made;
      if (tried === null) return;
      await env.clipboard.writeText(await readFile(tried.report, 'utf8'));
      const file = Uri.file(tried.report);
      await window.showTextDocument(file, { preview: false });
      const reveal = 'Show in Folder';
      const said = `The report is in the clipboard. Reproduced: ${tried.reproduced}. The bundle and repro/ lie beside it.`;
      if ((await window.showInformationMessage(said, reveal)) === reveal)
        await commands.executeCommand('revealFileInOS', file);
    },
  };

  async function again(about: readonly string[], to: string): Promise<z.infer<typeof Made> | null> {
    const args = ['report', ...about, '--run', '--force', '-o', to, '--json'];
    const result = await run('Trying the reproduction…', args);
    const made = result && read(Made, result);
    if (result && made === null) await sayFailure('The reproduction could not be tried.', result, log);
    return made;
  }
}

/** What the reproduction starts or asks; null where the record does not say. */
async function targetOf(repro: string): Promise<string | null> {
  const parsed = Repro.safeParse(parseJson(await readFile(join(repro, 'repro.json'), 'utf8')));
  if (!parsed.success) return null;
  const { command, url } = parsed.data.server;
  return url ?? (command.length === 0 ? null : shellWords(command));
}

async function mayRun(target: string): Promise<boolean> {
  const yes = 'Run It Once';
  const detail = `It uses:\n\n${target}\n\nand does again what the recorded calls did. Without it the report says “not tried”.`;
  return (
    (await window.showInformationMessage('Try to reproduce it here?', { modal: true, detail }, yes, 'Not Now')) === yes
  );
}

function previewText({ manifest: { members, redaction, cut, counts } }: BundlePreview): string {
  const rules = redactedRules(redaction);
  const masked =
    rules.length === 0
      ? 'There was nothing to mask.'
      : `Masked: ${rules.map(({ rule, count }) => `${rule} (${counted(count, 'place')})`).join(', ')}.`;
  return [
    `${counted(counts.calls, 'call')}, ${counted(counts.frames, 'message')}. What would leave this machine:`,
    members.map(({ name, bytes }) => `${name}  ${bytesText(bytes)}`).join('\n'),
    masked,
    ...(cut.length === 0
      ? []
      : [`Left out: ${cut.map(({ what, count, why }) => `${count} ${what}: ${why}`).join('; ')}.`]),
  ].join('\n\n');
}

function read<T>(schema: z.ZodType<T>, { code, stdout }: CliResult): T | null {
  const parsed = code === 0 ? schema.safeParse(parseJson(stdout)) : null;
  return parsed?.success ? parsed.data : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
