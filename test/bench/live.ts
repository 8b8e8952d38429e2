/**
 * How long it takes from the journal's record of a call until its row stands as ended on the feed, and until the page in
 * a real browser has drawn it: at a steady rate, through the real daemon.
 *
 * The beginning is the wall clock that the proxy wrote into the record of the request. The end is taken where the row
 * is seen: on the feed when the message with it has been parsed; on the page, by the page's own clock, in the first
 * task after the frame that drew it (a change of the tree posts a message; the browser runs that task when it has laid
 * out and painted). All of them are clocks of one machine. The server's own time is within the figure.
 */

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerMessage, TreeRow } from '../../daemon/protocol/feed.ts';
import { launchBrowser } from '../support/browser.ts';
import { readJournals } from '../support/journalLines.ts';
import { type DaemonUnderTest, follow, openFeed } from './daemonUnderTest.ts';
import { digits, type Line } from './report.ts';
import { percentile } from './rounds.ts';
import { commandOf, echoServer, type Place } from './subjects.ts';
import { callLine, INITIALIZE, openWire, type Wire } from './wire.ts';

const PER_SECOND = 200;
const BOUND_MS = 100;
/** Calls before the clock starts, as in the other measurements: the page's code is compiled by then. */
const WARM_UP = 3 * PER_SECOND;
/** Wall time with fractions. */
const nowMs = () => performance.timeOrigin + performance.now();

/** Sends `count` calls at the rate; call n is to the tool `<name>_<n>`. */
async function pace(wire: Wire, count: number, name: string): Promise<void> {
  let sent = 0;
  const startedMs = performance.now();
  while (sent < count) {
    const due = Math.min(count, Math.floor(((performance.now() - startedMs) / 1000) * PER_SECOND));
    for (; sent < due; sent++) wire.send(callLine(100 + sent, 100, `${name}_${sent}`));
    await sleep(1);
  }
  // What is late is still to be seen.
  await sleep(1500);
}

/** @param seenAt by tool @returns milliseconds from the journal's record of each call to where it was seen */
function latencies(place: Place, name: string, seenAt: ReadonlyMap<string, number>): number[] {
  const { lines } = readJournals(join(place.daemonHome, 'journal'));
  return lines.flatMap(({ direction, text, at }) => {
    const tool = direction === 'c2s' ? new RegExp(`"name":"(${name}_\\d+)"`).exec(text)?.[1] : undefined;
    const seen = tool === undefined ? undefined : seenAt.get(tool);
    return seen === undefined ? [] : [seen - at];
  });
}

function line(measure: string, latencies: readonly number[], sent: number): Line {
  const p95 = percentile(latencies, 0.95);
  return {
    measure,
    subject: 'tailed',
    figure: `p95 ${digits(p95)} ms (p50 ${digits(percentile(latencies, 0.5))}, ${latencies.length} of ${sent} seen)`,
    against: null,
    spread: null,
    unit: null,
    wanted: { bound: 'at most', value: BOUND_MS, of: p95 },
    conditions: `100 B, ${PER_SECOND} calls/s for ${sent / PER_SECOND} s after ${WARM_UP / PER_SECOND} s of warm-up, daemon tailing`,
  };
}

/** @param seconds of traffic for the feed, and again for the page */
export async function live(seconds: number, place: Place, daemon: DaemonUnderTest): Promise<Line[]> {
  const count = seconds * PER_SECOND;
  const lines: Line[] = [];
  const wire = openWire(commandOf('tailed', echoServer(100), place));
  try {
    await wire.call(INITIALIZE);
    await wire.call(callLine(1, 100, 'first'));
    lines.push(line('journal to feed', await throughFeed(wire, count, place, daemon), count));
  } finally {
    await wire.close();
  }
  const second = openWire(commandOf('tailed', echoServer(100), place));
  try {
    await second.call(INITIALIZE);
    await second.call(callLine(1, 100, 'first'));
    lines.push(line('journal to page', await throughPage(second, count, place, daemon), count));
  } finally {
    await second.close();
  }
  return lines;
}

async function throughFeed(wire: Wire, count: number, place: Place, daemon: DaemonUnderTest): Promise<number[]> {
  const seenAt = new Map<string, number>();
  let session: string | null = null;
  let known: (() => void) | null = null;
  const rows = (message: ServerMessage): readonly TreeRow[] => {
    if (message.type === 'window') return message.rows;
    return message.type === 'delta' ? message.changed : [];
  };
  const feed = await openFeed(daemon, (message) => {
    const heads = message.type === 'hello' || message.type === 'sessions' ? message.sessions : [];
    const newest = [...heads].sort((a, b) => b.last_at - a.last_at)[0];
    if (session === null && newest) {
      session = newest.session.session_id;
      known?.();
    }
    for (const row of rows(message)) {
      if (row.kind !== 'call' || row.call.outcome === 'running') continue;
      const tool = row.call.tool ?? '';
      if (!seenAt.has(tool)) seenAt.set(tool, nowMs());
    }
  });
  try {
    if (session === null) await new Promise<void>((resolve) => (known = resolve));
    feed.send(follow(session ?? '', 300));
    await sleep(500);
    await pace(wire, WARM_UP, 'warm_feed');
    await pace(wire, count, 'feed');
    return latencies(place, 'feed', seenAt);
  } finally {
    feed.close();
  }
}

async function throughPage(wire: Wire, count: number, place: Place, daemon: DaemonUnderTest): Promise<number[]> {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
    await page.goto(await daemon.pageUrl());
    await page.locator('.row .tool').first().waitFor({ timeout: 20_000 });
    await page.evaluate(() => {
      const seen: Record<string, number> = {};
      Object.assign(globalThis, { seenCalls: seen });
      let posted = false;
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        posted = false;
        const now = performance.timeOrigin + performance.now();
        for (const tool of document.querySelectorAll('.row.is-success .tool')) seen[tool.textContent ?? ''] ??= now;
      };
      new MutationObserver(() => {
        if (!posted) port2.postMessage(null);
        posted = true;
      }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
    });
    await pace(wire, WARM_UP, 'warm_page');
    await pace(wire, count, 'page');
    const seen: Record<string, number> = await page.evaluate(() => Reflect.get(globalThis, 'seenCalls'));
    return latencies(place, 'page', new Map(Object.entries(seen)));
  } finally {
    await browser.close();
  }
}
