/** Exporting from the page, in a real browser against a scripted feed: what would leave is shown first, then downloaded. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { BundlePreview } from '../../daemon/protocol/bundle.ts';
import type { Browser } from '../support/browser.ts';
import { fullBundle } from '../support/fakeBundle.ts';
import { type FakeFeed, fakeFeed } from '../support/fakeFeed.ts';
import { fullSession } from '../support/fakeSessions.ts';
import { openPage, withBrowser } from './pageObject.ts';

const ID = 'ses_000000000000aaaa';
let browser: Browser;
let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'callgrove-page-'));
  const builder: { buildPage(outdir: string, version: string): Promise<void> } = await import(
    pathToFileURL(join(import.meta.dirname, '..', '..', 'esbuild.page.mjs')).href
  );
  await builder.buildPage(folder, 'test');
  browser = await withBrowser();
});
after(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

function preview(): BundlePreview {
  const { draft } = fullBundle(ID);
  const sha256 = '0'.repeat(64);
  const members = ['session.json', 'calls.ndjson', 'frames.ndjson', 'report.html'].map((name, n) => ({
    name,
    bytes: 1000 * (n + 1),
    sha256,
  }));
  return { bytes: 123_456, manifest: { ...draft, members } };
}

async function visit(
  fill: (feed: FakeFeed) => void,
  run: (page: Awaited<ReturnType<typeof openPage>>, feed: FakeFeed) => Promise<void>,
  expected?: RegExp,
) {
  const feed = await fakeFeed(folder);
  const { head, rows } = fullSession(ID, Date.now());
  feed.put(head, rows);
  fill(feed);
  const page = await openPage(browser, feed.url());
  try {
    await page.firstRows();
    await page.page.locator('.export').click();
    await run(page, feed);
    assert.deepEqual(
      page.complaints.filter((text) => !expected?.test(text)),
      [],
    );
  } finally {
    await page.close();
    await feed.close();
  }
}

test('members, sizes and what was masked are shown; then exactly that file is downloaded', () =>
  visit(
    (feed) => {
      feed.documents.set(`/api/sessions/${ID}/bundle?preview=1`, preview());
      feed.documents.set(`/api/sessions/${ID}/bundle`, Buffer.from('the bundle itself'));
    },
    async (page, feed) => {
      const dialog = page.page.locator('.export-dialog');
      await dialog.locator('.export-yes').waitFor();
      const text = await dialog.innerText();
      for (const part of ['calls.ndjson', '2.0 kB', 'home folder', '34 places', 'Left out', 'Download (123 kB)'])
        assert.ok(text.includes(part), `${part} is not in ${text}`);
      await dialog.locator('.export-instructions').click();
      await page.until(async () => feed.asked.length === 2);
      await dialog.locator('.export-yes').waitFor();
      const [download] = await Promise.all([page.page.waitForEvent('download'), dialog.locator('.export-yes').click()]);
      assert.equal(download.suggestedFilename(), 'callgrove-ses_000000000000aaaa.callgrove.zip');
      assert.deepEqual(feed.asked, [
        '?bodies=head&preview=1',
        '?bodies=head&instructions=1&preview=1',
        '?bodies=head&instructions=1',
      ]);
      assert.equal(await readFile(await download.path(), 'utf8'), 'the bundle itself');
      await page.banner.waitFor();
      assert.match(await page.banner.innerText(), /among your downloads/);
      assert.equal(await dialog.count(), 0);
    },
  ));

test('what cannot be made says why, Escape closes, and nothing was saved', () =>
  visit(
    () => {},
    async (page) => {
      const dialog = page.page.locator('.export-dialog');
      await dialog.locator('[role=alert]').waitFor();
      assert.match(await dialog.innerText(), /There is no such thing here/);
      assert.equal(await dialog.locator('.export-yes').count(), 0);
      await page.press('Escape');
      await page.until(async () => (await dialog.count()) === 0);
    },
    /404/,
  ));
