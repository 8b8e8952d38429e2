/**
 * How long it takes from the client's sending a call until its row stands on the feed as ended, and until the page in a
 * real browser shows it: at a steady rate, through the real daemon.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerMessage, TreeRow } from '../../daemon/protocol/feed.ts';
import { launchBrowser } from '../support/browser.ts';
import { type DaemonUnderTest, follow, openFeed } from './daemonUnderTest.ts';
import { digits, type Line } from './report.ts';
import { percentile } from './rounds.ts';
import { commandOf, echoServer, type Place } from './subjects.ts';
import { callLine, INITIALIZE, openWire, type Wire } from './wire.ts';

const PER_SECOND = 200;
const BOUND_MS = 100;
/** Wall time with fractions: comparable with the page's, which runs on the same clock. */
const nowMs = () => performance.timeOrigin + performance.now();

/** Sends `count` calls at the rate; call n is to the tool `probe_<n>`. @returns when each was sent */
async function pace(wire: Wire, count: number): Promise<number[]> {
  const sentAt: number[] = [];
  const startedMs = performance.now();
  while (sentAt.length < count) {
    const due = Math.min(count, Math.floor(((performance.now() - startedMs) / 1000) * PER_SECOND));
    while (sentAt.length < due) {
      wire.send(callLine(100 + sentAt.length, 100, `probe_${sentAt.length}`));
      sentAt.push(nowMs());
    }
    await sleep(1);
  }
  return sentAt;
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
    conditions: `100 B, ${PER_SECOND} calls/s for ${sent / PER_SECOND} s, daemon tailing`,
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
    lines.push(line('client to feed', await throughFeed(wire, count, daemon), count));
  } finally {
    await wire.close();
  }
  const second = openWire(commandOf('tailed', echoServer(100), place));
  try {
    await second.call(INITIALIZE);
    await second.call(callLine(1, 100, 'first'));
    lines.push(line('client to page', await throughPage(second, count, daemon), count));
  } finally {
    await second.close();
  }
  return lines;
}

async function throughFeed(wire: Wire, count: number, daemon: DaemonUnderTest): Promise<number[]> {
  const seenAt = new Map<number, number>();
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
      const n = /^probe_(\d+)$/.exec(row.call.tool ?? '')?.[1];
      if (n !== undefined && !seenAt.has(Number(n))) seenAt.set(Number(n), nowMs());
    }
  });
  try {
    if (session === null) await new Promise<void>((resolve) => (known = resolve));
    feed.send(follow(session ?? '', 300));
    await sleep(500);
    const sentAt = await pace(wire, count);
    await sleep(1500);
    return sentAt.flatMap((at, n) => (seenAt.has(n) ? [seenAt.get(n)! - at] : []));
  } finally {
    feed.close();
  }
}

async function throughPage(wire: Wire, count: number, daemon: DaemonUnderTest): Promise<number[]> {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
    await page.goto(await daemon.pageUrl());
    await page.locator('.row .tool').first().waitFor({ timeout: 20_000 });
    await page.evaluate(() => {
      const seen: Record<string, number> = {};
      Object.assign(globalThis, { seenProbes: seen });
      let dirty = false;
      const look = () => {
        dirty = false;
        for (const tool of document.querySelectorAll('.row .tool')) {
          const name = tool.textContent ?? '';
          if (name.startsWith('probe_')) seen[name] ??= performance.timeOrigin + performance.now();
        }
      };
      new MutationObserver(() => {
        // In the frame that paints the change, not in the one that made it.
        if (!dirty) requestAnimationFrame(look);
        dirty = true;
      }).observe(document.body, { subtree: true, childList: true, characterData: true });
    });
    const sentAt = await pace(wire, count);
    await sleep(1500);
    const seen: Record<string, number> = await page.evaluate(() => Reflect.get(globalThis, 'seenProbes'));
    return sentAt.flatMap((at, n) => (seen[`probe_${n}`] === undefined ? [] : [seen[`probe_${n}`]! - at]));
  } finally {
    await browser.close();
  }
}
