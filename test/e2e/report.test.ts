/** A report in a real browser: opened from disk with the network cut, searched, read by keyboard, with hostile values in it. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { reportBuilder } from '../../daemon/bundle/reportHtml.ts';
import type { ReportBuilder } from '../../daemon/protocol/bundle.ts';
import {
  bundledSession,
  bundleOf,
  emptyBundle,
  type FakeBundle,
  framesOf,
  fullBundle,
  longBundle,
} from '../support/fakeBundle.ts';
import { fullRuns } from '../support/fakeHarness.ts';
import { fakeRecord } from '../support/fakeRecord.ts';
import { fakeCall, fakeHead } from '../support/fakeSessions.ts';
import { builtPage, type Opened } from './builtPage.ts';
import { openPage, type PageOptions } from './pageObject.ts';
import { soon } from './soon.ts';

const ID = 'ses_000000000000aaaa';
const built = builtPage();
let build: ReportBuilder;

before(async () => {
  const file = async (name: string) => readFile(join(await built.folder(), name), 'utf8');
  build = reportBuilder({ script: await file('page.js'), style: await file('page.css') });
});

/** Opens the report from disk; at the end nothing may have complained, and nothing but the file may have been asked for. */
async function visit(
  { members, draft }: FakeBundle,
  run: (page: Opened) => Promise<void>,
  options: PageOptions & { fragment?: string } = {},
): Promise<void> {
  const path = join(await built.folder(), 'report.html');
  let text = '';
  for await (const piece of build(members, draft)) text += piece;
  await writeFile(path, text);
  const url = pathToFileURL(path).href;
  const asked: string[] = [];
  const context = await openPage(await built.browser(), 'about:blank', options);
  try {
    await context.page.context().setOffline(true);
    context.page.on('request', (request) => asked.push(request.url()));
    await context.page.goto(`${url}${options.fragment ?? ''}`);
    await context.page.locator('.report-head').waitFor();
    await run(context);
    assert.deepEqual(context.complaints, []);
    assert.deepEqual(asked, [url]);
  } finally {
    await context.close();
  }
}

test('complete: head, tree with all its kinds of rows, details, harness, denials, findings, what was redacted and cut', () =>
  visit(fullBundle(ID), async (page) => {
    await page.callsAre(15);
    const text = await page.text();
    for (const part of [
      'Cart total is off by one',
      'Ended with failures',
      'claude-code 2.1',
      'Redacted',
      '12 chunks (48 kB) not recorded: disk full',
      'The server ended with exit code 3, 1 request lost',
      'since last time:',
      'Worth a look',
      'Turn',
    ])
      assert.ok(text.includes(part), part);
    // Nothing that only a daemon could do.
    for (const gone of ['.sessions', '.follow', '.pin', '.edit-label', '.link', '.compare-session'])
      assert.equal(await page.page.locator(gone).count(), 0, gone);
    await page.open('ENOENT');
    await page.detail.getByText('says it failed').waitFor();
    await page.tab('Arguments');
    await page.body('arguments').waitFor();
    assert.match(await page.body('arguments').innerText(), /src\/module-3\.ts/);
    await page.tab('Frames');
    await page.showFrame();
    assert.match(await page.body('frame').innerText(), /"method": "tools\/call"/);
    assert.equal(await page.showRaw.count(), 0);
    await page.page.locator('.view-denials').click();
    await page.page.locator('.denial-card .escape').waitFor();
    assert.equal(await page.page.locator('.denial-card .part-leaves').count(), 1);
    for (const gone of ['.act-allow', '.act-deny', '.act-freeze', '.act-freeze-session', '.act-mode'])
      assert.equal(await page.page.locator(gone).count(), 0, gone);
    await page.page.locator('.view-findings').click();
    await page.page.locator('.findings-list .finding').first().waitFor();
    await page.page.locator('.view-summary').click();
    await page.page.locator('.session-summary .share').first().waitFor();
    const summary = await page.sheet.innerText();
    for (const part of ['tool calls', 'What it did', 'What failed', 'By server', 'By tool', 'How to go on'])
      assert.ok(summary.includes(part), part);
    // Nothing that only Callgrove's own commands could do.
    assert.ok(!summary.includes('callgrove show'));
    await page.page.locator('.view-harness').click();
    await page.group('instructions').waitFor();
    assert.match(await page.sheet.innerText(), /CLAUDE\.md/);
    await page.page.locator('.view-about').click();
    await page.page.locator('.about').waitFor();
    await page.page.locator('.about-loose summary').first().click();
    const about = await page.sheet.innerText();
    for (const part of [
      'home folder',
      '34 places',
      'said on stderr',
      'Secure server <img src=x> running on stdio',
      'Of 4 messages only the first 2 kB',
      'callgrove verify',
    ])
      assert.ok(about.includes(part), part);
  }));

test('searched: words in the row, words that stand in a message alone, and the filter’s own', () =>
  visit(fullBundle(ID), async (page) => {
    await page.firstRows();
    await page.filter('missing.ts');
    await page.callsAre(1);
    await page.filter('"return 7 * 2"');
    await page.until(async () => (await page.toolsInSight()).join() === 'edit_file');
    await page.filter('server:github');
    await page.callsAre(2);
    await page.filter('server:github is:failed');
    await page.callsAre(1);
    await page.filter('nowhere-to-be-found');
    await page.notice.waitFor();
    assert.match(await page.text(), /No call matches/);
    await page.filter('is:');
    await page.filterError.waitFor();
  }));

