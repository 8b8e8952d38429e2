/** The packaged extension in a real editor: from the VSIX to the first traced call, and back out again. */
import assert from 'node:assert/strict';
import { access, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Browser, launchBrowser } from '../support/browser.ts';
import { type EntryClient, entryClient } from '../support/entryClient.ts';
import { git, writeFiles } from '../support/gitFolder.ts';
import { packNextVsix, packVsix } from '../support/vsix.ts';
import { daemonPid, daemonVersion, makeWorkbench, recordedCalls, type Workbench } from '../support/workbench.ts';
import { clickUntil, doUntil, soon } from './soon.ts';
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
  await packVsix(vsix);
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
      "env": { "SHOP_API_KEY": "3f9a21c07b5d4e8896a1" }
    },
    "broken": { "note": "neither a command nor a URL" }
  }
}`;
  await writeFile(config, original);
  await workbench.command('--install-extension', vsix);
  await workbench.start();
  browser = await launchBrowser();
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
  if (shots && window && !window.page.isClosed())
    await window.page.screenshot({ path: join(shots, `${t.name.replace(/\W+/g, '-').slice(0, 60)}.png`) });
});

const text = () => readFile(config, 'utf8');
/** What the proxies judge by; one line. */
const judgedBy = async () =>
  JSON.stringify(JSON.parse(await readFile(join(workbench.state, 'control', 'policy.json'), 'utf8')));
const STEPS = ['trace', 'restart', 'call'];

test('activation is short in the first window and in the next', async (t) => {
  for (let count = 1; count <= 2; count++) {
    const fresh = await openWindow(browser, workbench.url(workbench.home));
    try {
      const { loadMs, callMs, finishMs } = await fresh.activation();
      assert.ok([loadMs, callMs, finishMs].every((ms) => ms !== undefined && ms >= 0));
      t.diagnostic(
        `window ${count}: code read in ${loadMs} ms, activate() took ${callMs} ms, ready ${finishMs} ms later`,
      );
    } finally {
      await fresh.close();
    }
  }
  // Nobody looked at anything: no daemon was needed.
  assert.equal(await daemonPid(workbench.state), null);
});

test('the view opens, starts the daemon, and says what to do first', async () => {
  window = await openWindow(browser, workbench.url(folder));
  await window.activity.click();
  await window.section('Sessions').getByText('No calls recorded yet.').waitFor();
  assert.notEqual(await daemonPid(workbench.state), null);
  await window.serverItem('everything, not traced').waitFor();
  await window.serverItem('broken, left alone').waitFor();
  await window.section('Servers').getByText('No server is traced yet.').waitFor();
  await window.command('Callgrove: Get Started');
  for (const id of STEPS) await window.step(id, false).waitFor();
});

test('a lens traces its server once the diff was confirmed, and not before', async () => {
  await window.openFile('.mcp.json');
  await window.askByLens('Trace this server', 'Trace everything?');
  await window.diff.waitFor();
  assert.equal(await text(), original);
  await window.press('Trace everything?', 'Cancel');
  await window.diff.waitFor({ state: 'detached' });
  assert.equal(await text(), original);
  await window.askByLens('Trace this server', 'Trace everything?');
  await window.press('Trace everything?', 'Trace');
  await window.lens('Stop tracing').waitFor();
  const traced = await text();
  assert.match(traced, /bin\/callgrove", *\n/);
  assert.ok(traced.includes('// the reference server') && traced.includes('// what our agents may use'));
  await window.serverItem('everything, waiting for a restart').waitFor();
  await window.section('Servers').getByText('Restart the agent').waitFor();
  await window.command('Callgrove: Get Started');
  await window.step('trace', true).waitFor();
  await window.step('call', false).waitFor();
});

test('a client started from the entry shows in the page, the tree, the list and the status bar', async (t) => {
  await window.command('Callgrove: Open Page');
  await window.callsPage().hero.waitFor();
  client = await entryClient(config, 'everything', folder, { HOME: workbench.home });
  const startedMs = performance.now();
  assert.match(await client.call('echo', { message: 'first light' }), /first light/);
  await window.callsPage().row('echo').waitFor();
  t.diagnostic(`row in the webview ${(performance.now() - startedMs).toFixed(0)} ms after the call was sent`);
  // It comes a moment later and moves the rows.
  await window.callsPage().frame.locator('.row-workbench').waitFor();
  await window.sessionItem('1 call').or(window.sessionItem('calls')).waitFor();
  await window.serverItem('everything, seen').waitFor();
  await window.until(async () => /\d/.test((await window.status.textContent()) ?? ''), 'a number in the status bar');
});

test('the walkthrough’s steps have ticked themselves off, also for who opens it afterwards', async () => {
  await window.command('Callgrove: Get Started');
  for (const id of STEPS) await window.step(id, true).waitFor();
  // A browser of its own has none of the editor's memory, and reads the walkthrough when all of it has happened.
  const late = await openWindow(browser, workbench.url(folder));
  try {
    await late.status.filter({ hasText: /\d/ }).waitFor();
    await late.command('Callgrove: Get Started');
    for (const id of STEPS) await late.step(id, true).waitFor();
  } finally {
    await late.close();
  }
  await window.command('View: Close Editor');
});

test('what the command line does to sessions and records has a command', async () => {
  await window.ask('Callgrove: Label Session…', { line: 'echo' }, { text: 'the first one' });
  await window.sessionItem('the first one').waitFor();
  await window.ask('Callgrove: Pin Session', { line: 'the first one' });
  await window.ask('Callgrove: Unpin Session', { line: 'the first one' });
  await window.ask('Callgrove: Copy Session Id', { line: 'the first one' });
  const copied = () => window.page.evaluate('navigator.clipboard.readText()');
  await window.until(async () => /^ses_/.test(String(await copied())), 'an id in the clipboard');
  await window.ask('Callgrove: Prune Old Records…', { line: 'Older than a week' });
  await window.notified('There is nothing to remove');
  await window.command('Callgrove: Doctor');
  await window.page.locator('.monaco-editor .view-lines', { hasText: 'launcher' }).waitFor();
  await window.command('View: Close Editor');
});

test('a server is frozen and thawed by commands: asked first, then refused, counted in the status bar, and free again', async () => {
  await window.ask('Callgrove: Freeze a Server', { line: 'everything' }, { text: 'a look at it' });
  await window.agree('Freeze the server “everything”?', 'Freeze');
  await window.notified('is frozen');
  await window.until(async () => /frozen/.test((await window.status.getAttribute('aria-label')) ?? ''), 'the freeze');
  await soon(judgedBy, /"kind":"server"/);
  assert.match((await client?.call('echo', { message: 'stopped' })) ?? '', /server_frozen/);
  await window.notified('Callgrove refused 1 call');
  await window.callsPage().row('denied: goes to a frozen server').waitFor();
  await window.ask('Callgrove: Thaw', { line: 'the server “everything”' });
  await window.agree('Thaw the server “everything”?', 'Thaw');
  await soon(judgedBy, /"freezes":\[\]/);
  assert.match((await client?.call('echo', { message: 'free again' })) ?? '', /free again/);
});

test('a credential is frozen by its name: what runs under it is refused until it is thawed', async () => {
  await window.ask('Callgrove: Freeze a Credential', { line: 'SHOP_API_KEY' }, { text: 'it leaked' });
  await window.agree('SHOP_API_KEY#', 'Freeze');
  await soon(judgedBy, /"kind":"lane"/);
  assert.match((await client?.call('echo', { message: 'under a frozen key' })) ?? '', /lane_frozen/);
  await window.callsPage().row('denied: uses frozen credentials').waitFor();
  await window.ask('Callgrove: Thaw', { line: 'SHOP_API_KEY#' });
  await window.agree('SHOP_API_KEY#', 'Thaw');
  await soon(judgedBy, /"freezes":\[\]/);
  assert.match((await client?.call('echo', { message: 'thawed key' })) ?? '', /thawed key/);
});

test('a refused call is allowed once by command: the next like it passes, the one after it does not', async () => {
  const settings = join(workbench.home, '.config', 'callgrove.jsonc');
  const sum = async () => (await client?.call('get-sum', { a: 2, b: 3 })) ?? '';
  await mkdir(join(workbench.home, '.config'), { recursive: true });
  await writeFile(settings, '{ "policy": { "mode": "enforce", "tools": { "deny": ["get-sum"] } } }');
  try {
    await soon(judgedBy, /get-sum/);
    assert.match(await sum(), /tool_not_allowed/);
    await window.callsPage().row('denied: uses a tool that is not allowed').waitFor();
    await window.ask('Callgrove: Allow a Denied Call Once', { line: 'get-sum' });
    await window.agree('once?', 'Allow Once');
    await window.callsPage().row('then allowed once').waitFor();
    assert.match(await sum(), /5/);
    assert.match(await sum(), /tool_not_allowed/);
    await window.callsPage().row('then allowed once, used').waitFor();
    await clickUntil(
      window.callsPage().frame.locator('.rows .row-call.is-success', { hasText: 'get-sum' }).last(),
      window.callsPage().detail.getByText('Passed because it was allowed once'),
    );
  } finally {
    await rm(settings);
  }
  await soon(judgedBy, /^(?!.*get-sum)/s);
  assert.match(await sum(), /5/);
});

test('a reload of the window brings back the page with what it showed', async () => {
  await window.command('Callgrove: Open Page');
  const before = window.callsPage();
  await clickUntil(before.row('echo'), before.detail.locator('.layers'));
  await window.reload();
  await window.callsPage().detail.locator('.layers').waitFor();
  assert.match(await window.callsPage().detail.innerText(), /echo/);
});

test('in the editor the page is used by keys alone, and says what it shows', async () => {
  const { frame } = window.callsPage();
  const tree = frame.getByRole('treegrid', { name: 'Calls of the session' });
  const spoken = async () => {
    const id = await tree.getAttribute('aria-activedescendant');
    return (id && (await frame.locator(`#${id}`).getAttribute('aria-label'))) || '';
  };
  // The editor may give the focus to another part of the window a moment after it was set: then from the start.
  await window.until(async () => {
    await tree.press('Home');
    await tree.press('ArrowDown');
    // Past the row of what the session woke up on.
    await tree.press('ArrowDown');
    return /echo/.test(await spoken());
  }, 'a row that is spoken');
  await doUntil(() => tree.press('Enter'), frame.getByRole('region', { name: 'Details' }));
  for (const name of ['Overview', 'Arguments', 'Result']) await frame.getByRole('tab', { name }).waitFor();
  await tree.press('Escape');
  await frame.getByRole('region', { name: 'Details' }).waitFor({ state: 'detached' });
  const filter = frame.locator('.call-filter input');
  await doUntil(() => tree.press('/'), frame.locator('.call-filter:focus-within'));
  await filter.pressSequentially('no such call');
  await frame.getByText('0 rows match').waitFor({ state: 'attached' });
  await filter.press('Control+A');
  await filter.press('Delete');
  await window.callsPage().row('echo').waitFor();
  // Every control that can be reached has a name.
  const nameless = await frame
    .locator(
      'button, [role="button"], vscode-button, vscode-checkbox, vscode-dropdown, vscode-text-field, [role="separator"]',
    )
    .evaluateAll((all) => all.filter((one) => !(one.getAttribute('aria-label') || one.textContent?.trim())).length);
  assert.equal(nameless, 0);
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
    for (const one of [second, window]) {
      // A row far below is not drawn.
      await one.callsPage().follow();
      await one.callsPage().row('for both').waitFor();
    }
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
  await window.callsPage().follow();
  await window.callsPage().row('while it was dead').waitFor();
  await window.until(async () => ![null, pid].includes(await daemonPid(workbench.state)), 'another daemon');
  assert.deepEqual(window.complaints, []);
});

