/**
 * Takes docs/screenshot.png: the real program in dist/ with a temporary state folder, the sample's session, one of its
 * calls selected, the page in a light theme. `npm run screenshot` builds first.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { DaemonFile } from '../../daemon/protocol/feed.ts';
import { openPage } from '../e2e/pageObject.ts';
import { launchBrowser } from './browser.ts';
import { prepareBrowser } from './prepareBrowser.ts';

const root = resolve(import.meta.dirname, '../..');
const picture = join(root, 'docs', 'screenshot.png');
/** The call to open: a tool's error behind a transport and a protocol that did well, which is what the page tells apart. */
const SELECTED = 'Access denied';
/** The README loads it on every visit. */
const MAX_BYTES = 300_000;

async function main(): Promise<void> {
  await prepareBrowser(() => {});
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'callgrove-picture-')));
  const env = { PATH: process.env.PATH, HOME: home, LANG: 'C.UTF-8', CALLGROVE_HOME: home, USER: 'ada' };
  const stdio: ['ignore', 'pipe', 'inherit'] = ['ignore', 'pipe', 'inherit'];
  const sample = spawn(process.execPath, [join(root, 'dist', 'sample.mjs')], { env, stdio });
  try {
    await finished(sample);
    await take(DaemonFile.parse(JSON.parse(readFileSync(join(home, 'daemon.json'), 'utf8'))));
  } finally {
    if (sample.exitCode === null && sample.signalCode === null) {
      sample.kill('SIGINT');
      await once(sample, 'exit');
    }
    rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
  const { size } = statSync(picture);
  if (size > MAX_BYTES) throw new Error(`${picture} has ${size} bytes; ${MAX_BYTES} are the limit`);
  console.log(`docs/screenshot.png is taken: ${Math.round(size / 1000)} kB.`);
}

/** Waits until the agent has done its task and what it did is on record. */
function finished(sample: ChildProcess): Promise<void> {
  let said = '';
  return new Promise((done, fail) => {
    sample.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes('To trace your own server')) done();
    });
    sample.on('exit', () => fail(new Error(`the sample ended before: ${said}`)));
  });
}

async function take({ port, token }: DaemonFile): Promise<void> {
  const base = `http://127.0.0.1:${port}`;
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const answer = await fetch(`${base}/api/code`, { method: 'POST', headers, body: '{}' });
  const { code } = z.object({ code: z.string() }).parse(await answer.json());
  const browser = await launchBrowser();
  try {
    const page = await openPage(browser, `${base}/#code=${code}`, { width: 1440, height: 860, scheme: 'light' });
    await page.session('callgrove-sample').first().click();
    await page.firstRows();
    await page.open(SELECTED);
    await page.detail.getByText('Protocol').first().waitFor();
    // The pointer would leave a hover behind.
    await page.page.mouse.move(720, 858);
    await page.page.waitForTimeout(500);
    await page.page.screenshot({ path: picture });
    if (page.complaints.length > 0) throw new Error(page.complaints.join('\n'));
  } finally {
    await browser.close();
  }
}

await main();
