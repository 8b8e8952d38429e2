/** Bundles in a real editor: opened by our own page, refused with the reason, exported after a look at what leaves. */
import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Browser, launchBrowser } from '../support/browser.ts';
import { runCli } from '../support/cliRun.ts';
import { recordBug } from '../support/recordBug.ts';
import { packVsix } from '../support/vsix.ts';
import { makeWorkbench, type Workbench } from '../support/workbench.ts';
import { clickUntil } from './soon.ts';
import { openWindow, type WorkbenchWindow } from './workbenchObject.ts';

let scratch: string;
let workbench: Workbench;
let browser: Browser;
let folder: string;
let window: WorkbenchWindow;

before(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'callgrove-vsix-bundle-'));
  const vsix = join(scratch, 'callgrove.vsix');
  await packVsix(vsix);
  workbench = await makeWorkbench();
  folder = join(workbench.home, 'shop');
  await mkdir(folder);
  await mkdir(workbench.state, { mode: 0o700 });
  await recordBug(workbench.state, [
    ['discount', { percent: 150 }],
    ['total', { note: '<img src=x onerror=alert(1)>' }],
  ]);
  const options = { home: workbench.state };
  await runCli(['daemon', 'start'], options);
  const report = await runCli(['report', '--all', '--no-run', '-o', join(scratch, 'made'), '--json'], options);
  assert.equal(report.code, 0, report.stderr);
  await copyFile(join(scratch, 'made', 'cart-total.callgrove.zip'), join(folder, 'good.callgrove.zip'));
  const bytes = await readFile(join(folder, 'good.callgrove.zip'));
  const at = Math.floor(bytes.length / 2);
  bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  await writeFile(join(folder, 'broken.callgrove.zip'), bytes);
  await workbench.command('--install-extension', vsix);
  await workbench.start();
  browser = await launchBrowser();
  window = await openWindow(browser, workbench.url(folder));
});

after(async () => {
  await window?.close();
  await browser?.close();
  if (workbench) await runCli(['daemon', 'stop'], { home: workbench.state });
  await workbench?.dispose();
  await rm(scratch, { recursive: true, force: true });
});

test('a bundle opens in our own page: tree, details, hostile values as text', async () => {
  await window.openFile('good.callgrove.zip');
  const { frame, row } = window.callsPage();
  await frame.locator('.report-head').waitFor();
  await clickUntil(row('total'), frame.locator('.detail').getByText('says it failed'));
  await frame.locator('vscode-panel-tab', { hasText: 'Arguments' }).click();
  await frame.locator('.body-arguments', { hasText: '<img src=x onerror=alert(1)>' }).waitFor();
  assert.equal(await frame.locator('img').count(), 0);
  const shots = process.env.CALLGROVE_SHOTS;
  if (shots) await window.page.screenshot({ path: join(shots, 'bundle-editor.png') });
  assert.equal(await frame.locator('.sessions').count(), 0);
  assert.deepEqual(window.complaints, []);
  await window.command('View: Close Editor');
});

test('one that is not what it says is not shown; the reason is', async () => {
  await window.openFile('broken.callgrove.zip');
  const { frame } = window.callsPage();
  await frame.getByText('This bundle is not shown:').waitFor();
  assert.equal(await frame.locator('.report-head, script:not([id])').count(), 0);
  await window.command('View: Close Editor');
});

test('a session is exported by command: what would leave is shown first, then it is saved', async () => {
  await window.ask('Callgrove: Export Session…', { line: 'discount' });
  await window.dialog.getByText('What would leave this machine').waitFor();
  const said = (await window.dialog.textContent()) ?? '';
  for (const part of ['calls.ndjson', 'report.html', 'Masked'])
    assert.ok(said.includes(part), `${part} is not in ${said}`);
  await window.agree('Export this session', 'Save…');
  const target = join(folder, 'saved.callgrove.zip');
  await window.answer(target);
  await window.notified('Saved saved.callgrove.zip');
  assert.ok((await stat(target)).size > 10_000);
  const verified = await runCli(['verify', target, '--json'], { home: workbench.state });
  assert.equal(verified.code, 0, verified.stdout);
});

test('a bug report by command: its command line is shown, it is tried, copied and opened', async () => {
  await window.ask('Callgrove: Report a Bug with This Call…', { line: 'discount' });
  await window.dialog.getByText('Try to reproduce it here?').waitFor();
  assert.match((await window.dialog.textContent()) ?? '', /buggyServer\.mjs/);
  await window.agree('Try to reproduce it here?', 'Run It Once');
  await window.notified('The report is in the clipboard. Reproduced: yes.');
  const copied = String(await window.page.evaluate('navigator.clipboard.readText()'));
  assert.match(copied, /^# cart: total fails/);
  assert.match(copied, /\*\*Reproduced: yes\.\*\*/);
  await window.page.locator('.tab', { hasText: 'report.md' }).waitFor();
});
