/** Denials in a real browser, against a scripted feed: marks in the tree, the list, the drawn path, questions before changes. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { TreeRow } from '../../daemon/protocol/feed.ts';
import { fakeDenial, fullDenials, fullLanes, fullPolicy } from '../support/fakeDenials.ts';
import { type FakeFeed, fakeFeed } from '../support/fakeFeed.ts';
import { fakeCall, fakeHead } from '../support/fakeSessions.ts';
import { builtPage, type Opened, type VisitOptions } from './builtPage.ts';
import { soon } from './soon.ts';

const built = builtPage();
let feed: FakeFeed;

const FULL = 'ses_000000000000aaaa';
const EMPTY = 'ses_000000000000bbbb';
const list = fullDenials(FULL);

before(async () => {
  feed = await fakeFeed(await built.folder());
  const rows: TreeRow[] = list.denials.map(({ tool, server, decision, reason, mode }, index) =>
    fakeCall(FULL, index + 1, {
      tool,
      server,
      denial: { decision, reason, mode },
      outcome: decision === 'deny' ? 'denied' : 'success',
    }),
  );
  rows.push({
    kind: 'frozen',
    event_id: 'ev_1',
    at: Date.now(),
    freeze_id: 'frz_1',
    sentence: 'ada froze the server postgres: it updates totals',
    rev: 1,
  });
  const servers = ['filesystem', 'github', 'postgres'];
  feed.put(fakeHead(FULL, { calls: 7, denials: 7, servers }, { denied_calls: 4 }), rows);
  feed.put(fakeHead(EMPTY, { calls: 1, denials: 0 }), [fakeCall(EMPTY, 1)]);
  feed.documents.set('/api/denials', list);
  feed.documents.set('/api/policy', fullPolicy());
  feed.documents.set(`/api/sessions/${FULL}/lanes`, fullLanes());
  feed.documents.set(`/api/sessions/${EMPTY}/lanes`, { lanes: [] });
});

after(async () => {
  await feed?.close();
});

const visit = (fragment: string, run: (page: Opened) => Promise<void>, options: VisitOptions = {}) =>
  built.visit(feed.url(fragment), run, options);

test('a denied call is marked in the tree with its reason in words, and its details say why and what would allow it', () =>
  visit(`session=${FULL}`, async (page) => {
    await page.row('would be denied: touches a file that holds credentials').waitFor();
    await page.row('denied: leaves the root through a link').click();
    const card = page.detail.locator('.denial-card');
    await card.getByText('Denied: it leaves the root through a link').waitFor();
    for (const part of [
      '/srv/deployments/shop/latest',
      `callgrove policy allow ${list.denials.at(-1)?.call_id}`,
      'your settings, /home/ada/.config/callgrove.jsonc, line 5',
      '/rules/symlink_escape',
      '/home/ada/shop top of the git checkout at the variable CLAUDE_PROJECT_DIR',
    ])
      await soon(async () => (await card.innerText()).includes(part) || part, true);
    assert.equal(await card.locator('.part-leaves').last().innerText(), 'srv/');
  }));

test('the list of denials goes by keyboard: arrows choose, Enter opens the call, Escape comes back', () =>
  visit(`session=${FULL}`, async (page) => {
    await page.page.locator('.view-denials').press('Enter');
    await page.page.locator('.denial-list').focus();
    await page.press('ArrowDown');
    await page.press('End');
    await page.press('ArrowUp');
    const second = list.denials[1];
    await page.hashIs(`#session=${FULL}&view=denials&denial=${second?.call_id}`);
    await page.sheet.getByText('Would be denied: it touches a file that holds credentials').waitFor();
    await page.press('Enter');
    await page.detail.locator('.denial-card').waitFor();
    await page.hashIs(`#session=${FULL}&call=${second?.call_id}`);
  }));

test('text of a path cannot turn its own direction, nor become elements', () =>
  visit(`session=${FULL}&view=denials&denial=${list.denials[5]?.call_id}`, async (page) => {
    await page.sheet.locator('.denial-card').waitFor();
    const text = await page.sheet.locator('.denial-card').innerText();
    assert.ok(text.includes('\\u{202e}'));
    assert.ok(!text.includes('\u202E'));
    assert.equal(await page.sheet.locator('.escape b').count(), 0);
  }));

test('nothing is frozen before the user agreed to what will happen; the reason goes with it', () =>
  visit(`session=${FULL}&view=denials`, async (page) => {
    const dialog = page.page.locator('.policy-dialog');
    await page.sheet.getByRole('button', { name: 'Freeze filesystem…' }).first().click();
    await dialog.getByText('everything that goes to the server “filesystem” is refused').waitFor();
    await page.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    assert.equal(feed.actions.length, 0);
    await page.sheet.getByRole('button', { name: 'Thaw…' }).click();
    await dialog.locator('.policy-reason input').fill('looked at it');
    await dialog.locator('.policy-yes').click();
    await page.banner.getByText('thaw: postgres').waitFor();
    assert.deepEqual(feed.actions, [{ act: 'thaw', kind: 'server', target: 'postgres', reason: 'looked at it' }]);
  }));

test('a refused call may be allowed once, one that is only told may not; what will happen is said first', () =>
  visit(`session=${FULL}&view=denials`, async (page) => {
    const card = page.sheet.locator('.denial-card');
    const dialog = page.page.locator('.policy-dialog');
    await card.getByRole('button', { name: 'Allow once…' }).click();
    await dialog.getByText('The next request like it passes, if it comes within ten minutes').waitFor();
    await dialog.getByText(`callgrove policy allow ${list.denials.at(-1)?.call_id} --once`).waitFor();
    await dialog.locator('.policy-yes').click();
    await page.until(async () => feed.actions.some(({ act }) => act === 'allow'));
    await dialog.waitFor({ state: 'detached' });
    assert.deepEqual(feed.actions.at(-1), { act: 'allow', call_id: list.denials.at(-1)?.call_id, once: true });
    await page.page.locator('#denial-6').click();
    await card.getByText('Would be denied').first().waitFor();
    assert.equal(await card.getByRole('button', { name: 'Allow once…' }).count(), 0);
    assert.equal(await card.getByRole('button', { name: 'Enforce for this server…' }).count(), 1);
  }));

test('what was allowed once is told at the refused call, in the tree and among the denials, and at the call that passed', async () => {
  const refused = list.denials.at(-1)?.call_id ?? '';
  const passed = fakeCall(FULL, 8, { tool: 'write_file', server: 'filesystem' });
  const once = {
    once_id: 'once_1',
    refused,
    by: 'ada',
    at: new Date().toISOString(),
    until: new Date(Date.now() + 600_000).toISOString(),
    passed: null,
  };
  const used = { ...once, passed: passed.call.call_id };
  const row = feed.row(FULL, refused);
  assert.ok(row?.kind === 'call');
  await visit(`session=${FULL}&view=denials`, async (page) => {
    const card = page.sheet.locator('.denial-card');
    await card.getByRole('button', { name: 'Allow once…' }).waitFor();
    feed.documents.set('/api/denials', { ...list, once: [once] });
    feed.upsert(FULL, [{ kind: 'call', call: { ...row.call, once, rev: row.call.rev + 1 } }]);
    await card
      .getByText(/Allowed once by ada at .*: the next request like it passes, until .* None has yet\./)
      .waitFor();
    assert.equal(await card.getByRole('button', { name: 'Allow once…' }).count(), 0, 'it is allowed already');
    await page.sheet.locator('.denial-row', { hasText: 'allowed once' }).waitFor();

    feed.documents.set('/api/denials', { ...list, once: [used] });
    feed.upsert(FULL, [
      { kind: 'call', call: { ...row.call, once: used, rev: row.call.rev + 2 } },
      { kind: 'call', call: { ...passed.call, once: used } },
    ]);
    await card.getByText('and used: a later call passed by it. The rule counts again.').waitFor();
    await card.getByRole('button', { name: 'Allow once…' }).waitFor();
    await card.getByRole('button', { name: 'Open the call that passed' }).click();
    await page.detail.getByText('Passed because it was allowed once by ada at').waitFor();
    await page.row('then allowed once, used').waitFor();
    await page.page.locator('.row-call', { hasText: /allowed once(?!, used)/ }).waitFor();
    await page.detail.getByRole('button', { name: 'Open the refused call' }).click();
    await page.detail.locator('.denial-card').getByText('and used: a later call passed by it.').waitFor();
  });
  feed.documents.set('/api/denials', list);
});

test('the session’s credentials are listed by name and fingerprint; one is frozen and thawed from there', () =>
  visit(`session=${FULL}&view=denials`, async (page) => {
    const lanes = page.sheet.locator('.lanes');
    await lanes.locator('summary').click();
    await lanes.getByText('header authorization#be55a001').waitFor();
    await lanes.getByText('filesystem, github, postgres · 3 connections, 2 running').waitFor();
    await lanes.getByRole('button', { name: 'Freeze GITHUB_TOKEN' }).click();
    const dialog = page.page.locator('.policy-dialog');
    await dialog.getByText('everything that goes to the credentials GITHUB_TOKEN#3f9a21c0 is refused').waitFor();
    await dialog.locator('.policy-yes').click();
    await page.until(async () => feed.actions.some(({ act }) => act === 'freeze'));
    assert.deepEqual(feed.actions.at(-1), {
      act: 'freeze',
      kind: 'lane',
      target: 'GITHUB_TOKEN#3f9a21c0',
      reason: null,
    });
  }));

test('of a thousand denials only those in sight are drawn, and the last is a key away', async () => {
  const many = Array.from({ length: 1000 }, (_, n) =>
    fakeDenial(FULL, n + 1, { reason: 'read_outside_root', requested: `/etc/file-${n}`, canonical: `/etc/file-${n}` }),
  );
  feed.documents.set('/api/denials', { denials: many, total: 1000, once: [] });
  await visit(`session=${FULL}&view=denials`, async (page) => {
    await page.sheet.getByText('1,000 would be denied').or(page.sheet.getByText('1000 would be denied')).waitFor();
    assert.ok((await page.page.locator('.denial-row').count()) < 80);
    await page.page.locator('.denial-list').focus();
    await page.press('End');
    await page.sheet.locator('.denial-card').getByText('file-0', { exact: false }).first().waitFor();
    await page.page.locator('#denial-999').waitFor();
  });
  feed.documents.set('/api/denials', list);
});

test('a session without denials says so; on a narrow page list and card stand below each other', async () => {
  feed.documents.set('/api/denials', { denials: [], total: 0, once: [] });
  await visit(
    `session=${EMPTY}&view=denials`,
    async (page) => {
      await page.notice.getByText('Nothing was denied').waitFor();
    },
    { width: 560 },
  );
  feed.documents.set('/api/denials', list);
  await visit(
    `session=${FULL}&view=denials`,
    async (page) => {
      await page.sheet.locator('.denial-card').waitFor();
      const wide = await page.page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);
      assert.ok(wide);
    },
    { width: 380 },
  );
});
