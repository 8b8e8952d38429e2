/**
 * Runs a reproduction here, once or with fewer and fewer messages, by the very script that is handed on. Starts the
 * recorded server; whether it may is its caller's to ask.
 */
import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Verdict } from './bundle/issueText.ts';
import { minimise, type Tried } from './bundle/minimise.ts';
import { messageCount, reproFiles } from './bundle/reproFiles.ts';
import type { ReproPlan } from './bundle/reproPlan.ts';

/** Each starts the server anew. */
const MOST_TRIES = 24;
/** For all tries together; then what is known by then counts. */
const LONGEST_MS = 120_000;

/** The script that is handed on with a reproduction, a file of the build and of the sources alike. */
export function reproScript(): string {
  return fileURLToPath(new URL('./repro.mjs', import.meta.url));
}

export interface ReproRun {
  readonly verdict: Verdict;
  /** Messages before the failing one that are needed, as far as was found. */
  readonly earlier: readonly string[];
}

/** @param version of Callgrove; @param onTry told before each try, with the number of messages */
export async function runRepro(plan: ReproPlan, version: string, onTry: (messages: number) => void): Promise<ReproRun> {
  const folder = mkdtempSync(join(tmpdir(), 'callgrove-repro-'));
  const ends = Date.now() + LONGEST_MS;
  let got: string | null = null;
  let tooLong = false;
  const attempt = async (earlier: readonly string[]): Promise<Tried> => {
    const leftMs = ends - Date.now();
    if (leftMs <= 0) {
      tooLong = true;
      return { why: 'It took too long.' };
    }
    onTry(messageCount([...plan.handshake, ...earlier, plan.failing]));
    for (const { name, text } of reproFiles(plan, earlier, version)) writeFileSync(join(folder, name), text);
    const once = await runOnce(folder, Math.min(leftMs, 4 * plan.waitMs));
    if (once.kind === 'not_tried') return { why: once.why };
    if (!once.shows) got = once.got;
    return once.shows;
  };
  try {
    copyFileSync(reproScript(), join(folder, 'repro.mjs'));
    const found = await minimise(plan.earlier, attempt, MOST_TRIES);
    if (found.kind === 'not_tried') return { verdict: { reproduced: 'not tried', why: found.why }, earlier: [] };
    if (found.kind === 'never') return { verdict: { reproduced: 'no', got }, earlier: plan.earlier };
    const messages = messageCount([...plan.handshake, ...found.items, plan.failing]);
    return { verdict: { reproduced: 'yes', messages, least: found.least && !tooLong }, earlier: found.items };
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3, retryDelay: 100 });
  }
}

type Once =
  | { readonly kind: 'tried'; readonly shows: boolean; readonly got: string }
  | { readonly kind: 'not_tried'; readonly why: string };

function runOnce(folder: string, timeout: number): Promise<Once> {
  const env = { ...process.env, REPRO_QUIET: '1' };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(folder, 'repro.mjs'), '--json'],
      { cwd: homedir(), env, timeout, maxBuffer: 4 * 1024 * 1024 },
      (_error, stdout, stderr) => resolve(readOnce(stdout, stderr)),
    );
  });
}

function readOnce(stdout: string, stderr: string): Once {
  try {
    const { shows, got }: { shows: boolean; got: { kind: string; text: string } } = JSON.parse(stdout);
    return {
      kind: 'tried',
      shows,
      got: [got.kind.replaceAll('_', ' '), got.text.slice(0, 200)].filter(Boolean).join(': '),
    };
  } catch {
    const why = /^Not tried: (.*)$/m.exec(stderr)?.[1] ?? 'The replay did not come to an end.';
    return { kind: 'not_tried', why: `${why.charAt(0).toUpperCase()}${why.slice(1)}` };
  }
}
