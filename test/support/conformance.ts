/** Runs the public conformance suite, against a server or a client, and reads its verdicts. */
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

const suite = resolve(import.meta.dirname, '..', '..', 'node_modules/@modelcontextprotocol/conformance/dist/index.js');
/** A run of the suite takes seconds; one that hangs is ended, and its verdicts are missing, in ms. */
const LIMIT_MS = 240_000;

/** Each scenario's checks with their verdicts, sorted. */
export type Verdicts = Record<string, string[]>;

/** All active server scenarios. @param scratch an existing folder */
export async function serverVerdicts(url: string, scratch: string): Promise<Verdicts> {
  return runSuite(['server', '--url', url], scratch);
}

/**
 * One client scenario.
 * @param command the client's command line, which the suite appends its server's address to
 * @param but a check that is left out
 */
export async function clientVerdicts(
  scenario: string,
  command: string,
  scratch: string,
  but: string,
): Promise<Verdicts> {
  return runSuite(['client', '--scenario', scenario, '--command', command], scratch, but);
}

async function runSuite(args: readonly string[], scratch: string, but?: string): Promise<Verdicts> {
  const folder = await mkdtemp(join(scratch, 'verdicts-'));
  const runner = spawn(process.execPath, [suite, ...args, '-o', folder], { stdio: 'ignore' });
  const limit = setTimeout(() => runner.kill('SIGKILL'), LIMIT_MS);
  // Failed scenarios end it with 1: what counts is that both ways give the same.
  await new Promise((done, fail) => runner.on('error', fail).on('close', done));
  clearTimeout(limit);
  const found: Verdicts = {};
  for (const entry of await readdir(folder)) {
    const checks: { id: string; status: string }[] = JSON.parse(
      await readFile(join(folder, entry, 'checks.json'), 'utf8'),
    );
    const scenario = entry.replace(/^server-/, '').replace(/-\d{4}-\d\d-\d\dT.*$/, '');
    // What the suite only tells, such as each request that came, is no verdict.
    const judged = checks.filter(({ id, status }) => status !== 'INFO' && id !== but);
    found[scenario] = judged.map((check) => `${check.id}: ${check.status}`).sort();
  }
  return found;
}

/** How many scenarios and checks there are, and how many of the checks succeed. */
export function counts(verdicts: Verdicts): { scenarios: number; checks: number; good: number } {
  const all = Object.values(verdicts).flat();
  const good = all.filter((verdict) => verdict.endsWith('SUCCESS')).length;
  return { scenarios: Object.keys(verdicts).length, checks: all.length, good };
}
