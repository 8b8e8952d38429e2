/**
 * How fast the daemon reads a journal that is there already: calls a second through the first stage and through both,
 * as its own status tells it, polled while it catches up.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { startDaemon } from './daemonUnderTest.ts';
import { digits, type Line } from './report.ts';
import { commandOf, echoServer, type Place } from './subjects.ts';
import { callLine, INITIALIZE, openWire } from './wire.ts';

const POLL_MS = 20;

interface Sample {
  /** Since the daemon's process was started. */
  readonly ms: number;
  readonly read: number;
  readonly throughBoth: number;
}

/** Calls a second from the first look at which something was read until the count stopped rising: starting is no reading. */
function rate(samples: readonly Sample[], pick: (sample: Sample) => number): number {
  const begun = samples.find(({ read }) => read > 0)!;
  const total = pick(samples.at(-1)!);
  const done = samples.find((sample) => pick(sample) === total)!;
  return (total - pick(begun)) / ((done.ms - begun.ms) / 1000);
}

/** @param bytes of text in each request and each answer */
export async function stageRates(calls: number, bytes: number, place: Place): Promise<Line[]> {
  const home = `${place.daemonHome}-${bytes}`;
  const wire = openWire(commandOf('callgrove', echoServer(bytes), { ...place, home }));
  try {
    await wire.call(INITIALIZE);
    await wire.burst(calls, 32, (n) => callLine(1 + n, bytes));
  } finally {
    await wire.close();
  }
  const startedMs = performance.now();
  const daemon = await startDaemon(home);
  const samples: Sample[] = [];
  try {
    for (;;) {
      const status = await daemon.status();
      const throughBoth = status.calls - status.lag.second_stage_calls;
      samples.push({ ms: performance.now() - startedMs, read: status.calls, throughBoth });
      if (status.lag.journal_bytes === 0 && status.lag.second_stage_calls === 0 && status.calls >= calls) break;
      await sleep(POLL_MS);
    }
  } finally {
    await daemon.stop();
  }
  const conditions = `${bytes} B each way, ${calls.toLocaleString('en-US')} calls, from the first that is read, no traffic beside`;
  const line = (measure: string, figure: number, atLeast: number): Line => ({
    measure,
    subject: 'daemon',
    figure: `${digits(figure)} calls/s`,
    against: null,
    spread: null,
    unit: null,
    wanted: { bound: 'at least', value: atLeast, of: figure },
    conditions,
  });
  return [
    line(
      'stage A: heads and correlation',
      rate(samples, (sample) => sample.read),
      20_000,
    ),
    line(
      'stage B: bodies, redaction, full text',
      rate(samples, (sample) => sample.throughBoth),
      3000,
    ),
  ];
}
