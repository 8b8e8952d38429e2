/** Exporting from the page, in a real browser against a scripted feed: what would leave is shown first, then downloaded. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import type { BundlePreview } from '../../daemon/protocol/bundle.ts';
import { fullBundle } from '../support/fakeBundle.ts';
import { type FakeFeed, fakeFeed } from '../support/fakeFeed.ts';
import { fullSession } from '../support/fakeSessions.ts';
import { builtPage, type Opened, type VisitOptions } from './builtPage.ts';

const ID = 'ses_000000000000aaaa';
const built = builtPage();

function preview(bytes: number): BundlePreview {
  const { draft } = fullBundle(ID);
  const sha256 = '0'.repeat(64);
  const members = ['session.json', 'calls.ndjson', 'frames.ndjson', 'report.html'].map((name, n) => ({
    name,
    bytes: 1000 * (n + 1),
    sha256,
  }));
  return { bytes, manifest: { ...draft, members } };
}

async function visit(
  fill: (feed: FakeFeed) => void,
  run: (page: Opened, feed: FakeFeed) => Promise<void>,
  options: VisitOptions = {},
) {
  const feed = await fakeFeed(await built.folder());
  try {
    const { head, rows } = fullSession(ID, Date.now());
    feed.put(head, rows);
    fill(feed);
    await built.visit(
      feed.url(),
      async (page) => {
        await page.firstRows();
        await page.page.locator('.export').click();
        await run(page, feed);
      },
      options,
    );
  } finally {
    await feed.close();
  }
}

test('members, sizes and what was masked are shown; then exactly that file is downloaded', () =>
  visit(
    (feed) => {
      feed.documents.set(`/api/sessions/${ID}/bundle?preview=1`, preview(123_456));
      feed.documents.set(`/api/sessions/${ID}/bundle`, Buffer.from('the bundle itself'));
    },
    async (page, feed) => {
      const dialog = page.page.locator('.export-dialog');
      await dialog.locator('.export-yes').waitFor();
      const text = await dialog.innerText();
      for (const part of ['calls.ndjson', '2.0 kB', 'home folder', '34 places', 'Left out', 'Download (123 kB)'])
        assert.ok(text.includes(part), `${part} is not in ${text}`);
      feed.documents.set(`/api/sessions/${ID}/bundle?preview=1`, preview(234_567));
      await dialog.locator('.export-instructions').click();
      // By its size, so that it is the new look that is agreed to.
      await dialog.locator('.export-yes', { hasText: '235 kB' }).waitFor();
      const [download] = await Promise.all([page.page.waitForEvent('download'), dialog.locator('.export-yes').click()]);
      assert.equal(download.suggestedFilename(), 'callgrove-ses_000000000000aaaa.callgrove.zip');
      assert.deepEqual(feed.asked, [
        '?bodies=head&preview=1',
        '?bodies=head&instructions=1&preview=1',
        '?bodies=head&instructions=1',
      ]);
      assert.equal(await readFile(await download.path(), 'utf8'), 'the bundle itself');
      await page.banner.filter({ hasText: 'among your downloads' }).waitFor();
      await dialog.waitFor({ state: 'detached' });
    },
  ));

test('what cannot be made says why, Escape closes, and nothing was saved', () =>
  visit(
    () => {},
    async (page) => {
      const dialog = page.page.locator('.export-dialog');
      await dialog.locator('[role=alert]').waitFor();
      await dialog.getByText('There is no such thing here').waitFor();
      assert.equal(await dialog.locator('.export-yes').count(), 0);
      await page.press('Escape');
      await dialog.waitFor({ state: 'detached' });
    },
    { expected: /404/ },
  ));
