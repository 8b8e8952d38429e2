/** A session of very many calls: how long until a viewer has its first rows, on the feed and on the page. */
import type { SessionHead } from '../../daemon/protocol/feed.ts';
import { launchBrowser } from '../support/browser.ts';
import { type DaemonUnderTest, follow, openFeed } from './daemonUnderTest.ts';
import { digits, type Line } from './report.ts';
import { median, spreadOf } from './rounds.ts';
import { commandOf, echoServer, type Place } from './subjects.ts';
import { callLine, INITIALIZE, openWire } from './wire.ts';

const BOUND_MS = 1000;

/** @returns milliseconds from connecting to the first window of the longest session */
function feedOpenMs(daemon: DaemonUnderTest): Promise<number> {
  const startedMs = performance.now();
  return new Promise((resolve, reject) => {
    const feed = openFeed(daemon, async (message) => {
      if (message.type === 'hello') {
        const longest = message.sessions.reduce((a: SessionHead | null, b) => (a && a.calls >= b.calls ? a : b), null);
        if (longest) (await feed).send(follow(longest.session.session_id, 100));
      } else if (message.type === 'window' && message.rows.length > 0) {
        resolve(performance.now() - startedMs);
        (await feed).close();
      }
    });
    feed.catch(reject);
  });
}

/** @returns milliseconds from opening the URL until the page shows a row with a call */
async function pageOpenMs(daemon: DaemonUnderTest): Promise<number> {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
    const url = await daemon.pageUrl();
    const startedMs = performance.now();
    await page.goto(url, { waitUntil: 'commit' });
    await page.locator('.row .tool').first().waitFor({ timeout: 30_000 });
    return performance.now() - startedMs;
  } finally {
    await browser.close();
  }
}

export async function longSession(
  calls: number,
  rounds: number,
  place: Place,
  daemon: DaemonUnderTest,
): Promise<Line[]> {
  const wire = openWire(commandOf('tailed', echoServer(100), place));
  const startedMs = performance.now();
  try {
    await wire.call(INITIALIZE);
    await wire.burst(calls, 32, (n) => callLine(1 + n, 100));
  } finally {
    await wire.close();
  }
  await daemon.caughtUp();
  const caughtUpSeconds = (performance.now() - startedMs) / 1000;
  const feed: number[] = [];
  const page: number[] = [];
  for (let round = 0; round < rounds; round++) {
    feed.push(await feedOpenMs(daemon));
    page.push(await pageOpenMs(daemon));
  }
  const conditions = `a session of ${calls.toLocaleString('en-US')} calls, ${rounds} rounds, daemon running`;
  const line = (measure: string, figures: readonly number[]): Line => {
    const { low, high } = spreadOf(figures);
    return {
      measure,
      subject: 'daemon',
      figure: `${digits(median(figures))} ms (${digits(low)}–${digits(high)})`,
      against: null,
      spread: null,
      unit: null,
      wanted: { bound: 'at most', value: BOUND_MS, of: median(figures) },
      conditions,
    };
  };
  const through: Line = {
    measure: 'recorded, tailed and through both stages',
    subject: 'daemon',
    figure: `${digits(calls / caughtUpSeconds)} calls/s`,
    against: null,
    spread: null,
    unit: null,
    wanted: null,
    conditions: `100 B, ${calls.toLocaleString('en-US')} calls at once, daemon tailing`,
  };
  return [through, line('first rows on the feed', feed), line('first rows on the page, from opening the URL', page)];
}