test('a fresh checkout is compared in a task with a terminal; the result opens when it ends', async () => {
  writeFiles(folder, { 'CLAUDE.md': '# Shop\n', '.gitignore': '.env\n', '.env': 'KEY=1\n' });
  git(folder, 'init', '-q');
  // The file that a later test takes back stays out of it.
  git(folder, 'add', 'CLAUDE.md', '.gitignore');
  git(folder, 'commit', '-qm', 'start');
  await window.ask('Callgrove: Compare with a Fresh Checkout', { line: 'What this folder has' });
  await window.terminal('Compare with a fresh checkout').waitFor();
  const page = window.callsPage();
  await page.sheet.locator('.fold-fresh-hidden .thing', { hasText: '.env' }).waitFor();
  assert.match(await page.sheet.innerText(), /A fresh checkout of HEAD/);
});

test('two captures differ in a text that opens in the editor’s own diff, and in a file that opens', async () => {
  await window.command('Callgrove: Capture Harness');
  const page = window.callsPage();
  await page.frame.locator('.harness .file-link', { hasText: 'CLAUDE.md' }).first().waitFor();
  writeFiles(folder, { 'CLAUDE.md': '# Shop\n\nRun the tests.\n' });
  await window.command('Callgrove: Capture Harness');
  await page.frame.locator('.harness .thing', { hasText: 'CLAUDE.md' }).getByText('23 B').waitFor();
  await page.frame.locator('.compare-since').click();
  await page.frame.locator('.difference', { hasText: 'CLAUDE.md' }).locator('.open-diff').click();
  await window.page.locator('.tab', { hasText: /CLAUDE\.md: hv_\w+ ↔ hv_/ }).waitFor();
  await window.page.locator('.monaco-diff-editor .modified .view-line', { hasText: 'Run the tests.' }).waitFor();
  await window.command('Callgrove: Capture Harness');
  await page.frame.locator('.harness .file-link', { hasText: 'CLAUDE.md' }).first().click();
  await window.page.locator('.tab.active', { hasText: /^CLAUDE\.md$/ }).waitFor();
  assert.deepEqual(window.complaints, []);
});

