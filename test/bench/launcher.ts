/**
 * How much later than directly a server answers when an agent starts it through the launcher: as installed, and in each
 * way in which the launcher can break.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildLauncherInto, LAUNCHER_CASES, type LauncherPlace, makeLauncherPlace } from '../support/launcherPlace.ts';
import { digits, type Line } from './report.ts';
import { interleave, median, paired } from './rounds.ts';
import { echoServer } from './subjects.ts';
import { type Command, INITIALIZE, openWire } from './wire.ts';

const DIRECT = 'direct';
/** What any Node process in between costs. */
const BARE = 'a bare pipe, without launcher';

/** @returns milliseconds from starting the command to the server's first answer */
async function firstAnswerMs(command: Command): Promise<number> {
  const startedMs = performance.now();
  const wire = openWire(command);
  try {
    await wire.call(INITIALIZE);
    return performance.now() - startedMs;
  } finally {
    await wire.close();
  }
}

function launched(place: LauncherPlace, server: readonly string[]): Command {
  return {
    program: join(place.bin, 'callgrove'),
    args: ['run', '--name', 'bench', '--no-daemon', '--home', place.home, '--', ...server],
    env: { PATH: place.path, HOME: place.folder },
    cwd: '/',
    uid: place.uid,
  };
}

export async function launcher(rounds: number): Promise<Line[]> {
  const dist = await mkdtemp(join(tmpdir(), 'callgrove-bench-dist-'));
  const places = new Map<string, LauncherPlace>();
  try {
    buildLauncherInto(dist);
    for (const { name, arrange } of LAUNCHER_CASES) {
      const place = makeLauncherPlace(dist);
      places.set(name, place);
      arrange(place);
    }
    const server = echoServer(100);
    const commands = new Map<string, Command>([[DIRECT, { program: server[0]!, args: server.slice(1), cwd: '/' }]]);
    const bare = join(import.meta.dirname, 'pipes', 'bare.mjs');
    commands.set(BARE, { program: process.execPath, args: [bare, ...server], cwd: '/' });
    for (const [name, place] of places) commands.set(name, launched(place, server));
    const figures = await interleave([...commands.keys()], rounds, (name) => firstAnswerMs(commands.get(name)!));
    return [...commands.keys()].map((name) => ({
      measure: 'start-up through the launcher, to the first answer',
      subject: name,
      figure: `${digits(median(figures.get(name)!))} ms`,
      against: name === DIRECT ? null : DIRECT,
      spread: name === DIRECT ? null : paired(figures.get(name)!, figures.get(DIRECT)!, 'difference'),
      unit: 'ms',
      wanted: null,
      conditions: `100 B, ${rounds} rounds, no daemon`,
    }));
  } finally {
    for (const place of places.values()) place.remove();
    await rm(dist, { recursive: true, force: true });
  }
}
