/**
 * What passing a session on costs: exporting, checking and importing it by the command line, each a process of its own.
 * `node test/bench/bundle.ts [CALLS [ROUNDS]]`, after a build; prints, judges nothing. CPU counts all threads of the process.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DaemonFile } from '../../daemon/protocol/feed.ts';
import { journalScript } from '../support/journalScript.ts';

const count = Number(process.argv[2] ?? 10_000);
const rounds = Number(process.argv[3] ?? 3);
const SIDE_CHARS = 500;
const SEGMENT_CALLS = 20_000;
const program = resolve(import.meta.dirname, '../../dist/callgrove.js');
const place = mkdtempSync(join(tmpdir(), 'callgrove-bench-bundle-'));
const words = readFileSync(resolve(import.meta.dirname, '../../docs/policy.md'), 'utf8');

/** A text that no other call has. */
const text = (n: number): string => words.slice((n * 7919) % (words.length - SIDE_CHARS)).slice(0, SIDE_CHARS);

interface Cost {
  readonly ms: number;
  readonly cpuMs: number;
  readonly peakMb: number;
}

/** Throws where there is no such process. Linux only. */
function lookAt(pid: number): { peakMb: number; cpuMs: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const ticks = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return {
    peakMb: Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1000,
    cpuMs: (Number(ticks[11]) + Number(ticks[12])) * 10,
  };
}

/** Since it started. */
function daemonOf(home: string): Cost {
  const { pid, started_at } = DaemonFile.parse(JSON.parse(readFileSync(join(home, 'daemon.json'), 'utf8')));
  return { ms: Date.now() - Date.parse(started_at), ...lookAt(pid) };
}

/** Runs a verb and looks at its process twenty times a second. Linux only. */
async function cost(home: string, ...args: string[]): Promise<Cost> {
  const startedMs = performance.now();
  let [peakMb, cpuMs] = [0, 0];
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...process.env, CALLGROVE_HOME: home },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const look = setInterval(() => {
    try {
      const seen = lookAt(child.pid ?? 0);
      // Ended and not yet waited for, it has no memory any more.
      [peakMb, cpuMs] = [Math.max(peakMb, seen.peakMb), seen.cpuMs];
    } catch {
      // It has ended.
    }
  }, 50);
  const [code] = await once(child, 'exit');
  clearInterval(look);
  if (code !== 0) throw new Error(`callgrove ${args[0]} ended with ${code}`);
  return { ms: performance.now() - startedMs, cpuMs, peakMb };
}

const say = (what: string, { ms, cpuMs, peakMb }: Cost): void =>
  console.log(
    `${what}: ${(ms / 1000).toFixed(2)} s, CPU ${(cpuMs / 1000).toFixed(2)} s, peak ${Math.round(peakMb)} MB`,
  );

const here = join(place, 'here');
/** An empty store for each import, without a daemon. */
const theres = Array.from({ length: rounds }, (_, round) => join(place, `there-${round}`));
const file = join(place, 'out.callgrove.zip');
try {
  for (const home of [here, ...theres]) mkdirSync(join(home, 'journal'), { recursive: true, mode: 0o700 });
  const script = journalScript(join(here, 'journal'), 'con_01jd3e8k9mq7r5t2v4w6x8y0zz', Date.now() - 3_600_000).open();
  for (let id = 1; id <= count; id++) {
    script
      .c2s({
        jsonrpc: '2.0',
        id,
        method: 'tools/call',
        params: { name: id % 3 ? 'read' : 'write', arguments: { path: `/w/${id}.ts`, text: text(id) } },
      })
      .s2c({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text: text(id * 3) }] } });
    if (id % SEGMENT_CALLS === 0) script.segment();
  }
  script.exit();
  // The first export waits until the daemon has read everything.
  await cost(here, 'export', 'last', '--all', '-o', file);
  const conditions = `${count} calls, ${SIDE_CHARS} characters each way, load ${readFileSync('/proc/loadavg', 'utf8').split(' ')[0]}`;
  console.log(conditions);
  for (let round = 0; round < rounds; round++)
    say('export', await cost(here, 'export', 'last', '--all', '-o', file, '--force'));
  console.log(`bundle: ${(statSync(file).size / 1e6).toFixed(1)} MB`);
  say('verify', await cost(here, 'verify', file));
  for (const there of theres) {
    say('import', await cost(there, 'import', file));
    say('the daemon meanwhile', daemonOf(there));
    await cost(there, 'daemon', 'stop');
  }
} finally {
  for (const home of [here, ...theres]) await cost(home, 'daemon', 'stop').catch(() => {});
  rmSync(place, { recursive: true, force: true });
}
