/** What a screen reader and a keyboard meet in each view: checked by axe-core, and by hand where a machine cannot tell. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { fullBundle } from '../support/fakeBundle.ts';
import { fullDenials, fullLanes, fullPolicy } from '../support/fakeDenials.ts';
import { type FakeFeed, fakeFeed } from '../support/fakeFeed.ts';
import { fullHarness, fullList, fullRuns, SENTENCE } from '../support/fakeHarness.ts';
import { fakeCall, fakeHead } from '../support/fakeSessions.ts';
import { fullSummary } from '../support/fakeSummary.ts';
import { builtPage, type Opened, type VisitOptions } from './builtPage.ts';
import { soon } from './soon.ts';

const built = builtPage();
let feed: FakeFeed;
let axe: string;

const ID = 'ses_000000000000aaaa';
const OLD = 'ses_000000000000bbbb';
const list = fullDenials(ID);

before(async () => {
  axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  feed = await fakeFeed(await built.folder());
  const head = fakeHead(
    ID,
    { calls: 7, denials: 7, servers: ['filesystem', 'github'], workbench: SENTENCE },
    { tool_calls: 12, successful_calls: 10, failed_calls: 2, findings: 3, terminal_state: 'partial_success' },
  );
  const rows = list.denials.map(({ tool, server, decision, reason, mode }, index) =>
    fakeCall(ID, index + 1, {
      tool,
      server,
      denial: { decision, reason, mode },
      outcome: decision === 'deny' ? 'denied' : 'success',
    }),
  );
  feed.put(head, rows);
  feed.put(fakeHead(OLD, { calls: 1 }), [fakeCall(OLD, 1)]);
  const { documents } = feed;
  documents.set('/api/denials', list);
  documents.set('/api/policy', fullPolicy());
  documents.set(`/api/sessions/${ID}/lanes`, fullLanes());
  documents.set(`/api/sessions/${ID}/summary`, fullSummary(head));
  documents.set(`/api/sessions/${ID}/harness`, fullHarness(ID));
  documents.set('/api/harness', fullList());
  documents.set('/api/verified-paths', { v: 1, verifications: [] });
  documents.set(`/api/diff/${OLD}/${ID}`, fullRuns(OLD, ID));
  const { draft } = fullBundle(ID);
  const members = [{ name: 'calls.ndjson', bytes: 1000, sha256: '0'.repeat(64) }];
  documents.set(`/api/sessions/${ID}/bundle?preview=1`, { bytes: 2000, manifest: { ...draft, members } });
});

after(async () => {
  await feed?.close();
});

const visit = (fragment: string, run: (page: Opened) => Promise<void>, options: VisitOptions = {}) =>
  built.visit(feed.url(`session=${ID}${fragment}`), run, options);

/** Nothing that axe-core calls serious or critical. */
async function check({ page }: Opened): Promise<void> {
  await page.evaluate(axe);
  const found: readonly string[] = await page.evaluate(`axe
    .run(document, { resultTypes: ['violations'] })
    .then(({ violations }) => violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html.slice(0, 200))))`);
  assert.deepEqual(found, []);
}

const VIEWS: readonly (readonly [fragment: string, shows: string])[] = [
  ['', 'list_directory'],
  [`&call=${list.denials.at(-1)?.call_id}`, 'What would allow it'],
  ['&view=harness', 'Worth a look'],
  ['&view=denials', 'What would allow it'],
  ['&view=findings', 'Repeated although that is not safe'],
  ['&view=summary', 'What it did'],
  [`&view=compare&a=${OLD}&b=${ID}`, 'Where they part'],
];

for (const scheme of ['light', 'dark'] as const)
  test(`no view has a serious fault for who cannot see it, ${scheme}, wide and narrow`, async () => {
    for (const width of [1300, 360])
      for (const [fragment, shows] of VIEWS)
        await visit(
          fragment,
          async (page) => {
            await page.page.getByText(shows).filter({ visible: true }).first().waitFor();
            await check(page);
          },
          { scheme, width },
        );
  });

test('a question before a change keeps the keyboard, and gives it back to the button that asked', () =>
  visit('&view=denials', async (page) => {
    const dialog = page.page.getByRole('dialog', { name: 'Allow this once?' });
    const opener = page.sheet.getByRole('button', { name: 'Allow once…' }).first();
    const focused = (selector: string) =>
      page.page.evaluate((one) => document.activeElement?.closest(one) !== null, selector);
    await opener.focus();
    await page.press('Enter');
    await dialog.waitFor();
    await check(page);
    for (let step = 0; step < 4; step++) {
      await soon(() => focused('.policy-dialog'), true);
      await page.press('Tab');
      // The browser's own frame is on the way round.
      if (await page.page.evaluate(() => document.activeElement === document.body)) await page.press('Tab');
    }
    await page.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await soon(() => focused('.act-once'), true);
    assert.deepEqual(feed.actions, []);
  }));

test('what would leave is asked in a dialog of its own, by keyboard alone', () =>
  visit('', async (page) => {
    await page.firstRows();
    const opener = page.page.locator('.export');
    await opener.focus();
    await page.press('Enter');
    const dialog = page.page.getByRole('dialog');
    await dialog.locator('.export-yes').waitFor();
    await check(page);
    await page.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await soon(() => page.page.evaluate(() => document.activeElement?.classList.contains('export') ?? false), true);
  }));

test('a row of the denials is spoken whole: what was decided, of which tool and server, and why', () =>
  visit('&view=denials', async (page) => {
    const row = page.page.getByRole('option', {
      name: /^Denied: write_file on filesystem leaves the root through a link/,
    });
    await row.waitFor();
    const box = page.page.getByRole('listbox', { name: /^Denials, the newest first/ });
    await soon(async () => (await box.getAttribute('aria-activedescendant')) === (await row.getAttribute('id')), true);
    for (const heading of ['Summary', 'Findings', 'Denials'])
      await page.page.getByRole('navigation').getByText(heading).first().waitFor();
  }));
