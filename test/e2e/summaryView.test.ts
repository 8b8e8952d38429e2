/** Summary and findings in a real browser, against a scripted feed: figures, bars, the ways to calls, hostile texts as text. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fullPolicy } from '../support/fakeDenials.ts';
import { type FakeFeed, fakeFeed } from '../support/fakeFeed.ts';
import { fakeCall, fakeHead } from '../support/fakeSessions.ts';
import { emptySummary, fullSummary } from '../support/fakeSummary.ts';
import { builtPage, type Opened, type VisitOptions } from './builtPage.ts';
import { soon } from './soon.ts';

const built = builtPage();
let feed: FakeFeed;

const FULL = 'ses_000000000000aaaa';
const EMPTY = 'ses_000000000000bbbb';
const full = fakeHead(
  FULL,
  { calls: 12 },
  { tool_calls: 12, successful_calls: 10, failed_calls: 2, findings: 3, terminal_state: 'partial_success' },
);
const empty = fakeHead(EMPTY);

before(async () => {
  feed = await fakeFeed(await built.folder());
  feed.put(
    full,
    Array.from({ length: 12 }, (_, index) => fakeCall(FULL, index + 1)),
  );
  feed.put(empty, []);
  feed.documents.set(`/api/sessions/${FULL}/summary`, fullSummary(full));
  feed.documents.set(`/api/sessions/${EMPTY}/summary`, emptySummary(empty));
});

after(async () => {
  await feed?.close();
});

const visit = (fragment: string, run: (page: Opened) => Promise<void>, options: VisitOptions = {}) =>
  built.visit(feed.url(fragment), run, options);

test('the summary adds up what it did, what failed, what it cost and how to go on', () =>
  visit(`session=${FULL}&view=summary`, async ({ page }) => {
    const sheet = page.locator('.session-summary');
    await sheet.getByText('What it did').waitFor();
    const text = (await sheet.innerText()).replaceAll('\u202f', ' ');
    for (const part of [
      'Ended with failures',
      'Files created',
      'verified',
      'What 2 calls changed is not known.',
      'credential is no longer good',
      'auth drift',
      '$0.042',
      '11 000 tokens + 4.1 MB',
      'Pictures, sound and answers too long to count stand in bytes',
      'search/env:SEARCH_KEY#3f9a2b1c',
      'o200k_base',
      'Running it again would repeat what must not be repeated.',
      'cp_01k0000000000000000000aaaa_3',
      'callgrove show --resume',
    ])
      assert.ok(text.includes(part), part);
    assert.equal(await page.locator('.share').count(), 3);
  }));

test('a way leads from an effect to its call', () =>
  visit(`session=${FULL}&view=summary`, async (page) => {
    await page.page.locator('.fold-effects .link-act').first().click();
    await page.detail.getByText('Timing').waitFor();
    await soon(() => page.page.locator('.view-tab[aria-current]').innerText(), 'Calls');
  }));

test('findings stand by severity, in words and by kind, with what they found as text', () =>
  visit(`session=${FULL}&view=findings`, async ({ page }) => {
    await page.locator('.findings').getByText('Repeated although that is not safe').waitFor();
    const kinds = () => page.locator('.findings-list .thing code').allInnerTexts();
    await soon(kinds, ['unsafe_repeat', 'annotation_lie', 'unpinned_server']);
    assert.equal(await page.locator('.findings img').count(), 0);
    await page.getByText('evidence 3 <img src=x onerror=alert(1)>').waitFor();
    await soon(() => page.locator('.view-findings .view-count').innerText(), '3');
  }));

test('a session without calls says so, and one without findings too', async () => {
  await visit(`session=${EMPTY}&view=summary`, ({ page }) => page.getByText('Nothing to add up yet').waitFor());
  await visit(`session=${EMPTY}&view=findings`, ({ page }) => page.getByText('Nothing out of the ordinary').waitFor());
});

test('names that turn the direction of text turn none, and long ones push nothing out of a narrow page', async () => {
  const evil = `evil\u202Etxt.exe-${'a-name-without-an-end-'.repeat(8)}`;
  const id = 'ses_000000000000cccc';
  const head = fakeHead(id, { calls: 1, servers: [evil] }, { title: evil, tool_calls: 100_000, failed_calls: 10 });
  feed.put(head, [fakeCall(id, 1, { server: evil, tool: evil })]);
  const named = JSON.stringify(fullSummary(head))
    .replaceAll('filesystem', evil)
    .replaceAll('"write_file"', JSON.stringify(evil));
  feed.documents.set(`/api/sessions/${id}/summary`, JSON.parse(named));
  feed.documents.set('/api/denials', { denials: [], total: 0, once: [] });
  feed.documents.set('/api/policy', fullPolicy());
  feed.documents.set(`/api/sessions/${id}/lanes`, { lanes: [] });
  const shows: readonly (readonly [view: string, text: string])[] = [
    ['summary', 'What it did'],
    ['findings', 'Repeated although that is not safe'],
    ['denials', 'Nothing was denied'],
  ];
  for (const width of [1900, 360])
    for (const [view, text] of shows)
      await visit(
        `session=${id}&view=${view}`,
        async ({ page }) => {
          await page.locator('.sheet').getByText(text).first().waitFor();
          if (width > 360 || view === 'summary') await page.getByText('evil\\u202etxt.exe').first().waitFor();
          assert.ok(!(await page.locator('body').innerText()).includes('\u202E'), view);
          await soon(() => page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true);
          const wide = 'document.querySelector(".sheet").scrollWidth <= document.querySelector(".sheet").clientWidth';
          await soon(() => page.evaluate(wide), true);
        },
        { width },
      );
});