test('an update replaces the daemon while calls go on, and each of them is there once', async (t) => {
  const vsix = join(scratch, 'next.vsix');
  const version = await packNextVsix(vsix, scratch);
  const pid = await daemonPid(workbench.state);
  let sent = 0;
  let going = true;
  const calls = (async () => {
    while (going) {
      await client?.call('echo', { message: `kept ${sent}` });
      sent++;
      await sleep(20);
    }
  })();
  await workbench.command('--install-extension', vsix);
  await window.reload();
  await window.until(async () => (await daemonVersion(workbench.state)) === version, 'the new version’s daemon');
  const atReplacement = sent;
  await window.until(async () => sent > atReplacement + 20, 'calls after it');
  going = false;
  await calls;
  assert.notEqual(await daemonPid(workbench.state), pid);
  const found = async () => {
    const kept = (await recordedCalls(workbench.state)).flatMap(
      (call) => /kept \d+/.exec(JSON.stringify(call))?.[0] ?? [],
    );
    return kept.sort();
  };
  await window.until(async () => (await found()).length >= sent, 'all calls in the database');
  assert.deepEqual(await found(), Array.from({ length: sent }, (_, number) => `kept ${number}`).sort());
  t.diagnostic(`${sent} calls, ${atReplacement} of them before the new daemon had announced itself`);
});

