/**
 * `npm run bench`: measures Callgrove beside pipes that do less and programs that do similar things, prints a table, and
 * with --write renews docs/benchmarks.md.
 *
 *   npm run bench -- [--only NAME[,NAME…]] [--rounds N] [--quick] [--million] [--peers] [--write]
 */
import { writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { withCoresAwake } from './awake.ts';
import { burst } from './burst.ts';
import { type DaemonUnderTest, startDaemon } from './daemonUnderTest.ts';
import { harness } from './harness.ts';
import { launcher } from './launcher.ts';
import { live } from './live.ts';
import { longSession } from './longSession.ts';
import { memory } from './memory.ts';
import { peers } from './peers.ts';
import { policy } from './policy.ts';
import { benchmarksPage, type Line, met, plainTable } from './report.ts';
import { runDiff } from './runDiff.ts';
import { type Payload, sequential } from './sequential.ts';
import { stageRates } from './stageRates.ts';
import { startup, tenServers } from './startup.ts';
import { makePlace, type Place, root } from './subjects.ts';
import { type UrlPayload, url } from './url.ts';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string' },
    quick: { type: 'boolean', default: false },
    million: { type: 'boolean', default: false },
    peers: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
/** Quick runs show whether the tool works, and roughly what comes out: their figures are not for publishing. */
const quick = options.quick;
const rounds = Number(options.rounds ?? (quick ? 3 : 9));
const calls = quick ? 600 : 2500;

const payload = (bytes: number, name: string, count: number, promise: Payload['promise']): Payload => ({
  bytes,
  name,
  calls: count,
  promise,
});

const overHttp = (bytes: number, name: string, kind: UrlPayload['kind'], count: number): UrlPayload => ({
  bytes,
  name,
  kind,
  calls: count,
});

const small = {
  B100: payload(100, '100 B', calls, { against: 'recording', atMost: 1.15 }),
  KB10: payload(10_000, '10 KB', calls, { against: 'recording', atMost: 1.15 }),
};
const AWAKE = { beside: 'cores kept awake' };

type Section = (place: Place) => Promise<Line[]>;
const sections: Record<string, Section> = {
  'call-100B': (place) => sequential(small.B100, rounds, place),
  'call-10KB': (place) => sequential(small.KB10, rounds, place),
  'awake-100B': (place) => withCoresAwake(() => sequential({ ...small.B100, ...AWAKE }, rounds, place)),
  'awake-10KB': (place) => withCoresAwake(() => sequential({ ...small.KB10, ...AWAKE }, rounds, place)),
  'call-1MB': (place) =>
    sequential(payload(1_000_000, '1 MB', quick ? 30 : 250, { against: 'bare', atMost: 1.3 }), rounds, place),
  burst: (place) => withDaemon(place, () => burst(quick ? 10_000 : 40_000, rounds, place, true)),
  startup: (place) => startup(quick ? rounds : Math.max(rounds, 15), place),
  ten: (place) => tenServers(rounds, place),
  launcher: () => launcher(quick ? rounds : Math.max(rounds, 15)),
  memory: (place) => memory(20_000, quick ? 1 : 3, place),
  'url-100B': async (place) => [
    ...(await url(overHttp(100, '100 B', 'json', calls), rounds, place, 'own')),
    ...(await url(overHttp(100, '100 B', 'sse', calls), rounds, place, 'own')),
  ],
  'url-1MB': (place) => url(overHttp(1_000_000, '1 MB', 'sse', quick ? 30 : 250), rounds, place, 'own'),
  policy: async (place) => policy(quick ? 500 : 2000, rounds, place),
  stages: async (place) => [
    ...(await stageRates(quick ? 50_000 : 100_000, 100, place)),
    ...(await stageRates(quick ? 50_000 : 100_000, 500, place)),
  ],
  harness: (place) => harness(quick ? 10_000 : 100_000, quick ? 2 : Math.max(5, Math.min(rounds, 9)), place),
  diff: () => runDiff(quick ? 2000 : 10_000, rounds),
  live: (place) => withDaemon(place, (daemon) => live(quick ? 5 : 30, place, daemon)),
  long: (place) => withDaemon(place, (daemon) => longSession(quick ? 10_000 : 100_000, rounds, place, daemon)),
};
/** Long: only where asked for, or for publishing. */
const onlyWhenAsked: Record<string, Section> = {
  million: (place) => memory(1_000_000, 1, place),
  'url-peers': async (place) => [
    ...(await url(overHttp(100, '100 B', 'sse', calls), Math.min(rounds, 5), place, 'peers')),
    ...(await url(overHttp(1_000_000, '1 MB', 'sse', quick ? 30 : 100), Math.min(rounds, 5), place, 'peers')),
  ],
  peers: (place) => peers(calls, Math.min(rounds, 5), place),
};

/** Runs something while a daemon is up on the run's own state folder. */
async function withDaemon<Result>(place: Place, run: (daemon: DaemonUnderTest) => Promise<Result>): Promise<Result> {
  const daemon = await startDaemon(place.daemonHome);
  try {
    return await run(daemon);
  } finally {
    await daemon.stop();
  }
}

async function main(): Promise<number> {
  const named = options.only?.split(',');
  const all = { ...sections, ...onlyWhenAsked };
  const unknown = named?.filter((name) => !(name in all)) ?? [];
  if (unknown.length > 0 || !Number.isInteger(rounds) || rounds < 1) {
    console.error(`Unknown: ${unknown.join(', ') || options.rounds}. There are: ${Object.keys(all).join(', ')}.`);
    return 2;
  }
  const names = named ?? [
    ...Object.keys(sections),
    ...(options.million ? ['million'] : []),
    ...(options.peers ? ['peers', 'url-peers'] : []),
  ];
  const place = await makePlace();
  const lines: Line[] = [];
  const broken: string[] = [];
  try {
    for (const name of names) {
      const startedMs = performance.now();
      process.stderr.write(`${name} … `);
      try {
        lines.push(...(await all[name]!(place)));
        process.stderr.write(`${((performance.now() - startedMs) / 1000).toFixed(0)} s\n`);
      } catch (error) {
        // The others are measured all the same; the exit status says that something is missing.
        broken.push(name);
        process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
      }
    }
  } finally {
    await place.remove();
  }
  console.log(plainTable(lines));
  if (options.write) {
    const command = ['npm run bench', ...process.argv.slice(2)].join(' ').replace('bench ', 'bench -- ');
    const page = benchmarksPage(lines, {
      cores: cpus().length,
      node: process.versions.node,
      memoryGb: Math.round(totalmem() / 1e9),
      platform: `${process.platform} ${process.arch}`,
      date: new Date().toISOString().slice(0, 10),
      command,
    });
    await writeFile(join(root, 'docs', 'benchmarks.md'), page);
  }
  if (broken.length > 0) {
    console.error(`Could not be measured: ${broken.join(', ')}.`);
    return 3;
  }
  return lines.some((line) => met(line) === false) ? 1 : 0;
}

process.exitCode = await main();
