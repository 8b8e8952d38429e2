/**
 * Policy from the page: a real server behind a real proxy, the daemon and a browser. An escape is seen, enforced, allowed
 * again; the server is frozen and thawed; each change was asked about first, and the agent meets it at its next call.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import * as z from 'zod';
import { DaemonFile } from '../../daemon/protocol/feed.ts';
import { type Browser, launchBrowser } from '../support/browser.ts';
import { fence, OPENING, talk } from '../support/gated.ts';
import { prepareBrowser } from '../support/prepareBrowser.ts';
import { callgroveProgram } from '../support/proxiedRun.ts';
import { openPage } from './pageObject.ts';
import { clickUntil, soon } from './soon.ts';

const FILESYSTEM = resolve(
  import.meta.dirname,
  '../../node_modules/@modelcontextprotocol/server-filesystem/dist/index.js',
);
const place = fence();
const env = { ...process.env, HOME: place.userHome };
let daemon: ChildProcess;
let browser: Browser;

before(async () => {
  await prepareBrowser(() => {});
  browser = await launchBrowser();
  daemon = spawn(process.execPath, [callgroveProgram(), 'daemon', 'run', '--home', place.home], {
    stdio: 'ignore',
    env,
  });
});

after(async () => {
  await browser?.close();
  if (daemon.exitCode === null) {
    daemon.kill('SIGTERM');
    await once(daemon, 'exit');
  }
  place.remove();
});

async function until<T>(look: () => T | null | Promise<T | null>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    await new Promise((done) => setTimeout(done, 50));
  }
}

async function pageUrl(): Promise<string> {
  const { port, token } = await until(() => {
    try {
      return DaemonFile.parse(JSON.parse(readFileSync(join(place.home, 'daemon.json'), 'utf8')));
    } catch {
      return null;
    }
  });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const answer = await fetch(`http://127.0.0.1:${port}/api/code`, { method: 'POST', headers, body: '{}' });
  const { code } = z.object({ code: z.string() }).parse(await answer.json());
  return `http://127.0.0.1:${port}/#code=${code}`;
}

test('an escape is seen, enforced and allowed from the page; a server is frozen and thawed', {
  timeout: 400_000,
}, async () => {
  const url = await pageUrl();
  const agent = talk(place.command([process.execPath, FILESYSTEM, place.ws], 'files'), place.ws, {
    ...env,
    CLAUDE_PROJECT_DIR: place.ws,
  });
  const page = await openPage(browser, url);
  try {
    await agent.ask(0, 'initialize', OPENING);
    agent.send('{"jsonrpc":"2.0","method":"notifications/initialized"}');
    await agent.ask(1, 'tools/list');
    let id = 1;
    const call = async (path: string) =>
      JSON.stringify(await agent.ask(++id, 'tools/call', { name: 'read_text_file', arguments: { path } }));
    const refused = async (path: string, reason: string) => (await call(path)).includes(`"reason":"${reason}"`);
    const { sheet } = page;
    const agree = async (button: string, says: RegExp) => {
      const dialog = page.page.locator('.policy-dialog');
      // Denials that come in above it move it from under the click.
      await clickUntil(sheet.getByRole('button', { name: button }).first(), dialog);
      assert.match(await dialog.innerText(), says);
      await dialog.locator('.policy-yes').click();
      await dialog.waitFor({ state: 'detached' });
    };

    assert.equal(await refused('link/x.txt', 'symlink_escape'), false);
    // The first capture's row may come in above it while it is clicked.
    await page.openRow('would be denied: leaves the root through a link', page.detail.getByText('Set by'));
    const card = await page.detail.locator('.denial-card').innerText();
    for (const part of [join(place.ws, 'link'), join(place.folder, 'work/'), 'out/x.txt', 'Callgrove’s default'])
      assert.ok(card.includes(part), `${part} in ${card}`);
    await soon(() => page.detail.locator('.part-leaves').last().innerText(), 'out/');

    await page.page.locator('.view-denials').click();
    await agree(
      'Enforce for this server…',
      /From the next request on[\s\S]*for the server “files”[\s\S]*not a sandbox/,
    );
    await until(async () => ((await refused('link/x.txt', 'symlink_escape')) ? true : null));
    await sheet.getByText('Denied: it leaves the root through a link').waitFor();
    assert.match(readFileSync(join(place.userHome, '.config/callgrove.jsonc'), 'utf8'), /"enforce"/);

    await agree('Freeze files…', /everything that goes to the server “files” is refused/);
    await until(async () => ((await refused('src/a.txt', 'server_frozen')) ? true : null));
    await sheet.getByText('Frozen: the server “files”').waitFor();
    await agree('Thaw…', /goes through again/);
    await until(async () => ((await call('src/a.txt')).includes('inside') ? true : null));
    await sheet.getByText('Frozen: the server “files”').waitFor({ state: 'detached' });

    const row = sheet.locator('.denial-row', { hasText: 'leaves the root through a link' }).first();
    await clickUntil(row, sheet.getByRole('button', { name: 'Always allow…' }));
    await agree('Always allow…', /to read .*work\/out\/x\.txt/);
    await until(async () => ((await refused('link/x.txt', 'symlink_escape')) ? null : true));
    assert.deepEqual(page.complaints, []);
  } finally {
    await page.close();
    agent.end();
  }
});
