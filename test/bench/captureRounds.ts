/** Captures one folder in a process of its own and says on stdout what it took: `captureRounds.ts ROOT HOME`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createCapturer } from '../../daemon/harness/capture.ts';
import { captureRequest } from '../support/captureRequest.ts';

const [, , root = '', home = ''] = process.argv;
const environment = { of: 'agent' as const, fingerprints: null, plain: { PATH: process.env.PATH ?? '', HOME: home } };
const request = captureRequest(home, { root, cwd: root, home, environment, machineKey: new Uint8Array(32) });
const capturer = createCapturer();

/** Clock ticks of 10 ms: ours, and those of the programs that we waited for. */
function cpuTicks(): number {
  const text = readFileSync('/proc/self/stat', 'latin1');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0);
}

async function timed(): Promise<{ ms: number; cpuMs: number }> {
  // What the one before left to be cleared away is not this one's.
  await sleep(200);
  const [startedMs, ticks] = [performance.now(), cpuTicks()];
  await capturer.capture(request);
  return { ms: performance.now() - startedMs, cpuMs: (cpuTicks() - ticks) * 10 };
}

const first = await timed();
const unchanged = [await timed(), await timed(), await timed()].sort((a, b) => a.ms - b.ms)[1];
writeFileSync(join(root, 'packages/p1/src/part0/module1.ts'), `export const edited = ${Math.random()};\n`);
const edited = await timed();
const peak = Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024;
console.log(JSON.stringify({ first, unchanged, edited, peakMb: peak / 1e6 }));