test('by keyboard alone: to the tree, through it, into a call, folded, searched, and back', () =>
  visit(fullBundle(ID), async (page) => {
    await page.firstRows();
    await page.press('/');
    await page.until(page.filterFocused);
    await page.press('ArrowDown');
    for (let step = 0; step < 3; step++) await page.press('ArrowDown');
    await page.cursorIs(/^list_directory/);
    await page.press('Enter');
    await page.detail.getByText('delivered').waitFor();
    await page.press('Escape');
    await page.detail.waitFor({ state: 'detached' });
    await page.press('End');
    await page.cursorIs(/^read_multiple_files/);
    await page.press('Home');
    for (let step = 0; step < 7; step++) await page.press('ArrowDown');
    await page.cursorIs(/^sampleLLM/);
    await page.press('ArrowLeft');
    await page.callsAre(14);
    await page.press('ArrowRight');
    await page.callsAre(15);
    const tree = page.page.locator('[role=treegrid]');
    assert.equal(await tree.getAttribute('aria-label'), 'Calls of the session');
    await soon(
      async () => (await page.page.locator('.rows [role=row][aria-level]').count()) - (await page.rows.count()),
      0,
    );
  }));

test('ten thousand calls: a screenful of rows, the last one reached, a call in the middle found', () =>
  visit(longBundle(ID, 10_000), async (page) => {
    await page.firstRows();
    assert.ok((await page.rows.count()) < 80);
    await page.focusTree();
    await page.press('End');
    await page.row('tool_9999').waitFor();
    await page.filter('tool:tool_5003');
    await page.callsAre(1);
    await page.open('tool_5003');
    await page.tab('Arguments');
    await page.body('arguments').getByText('module-5003.ts').waitFor();
    await page.filter('"module-7777.ts"');
    await page.until(async () => (await page.toolsInSight()).join() === 'tool_7777');
  }));

test('hostile values are text: markup, script ends, separators, turned directions', () => {
  const evil = '</script><img src=x onerror=alert(1)><script>alert(2)</script>\u2028\u202Etxt.exe';
  const { session } = fakeHead(ID, {}, { title: evil, label: evil, agent_id: evil, workspace: evil, repo: evil });
  const { call } = fakeCall(ID, 1, { tool: evil, server: evil, summary: evil, error_message: evil, outcome: 'error' });
  const reply = { jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text: evil }] } };
  const request = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: evil, arguments: { [evil]: evil } } };
  const bundle = bundleOf(
    { session: bundledSession(session), calls: [fakeRecord(call)], frames: framesOf(call, request, reply) },
    {
      cut: [{ what: 'calls', count: 1, why: evil }],
      redaction: [{ rule: evil, member: evil, where: evil, count: 1, placeholder: 'secret' }],
    },
  );
  return visit(bundle, async (page) => {
    await page.firstRows();
    await page.calls.first().click();
    for (const tab of ['Overview', 'Arguments', 'Result', 'Frames']) await page.tab(tab);
    await page.showFrame();
    await page.body('frame').waitFor();
    await page.tab('Result');
    const text = await page.text();
    assert.ok(text.includes('<img src=x onerror=alert(1)>'));
    assert.ok(text.includes('\\u202etxt.exe'));
    assert.equal(text.includes('\u202e'), false, 'a turned direction stands in the page');
    assert.equal(await page.page.locator('img').count(), 0);
    await page.page.locator('.view-about').click();
    await page.page.locator('.about').waitFor();
    assert.ok((await page.sheet.innerText()).includes('<img src=x onerror=alert(1)>'));
    assert.equal(await page.page.locator('img').count(), 0);
  });
});

test('without scripts, or cut off before its end, it says so', async () => {
  const { members, draft } = emptyBundle(ID);
  const path = join(await built.folder(), 'cut.html');
  let text = '';
  for await (const piece of build(members, draft)) text += piece;
  await writeFile(path, text.slice(0, text.indexOf('<script type="module">')));
  const page = await openPage(await built.browser(), pathToFileURL(path).href);
  try {
    assert.match(await page.text(), /the end of the file is missing/);
  } finally {
    await page.close();
  }
});

test('an address within the file leads to a call', () =>
  visit(
    fullBundle(ID),
    async (page) => {
      await page.detail.getByText('ENOENT').first().waitFor();
    },
    { fragment: `#call=${fakeCall(ID, 3).call.call_id}` },
  ));

test('a comparison that is in the bundle is shown, against nothing else', () => {
  const { members, draft } = fullBundle(ID);
  const diff = fullRuns('ses_000000000000bbbb', ID);
  return visit({ members: { ...members, diff: async () => diff }, draft }, async (page) => {
    await page.firstRows();
    await page.page.locator('.view-compare').click();
    await page.page.locator('.compare .parting, .compare .compare-scroll').first().waitFor();
    assert.equal(await page.page.locator('.compare-kind, .side-of').count(), 0);
  });
});

test('an empty session, one that nothing was redacted in, and a small screen', async () => {
  await visit(emptyBundle(ID), async (page) => {
    await page.notice.waitFor();
    assert.match(await page.text(), /No tool calls in this session/);
  });
  await visit(
    fullBundle(ID, { redacted: false, redaction: [] }),
    async (page) => {
      await page.firstRows();
      assert.match(await page.text(), /Not redacted/);
      await page.page.locator('.report-seal').click();
      await page.page.locator('.about').waitFor();
      assert.match(await page.sheet.innerText(), /may hold tokens/);
      await page.page.locator('.view-calls').click();
      await page.open('list_directory');
      await page.detail.getByText('delivered').waitFor();
      await page.press('Escape');
      await page.firstRows();
      const wide = await page.page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      assert.equal(wide, false);
    },
    { width: 360, height: 740, scheme: 'light' },
  );
});
