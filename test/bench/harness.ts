/** What a capture of a large repository takes: the first, one after which nothing changed, one after an edit; and memory. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { largeRepository } from '../support/largeRepository.ts';
import { digits, type Line } from './report.ts';
import { median, spreadOf } from './rounds.ts';
import type { Place } from './subjects.ts';

interface Took {
  readonly ms: number;
  readonly cpuMs: number;
}
interface Round {
  readonly first: Took;
  readonly unchanged: Took;
  readonly edited: Took;
  readonly peakMb: number;
}

const script = join(import.meta.dirname, 'captureRounds.ts');

export async function harness(files: number, rounds: number, place: Place): Promise<Line[]> {
  const root = join(place.folder, 'harness-large');
  const home = join(place.folder, 'harness-home');
  for (const folder of [root, home]) mkdirSync(folder, { recursive: true });
  largeRepository(root, files);
  const found: Round[] = [];
  const status: number[] = [];
  for (let round = 0; round < rounds; round++) {
    found.push(JSON.parse(execFileSync(process.execPath, [script, root, home], { encoding: 'utf8' })));
    const startedMs = performance.now();
    execFileSync('git', ['-C', root, 'status', '--porcelain=v2', '-uall', '--ignored=matching'], { stdio: 'ignore' });
    status.push(performance.now() - startedMs);
  }
  const conditions = `${files.toLocaleString('en-US')} files, ${rounds} processes, the files in the system's cache`;
  const line = (measure: string, values: number[], unit: 'ms' | 'MB', bound: number | null): Line => ({
    measure,
    subject: 'capture',
    figure: `${digits(median(values))} ${unit} (${digits(Math.min(...values))}–${digits(Math.max(...values))})`,
    against: null,
    spread: spreadOf(values),
    unit: null,
    wanted: bound === null ? null : { bound: 'at most', value: bound, of: median(values) },
    conditions,
  });
  return [
    line(
      'first capture',
      found.map(({ first }) => first.ms),
      'ms',
      3000,
    ),
    line(
      'capture, nothing changed',
      found.map(({ unchanged }) => unchanged.ms),
      'ms',
      300,
    ),
    line(
      'capture, one file edited',
      found.map(({ edited }) => edited.ms),
      'ms',
      null,
    ),
    line(
      'CPU time of a first capture, git included',
      found.map(({ first }) => first.cpuMs),
      'ms',
      null,
    ),
    line(
      'CPU time of a capture, nothing changed',
      found.map(({ unchanged }) => unchanged.cpuMs),
      'ms',
      null,
    ),
    line(
      'peak memory of the process that captures',
      found.map(({ peakMb }) => peakMb),
      'MB',
      300,
    ),
    { ...line('the same by git alone', status, 'ms', null), subject: 'git status' },
  ];
}
