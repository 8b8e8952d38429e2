/** The doctor's look at the launcher: there, whole, of this version, its runtime and program still where they were. */
import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isProgram } from '../agents/installLauncher.ts';
import { LAUNCHER, LOADER } from '../agents/launcher.ts';
import { type LauncherFile, readLauncherFile } from '../agents/launcherFile.ts';
import { compareVersions } from '../base/compareVersions.ts';
import { placesOf } from '../base/places.ts';
import { VERSION } from '../base/version.ts';
import { type Check, fail, ok, warn } from './check.ts';

const NAME = 'launcher';
const ANEW = 'callgrove daemon start writes it anew.';
/** How long it may take to say its help. */
const ANSWER_MS = 10_000;

/** @param named config files here name the launcher of this state folder */
export async function checkLauncher(home: string, named: boolean): Promise<Check[]> {
  const { bin } = placesOf(home, join);
  const file = readLauncherFile(bin);
  const program = join(bin, process.platform === 'win32' ? LOADER : LAUNCHER);
  if (!existsSync(program)) {
    if (named)
      return [fail(NAME, `${program} is missing, and agents' files name it: their servers do not start`, ANEW)];
    return [ok(NAME, 'not there yet; callgrove wrap and daemon start write it')];
  }
  const whole = existsSync(join(bin, 'run.mjs'));
  if (!named && !whole && !file) return [ok(NAME, 'not in use; callgrove wrap and daemon start write it anew')];
  const missing = [LOADER, 'run.mjs'].find(
    (name) => !(statSync(join(bin, name), { throwIfNoEntry: false })?.size ?? 0),
  );
  if (missing)
    return [
      fail(
        NAME,
        `${join(bin, missing)} is missing or empty: servers run unrecorded, those with a URL not at all`,
        ANEW,
      ),
    ];
  if (!existsSync(join(bin, 'gate.cjs')))
    return [
      fail(NAME, `${join(bin, 'gate.cjs')} is missing: policy is not applied to servers that agents start`, ANEW),
    ];
  if (process.platform !== 'win32' && !isProgram(program))
    return [fail(NAME, `${program} is not executable: servers do not start`, `chmod 700 ${program}, or ${ANEW}`)];
  if (!file)
    return [
      fail(NAME, `${bin} does not say where runtime and program are: the daemon is not started by recordings`, ANEW),
    ];
  return [await answer(program, file), ...recorded(file)];
}

/** Started as an agent starts it, with a command behind it: what the loader runs where it cannot load the proxy. */
function answer(program: string, { version, runtime }: LauncherFile): Promise<Check> {
  const [command, args] = process.platform === 'win32' ? [runtime ?? 'node', [program]] : [program, []];
  return new Promise((resolve) => {
    const child = spawn(command, [...args, 'run', '--help', '--', process.execPath, '-e', 'process.exit(9)'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: ANSWER_MS,
    });
    let said = '';
    let wrong = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      wrong += text;
    });
    const mute = (why: string) =>
      resolve(fail(NAME, `${program} does not load the proxy (${why}): servers run unrecorded`, ANEW));
    child.once('error', (error) => mute(error.message));
    child.once('close', (code, signal) => {
      if (code === 0 && said.startsWith('usage: callgrove run')) resolve(current(program, version));
      else mute(wrong.trim().split('\n').at(-1) || `it ended with ${signal ?? code}`);
    });
  });
}

function current(program: string, version: string): Check {
  const order = compareVersions(version, VERSION);
  if (order === 0) return ok(NAME, `${program} starts the proxy, version ${version}`);
  if (order > 0)
    return warn(
      NAME,
      `${program} is of ${version}, this is the older ${VERSION}`,
      `Use callgrove ${version} here too.`,
    );
  return warn(NAME, `${program} is of the older ${version}`, ANEW);
}

function recorded({ runtime, editor, program }: LauncherFile): Check[] {
  const checks: Check[] = [];
  if (runtime !== null && !isProgram(runtime))
    checks.push(
      warn(
        'its runtime',
        `${runtime} is gone; Node on PATH${editor ? " or the editor's own" : ''} is used instead`,
        ANEW,
      ),
    );
  else if (runtime === null && editor === null)
    checks.push(warn('its runtime', 'none is recorded; Node on PATH is used', `Under Node 22 or later, ${ANEW}`));
  else checks.push(ok('its runtime', runtime ?? `${editor}, the editor's own`));
  if (existsSync(program)) checks.push(ok('its program', program));
  else
    checks.push(
      warn(
        'its program',
        `${program} is gone: calls are recorded, but no recording starts the daemon`,
        `With the callgrove that you have now, ${ANEW}`,
      ),
    );
  return checks;
}