test('stop tracing puts the file back, byte for byte; one that git tracks after it was said what that means', async () => {
  git(folder, 'add', '-f', '.mcp.json');
  await window.openFile('.mcp.json');
  const traced = await text();
  await window.askByLens('Stop tracing', 'everything is still traced: git tracks .mcp.json');
  assert.equal(await text(), traced);
  await window.press('everything is still traced', 'Show That Change');
  await window.diff.waitFor();
  await window.press('Stop tracing everything?', 'Stop Tracing');
  await window.lens('Trace this server').waitFor();
  assert.equal(await text(), original);
  git(folder, 'reset', '-q', '.mcp.json');
});

test('in a workspace that is not trusted nothing is started and nothing changed', async () => {
  await workbench.settings({
    'security.workspace.trust.enabled': true,
    'security.workspace.trust.startupPrompt': 'never',
  });
  const other = join(workbench.home, 'stranger');
  const trap = join(scratch, 'trap');
  await mkdir(join(other, '.vscode'), { recursive: true });
  await writeFile(join(other, '.mcp.json'), original);
  // A checkout that names a program of its own.
  await writeFile(trap, `#!/bin/sh\n: > ${trap}.sprung\n`, { mode: 0o755 });
  await writeFile(join(other, '.vscode', 'settings.json'), JSON.stringify({ 'callgrove.node': trap }));
  await window.command('Callgrove: Stop Daemon');
  await window.until(async () => (await daemonPid(workbench.state)) === null, 'no daemon');
  const restricted = await openWindow(browser, workbench.url(other));
  try {
    await restricted.activity.click();
    await restricted.section('Servers').getByText('Shown when you trust this workspace.').waitFor();
    await restricted.openFile('.mcp.json');
    await restricted.askByLens('Trace this server', 'trusted workspaces only');
    assert.equal(await readFile(join(other, '.mcp.json'), 'utf8'), original);
    await restricted.command('Callgrove: Open Page');
    await restricted
      .callsPage()
      .frame.getByRole('button', { name: /try|retry|again|now/i })
      .first()
      .click();
    assert.equal(await daemonPid(workbench.state), null);
  } finally {
    await restricted.close();
    await workbench.settings({});
  }
  // Trusted, it starts; with what the user's own settings say, not the checkout's.
  const trusted = await openWindow(browser, workbench.url(other));
  try {
    await trusted.command('Callgrove: Start Daemon');
    await trusted.until(async () => (await daemonPid(workbench.state)) !== null, 'a daemon');
  } finally {
    await trusted.close();
  }
  await assert.rejects(access(`${trap}.sprung`));
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
  await soon(async () => {
    await fetch(workbench.url(folder));
    return text();
  }, original);
});
