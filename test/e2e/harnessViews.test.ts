/** Harness and Compare in a real browser, against a scripted feed: marks, parts, comparisons, keyboard, empty and failed. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { TreeRow } from '../../daemon/protocol/feed.ts';
import { type FakeFeed, fakeFeed } from '../support/fakeFeed.ts';
import {
  fullDiff,
  fullFresh,
  fullHarness,
  fullList,
  fullRuns,
  fullVerification,
  SENTENCE,
} from '../support/fakeHarness.ts';
import { fakeCall, fakeHead } from '../support/fakeSessions.ts';
import { builtPage, type Opened, type VisitOptions } from './builtPage.ts';
import { soon } from './soon.ts';

const built = builtPage();
let feed: FakeFeed;

const NEW = 'ses_000000000000aaaa';
const OLD = 'ses_000000000000bbbb';
const RUNS = `session=${NEW}&view=compare&a=${OLD}&b=${NEW}`;

before(async () => {
  feed = await fakeFeed(await built.folder());
  const now = Date.now();
  const change = { event_id: 'ev_1', at: now, harness_id: 'hv_1', sentence: SENTENCE, rev: 1 };
  const rows: TreeRow[] = [
    { ...change, kind: 'workbench', capture_id: 'cap_first', changes: 3 },
    fakeCall(NEW, 1, { call_id: 'call_b_read', tool: 'read_text_file' }),
    { ...change, event_id: 'ev_2', kind: 'harness_changed', capture_id: 'cap_later', before: 'cap_first', changes: 1 },
    fakeCall(NEW, 2),
  ];
  const at = (agoMs: number) => new Date(now - agoMs).toISOString();
  feed.put(fakeHead(NEW, { calls: 2, workbench: SENTENCE, last_at: now }, { started_at: at(60_000) }), rows);
  feed.put(fakeHead(OLD, { calls: 1, last_at: now - 90_000 }, { started_at: at(90_000) }), [fakeCall(OLD, 1)]);
  const { documents } = feed;
  const stored = fullHarness(NEW);
  documents.set(`/api/sessions/${NEW}/harness`, stored);
  documents.set('/api/harness/cap_first', stored.first);
  documents.set(`/api/sessions/${OLD}/harness`, { ...fullHarness(OLD), captures: [], first: null, since: null });
  documents.set('/api/verified-paths', { v: 1, verifications: [fullVerification('filesystem')] });
  documents.set('/api/harness', fullList());
  documents.set('/api/harness/cap_before/diff/cap_first', fullDiff('cap_before', 'cap_first'));
  documents.set('/api/harness/cap_first/diff/cap_later', { a: 'cap_first', b: 'cap_later', differences: [] });
  const runs = fullRuns(OLD, NEW, 10_000);
  documents.set(`/api/diff/${OLD}/${NEW}`, runs);
  const equal = runs.diff.calls
    .filter(({ status }) => status === 'equal')
    .flatMap(({ a, b }) => [a ?? [], b ?? []].flat());
  const head = { ...runs.heads.call_a_read, outcome: 'success' };
  documents.set('/api/heads', { heads: Object.fromEntries(equal.map((call_id) => [call_id, { ...head, call_id }])) });
  documents.set('/api/fresh/fresh_1', fullFresh('fresh_1'));
});

after(async () => {
  await feed?.close();
});

const visit = (fragment: string, run: (page: Opened) => Promise<void>, options: VisitOptions = {}) =>
  built.visit(feed.url(fragment), run, options);

test('a mark in the tree leads to the harness by keyboard, and Escape back', () =>
  visit(`session=${NEW}`, async (page) => {
    await page.row('since last time').waitFor();
    await page.session(SENTENCE).first().waitFor();
    await page.focusTree();
    await page.press('Home');
    await page.press('ArrowDown');
    await page.press('Enter');
    await page.sheet.getByText('1 hidden character').first().waitFor();
    await page.hashIs(`#session=${NEW}&view=harness&capture=cap_first`);
    for (const part of [
      'verified',
      'kept away: a refused write',
      'codex: shadowed',
      '2 × from the repository',
      'version trap',
      'Worth a look',
      'hv_0a1b2c3d',
    ])
      await soon(async () => (await page.sheet.innerText()).includes(part) || part, true);
    // The browser shows paths as text: it can open none.
    assert.equal(await page.sheet.locator('.file-link').count(), 0);
    await page.group('ignored').locator('summary').press('Enter');
    await page.group('ignored').locator('.thing').nth(99).waitFor();
    assert.equal(await page.group('ignored').locator('.thing').count(), 100);
    await page.group('ignored').locator('.more vscode-button').click();
    await page.group('ignored').getByText('1 062 more were counted').waitFor();
    await page.press('Escape');
    await page.row('since last time').waitFor();
  }));

test('two captures: what differs by group, a text’s changes as text; the same workbench is said plainly', () =>
  visit(`session=${NEW}&view=harness`, async (page) => {
    await page.page.locator('.compare-since').click();
    await page.sheet.locator('.diff-added', { hasText: '<script>alert("diff")</script>' }).waitFor();
    await soon(() => page.sheet.locator('.difference').count(), 5);
    await page.hashIs(/view=compare&a=cap_before&b=cap_first$/);
    assert.equal(await page.sheet.locator('.open-diff').count(), 0);
    await page.page.locator('.view-calls').click();
    await page.row('harness changed').click();
    await page.row('harness changed').locator('.change-lead').click();
    await page.sheet.getByText('Same workbench').waitFor();
  }));

test('two runs of ten thousand calls: the parting first, few rows drawn, a call opened by keyboard', () =>
  visit(RUNS, async (page) => {
    await page.sheet.getByText('the call names this file').waitFor();
    await page.page.locator('.show-parting').click();
    await page.page.locator('.compared-line.parts.cursor').waitFor();
    assert.ok((await page.page.locator('.compared-line').count()) < 100);
    await page.page.locator('.compared').focus();
    await page.press('End');
    await page.page.locator('.compared-line.cursor', { hasText: 'tool_9999' }).waitFor();
    await page.press('Home');
    await page.press('Enter');
    await page.page.locator('.compared-line.status-equal.line-call', { hasText: 'read_text_file' }).first().waitFor();
    await page.press('ArrowDown');
    await page.press('ArrowLeft');
    await page.press('ArrowLeft');
    await soon(() => page.page.locator('.compared-line.status-equal.line-call').count(), 0);
    await page.page.locator('.compared-line.line-fold').first().click();
    await page.page.locator('.compared-line.status-equal.line-call').nth(11).waitFor();
    await page.page.locator('.compared-line.line-fold').first().click();
    await page.page.locator('.compared').focus();
    await page.press('Home');
    await page.press('ArrowDown');
    await page.press('Enter');
    await page.detail.locator('.layers').waitFor();
    await page.hashIs(`#session=${NEW}&call=call_b_read`);
  }));

test('a fresh checkout: what is hidden first, and what the tests need', () =>
  visit('view=compare&fresh=fresh_1', async (page) => {
    await page.sheet.getByText('It passes once .env is there.').waitFor();
    const text = await page.sheet.innerText();
    assert.ok(text.indexOf('Hidden local context') < text.indexOf('Rebuilt by set-up'));
    assert.match(text, /after npm ci \(package-lock\.json\)/);
  }));

test('without a capture it is said what to run; what fails can be tried again; narrow goes back to the sessions', () =>
  visit(
    `session=${OLD}&view=harness`,
    async (page) => {
      await page.sheet.locator('.command .copy').click();
      await page.until(async () => (await page.copied()) === 'callgrove harness capture');
      await page.page.locator('vscode-button[title="Back to the sessions"]').click();
      await page.session('').first().click();
      await page.sheet.getByText('Instructions').first().waitFor();
      const path = `/api/diff/${OLD}/${NEW}`;
      const kept = feed.documents.get(path);
      feed.documents.delete(path);
      await page.page.locator('.view-compare').click();
      await page.sheet.getByText('These could not be compared').waitFor();
      feed.documents.set(path, kept);
      await page.page.locator('.try-again').click();
      await page.sheet.getByText('Where they part').waitFor();
    },
    { width: 420, expected: /404/ },
  ));
