/**
 * Shows a bundle: checked whole, then drawn by our own page. Nothing in the bundle is run or trusted, least of all the
 * pages that it brings along; what is wrong with it is said instead.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type Uri, type WebviewPanel, workspace } from 'vscode';
import * as z from 'zod';
import { bundleNotice } from './bundleNotice.ts';
import { runCli } from './runCli.ts';

const Verified = z.object({ ok: z.boolean(), problems: z.array(z.object({ code: z.string(), reason: z.string() })) });

const TIMEOUT_MS = 120_000;

export async function showBundle(cli: string, { scheme, fsPath }: Uri, panel: WebviewPanel): Promise<void> {
  const name = basename(fsPath);
  const say = (...sentences: string[]) => {
    panel.webview.options = { enableScripts: false };
    panel.webview.html = bundleNotice(name, sentences);
  };
  if (scheme !== 'file') return say('It is no file of this machine.');
  if (!workspace.isTrusted) return say('Bundles are checked and shown in trusted workspaces only.');
  say('Checking…');
  const scratch = await mkdtemp(join(tmpdir(), 'callgrove-view-'));
  try {
    const report = join(scratch, 'report.html');
    const args = ['verify', fsPath, '--json', '--report', report];
    const { stdout, stderr } = await runCli({ cli, args, cwd: homedir(), timeoutMs: TIMEOUT_MS });
    const page = await readFile(report, 'utf8').catch(() => null);
    if (page === null) return say(...reasons(stdout, stderr));
    // Its own policy allows this very script, by its hash, and nothing else.
    panel.webview.options = { enableScripts: true, localResourceRoots: [], enableForms: false };
    panel.webview.html = page;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function reasons(stdout: string, stderr: string): string[] {
  try {
    const { problems } = Verified.parse(JSON.parse(stdout));
    if (problems.length > 0)
      return ['This bundle is not shown:', ...problems.map(({ code, reason }) => `${code}: ${reason}`)];
  } catch {
    // What was said to people says why.
  }
  return ['This bundle could not be read.', stderr.trim()];
}
