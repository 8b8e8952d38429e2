/**
 * Lets a client talk to a server twice, directly and through `callgrove run`, with a tap at the client's side and one at
 * the server's. What the taps kept is what a test compares.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..', '..');
const tap = join(import.meta.dirname, 'tap.mjs');

/** The command that a client is to start. */
export interface ServerCommand {
  readonly command: string;
  readonly args: string[];
}

/** What passed one tap during one start of the server. */
export interface Kept {
  readonly c2s: Buffer;
  readonly s2c: Buffer;
  readonly stderr: Buffer;
  /** Exit code or signal of what stood behind the tap; null while it runs or where it was killed with it. */
  readonly end: string | null;
}

/** One session: what passed at the client's side and at the server's, one entry for each start. */
export interface Passed<Result> {
  readonly result: Result;
  readonly atClient: readonly Kept[];
  readonly atServer: readonly Kept[];
}

async function readTap(prefix: string): Promise<Kept[]> {
  const starts: Kept[] = [];
  for (let n = 0; existsSync(`${prefix}.${n}.c2s`); n++) {
    const [c2s, s2c, stderr] = await Promise.all(
      ['c2s', 's2c', 'stderr'].map((kind) => readFile(`${prefix}.${n}.${kind}`)),
    );
    starts.push({
      c2s: c2s!,
      s2c: s2c!,
      stderr: stderr!,
      end: await readFile(`${prefix}.${n}.end`, 'utf8').catch(() => null),
    });
  }
  return starts;
}

/** The program as it ships where it is built, else its sources. */
export function callgroveProgram(): string {
  const built = join(root, 'dist', 'callgrove.js');
  return existsSync(built) ? built : join(root, 'daemon', 'callgrove.ts');
}

/**
 * Runs the same session directly and through `callgrove run --no-daemon`.
 * @param server the server's command line; `WORK` in it becomes the session's own folder, the same path both times
 * @param prepare fills that folder before each session
 */
export async function twice<Result>(
  server: readonly string[],
  session: (command: ServerCommand, folder: string) => Promise<Result>,
  prepare: (folder: string) => Promise<void> = async () => {},
): Promise<{ direct: Passed<Result>; proxied: Passed<Result> }> {
  const scratch = await mkdtemp(join(tmpdir(), 'callgrove-real-'));
  const folder = join(scratch, 'work');
  const node = process.execPath;
  const one = async (way: 'direct' | 'proxied'): Promise<Passed<Result>> => {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await prepare(folder);
    const real = server.map((part) => part.replaceAll('WORK', folder));
    const atServer = [node, tap, join(scratch, `${way}-server`), ...real];
    const run = [node, callgroveProgram(), 'run', '--no-daemon', '--home', join(scratch, 'home'), '--'];
    const args = [tap, join(scratch, `${way}-client`), ...(way === 'proxied' ? run : []), ...atServer];
    const result = await session({ command: node, args }, folder);
    return {
      result,
      atClient: await readTap(join(scratch, `${way}-client`)),
      atServer: await readTap(join(scratch, `${way}-server`)),
    };
  };
  try {
    return { direct: await one('direct'), proxied: await one('proxied') };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
