/** The packaged extension in a real editor: from the VSIX to the first traced call, and back out again. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { promisify } from 'node:util';
import { type Browser, launchBrowser } from '../support/browser.ts';
import { type EntryClient, entryClient } from '../support/entryClient.ts';
import { daemonPid, makeWorkbench, type Workbench } from '../support/workbench.ts';
import { openWindow, type WorkbenchWindow } from './workbenchObject.ts';

const root = resolve(import.meta.dirname, '..', '..');
const everything = join(root, 'node_modules/@modelcontextprotocol/server-everything/dist/index.js');

let scratch: string;
let workbench: Workbench;
let browser: Browser;
let folder: string;
let config: string;
let original: string;
let window: WorkbenchWindow;
let client: EntryClient | null = null;

before(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'callgrove-vsix-test-'));
  const vsix = join(scratch, 'callgrove.vsix');
  await promisify(execFile)(process.execPath, [join(root, 'package.vsix.mjs'), '--no-build', '--out', vsix], {
    cwd: root,
  });
  workbench = await makeWorkbench();
  folder = join(workbench.home, 'shop');
  config = join(folder, '.mcp.json');
  await mkdir(folder);
  original = `{
  // what our agents may use
  "mcpServers": {
    "everything": {
      "command": ${JSON.stringify(process.execPath)},
      "args": [${JSON.stringify(everything)}], // the reference server
    },
    "broken": { "note": "neither a command nor a URL" }
  }
}`;
  await writeFile(config, original);
  await workbench.command('--install-extension', vsix);
  await workbench.start();
  browser = await launchBrowser();
  window = await openWindow(browser, workbench.url(folder));
});

after(async () => {
  await client?.close();
  await browser?.close();
  await workbench?.dispose();
  await rm(scratch, { recursive: true, force: true });
});

// For looking at, and for finding out what went wrong where nobody can watch.
afterEach(async (t) => {
  const shots = process.env.CALLGROVE_SHOTS;
  if (shots && !window.page.isClosed())
    await window.page.screenshot({ path: join(shots, `${t.name.replace(/\W+/g, '-').slice(0, 60)}.png`) });
});

const text = () => readFile(config, 'utf8');

test('the view opens, starts the daemon, and says what to do first', async () => {
  await window.activity.click();
  await window.section('Sessions').getByText('No calls recorded yet.').waitFor();
  assert.notEqual(await daemonPid(workbench.state), null);
  await window.serverItem('everything, not traced').waitFor();
  await window.serverItem('broken, left alone').waitFor();
});

test('a lens traces its server once the diff was confirmed, and not before', async () => {
  await window.openFile('.mcp.json');
  await window.lens('Trace this server').click();
  await window.diff.waitFor();
  assert.equal(await text(), original);
  await window.press('Trace everything?', 'Cancel');
  await window.diff.waitFor({ state: 'detached' });
  assert.equal(await text(), original);
  await window.lens('Trace this server').click();
  await window.press('Trace everything?', 'Trace');
  await window.lens('Stop tracing').waitFor();
  const traced = await text();
  assert.match(traced, /bin\/callgrove", *\n/);
  assert.ok(traced.includes('// the reference server') && traced.includes('// what our agents may use'));
  await window.serverItem('everything, waiting for a restart').waitFor();
});

test('a client started from the entry shows in the page, the tree, the list and the status bar', async (t) => {
  await window.command('Callgrove: Open Page');
  await window.callsPage().hero.waitFor();
  client = await entryClient(config, 'everything', folder, { HOME: workbench.home });
  const startedMs = performance.now();
  assert.match(await client.call('echo', { message: 'first light' }), /first light/);
  await window.callsPage().row('echo').waitFor();
  t.diagnostic(`row in the webview ${(performance.now() - startedMs).toFixed(0)} ms after the call was sent`);
  await window.sessionItem('1 call').or(window.sessionItem('calls')).waitFor();
  await window.serverItem('everything, seen').waitFor();
  await window.until(async () => /\d/.test((await window.status.textContent()) ?? ''), 'a number in the status bar');
});

test('a server is frozen and thawed by commands: asked first, then refused, counted in the status bar, and free again', async () => {
  await window.command('Callgrove: Freeze a Server');
  await window.choose('everything');
  await window.answer('a look at it');
  await window.agree('Freeze the server “everything”?', 'Freeze');
  await window.notification('is frozen').waitFor();
  await window.until(async () => /frozen/.test((await window.status.getAttribute('aria-label')) ?? ''), 'the freeze');
  assert.match((await client?.call('echo', { message: 'stopped' })) ?? '', /server_frozen/);
  await window.notification('Callgrove refused 1 call').waitFor();
  await window.callsPage().row('denied: goes to a frozen server').waitFor();
  await window.command('Callgrove: Thaw');
  await window.choose('the server “everything”');
  await window.agree('Thaw the server “everything”?', 'Thaw');
  await window.until(
    async () => /free again/.test((await client?.call('echo', { message: 'free again' })) ?? ''),
    'the call',
  );
});

test('a reload of the window brings back the page with what it showed', async () => {
  await window.callsPage().row('echo').click();
  await window.callsPage().detail.locator('.layers').waitFor();
  await window.reload();
  await window.callsPage().detail.locator('.layers').waitFor();
  assert.match(await window.callsPage().detail.innerText(), /echo/);
});

test('two windows share one daemon', async () => {
  const pid = await daemonPid(workbench.state);
  await window.command('Callgrove: Open Page');
  const second = await openWindow(browser, workbench.url(folder));
  try {
    await second.activity.click();
    await second.sessionItem('call').waitFor();
    await client?.call('echo', { message: 'for both' });
    await second.command('Callgrove: Open Page');
    await second.callsPage().row('for both').waitFor();
    await window.callsPage().row('for both').waitFor();
    assert.equal(await daemonPid(workbench.state), pid);
  } finally {
    await second.close();
  }
});

test('a killed daemon comes back, and nothing is missing', async () => {
  const pid = await daemonPid(workbench.state);
  assert.ok(pid !== null);
  process.kill(pid, 'SIGKILL');
  await client?.call('echo', { message: 'while it was dead' });
  await window.callsPage().row('while it was dead').waitFor();
  await window.until(async () => ![null, pid].includes(await daemonPid(workbench.state)), 'another daemon');
  assert.deepEqual(window.complaints, []);
});

test('stop tracing puts the file back, byte for byte', async () => {
  await window.openFile('.mcp.json');
  await window.lens('Stop tracing').click();
  await window.press('Stop tracing everything?', 'Stop Tracing');
  await window.lens('Trace this server').waitFor();
  assert.equal(await text(), original);
});

test('in a workspace that is not trusted nothing is started and nothing changed', async () => {
  await workbench.settings({
    'security.workspace.trust.enabled': true,
    'security.workspace.trust.startupPrompt': 'never',
  });
  const other = join(workbench.home, 'stranger');
  await mkdir(other);
  await writeFile(join(other, '.mcp.json'), original);
  const restricted = await openWindow(browser, workbench.url(other));
  try {
    await restricted.activity.click();
    await restricted.section('Servers').getByText('Shown when you trust this workspace.').waitFor();
    await restricted.openFile('.mcp.json');
    await restricted.lens('Trace this server').click();
    await restricted.notification('trusted workspaces only').waitFor();
    assert.equal(await readFile(join(other, '.mcp.json'), 'utf8'), original);
  } finally {
    await restricted.close();
    await workbench.settings({});
  }
});

test('an uninstall leaves the files as they were and ends the daemon', async () => {
  await window.command('Callgrove: Trace This Workspace’s Servers');
  await window.press('Trace everything?', 'Trace');
  await window.lens('Stop tracing').waitFor();
  assert.notEqual(await text(), original);
  await client?.close();
  client = null;
  await window.close();
  await workbench.command('--uninstall-extension', 'callgrove.callgrove');
  await workbench.stop();
  // The editor runs an extension's last script when somebody opens it the next time.
  await workbench.start();
  const deadline = Date.now() + 60_000;
  while ((await text()) !== original && Date.now() < deadline) {
    await fetch(workbench.url(folder));
    await new Promise((done) => setTimeout(done, 200));
  }
  assert.equal(await text(), original);
});
