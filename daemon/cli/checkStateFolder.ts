/** The doctor's look at the state folder: whose it is, who else may touch it, whether it can be written, what is free. */
import { accessSync, constants, statfsSync, statSync } from 'node:fs';
import { bytesText } from '../model/bytesText.ts';
import { type Check, fail, ok, reasonOf, warn } from './check.ts';

/** Less than this free is warned of: a busy day's journal. */
const LOW_BYTES = 500_000_000;

export function checkStateFolder(home: string): Check[] {
  const name = 'state folder';
  const stat = statSync(home, { throwIfNoEntry: false });
  if (!stat) return [ok(name, `${home} is not there yet; the first recording makes it`)];
  if (!stat.isDirectory())
    return [fail(name, `${home} is no folder`, `Move it away, or name another place with CALLGROVE_HOME.`)];
  const checks = process.platform === 'win32' ? [ok(name, home)] : [ownership(home, stat)];
  try {
    accessSync(home, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    checks.push(
      fail(
        'writing',
        `${home} cannot be written (${reasonOf(error)}): calls pass, but nothing is recorded`,
        `chmod u+rwx ${home}`,
      ),
    );
  }
  try {
    const disk = statfsSync(home);
    const free = disk.bavail * disk.bsize;
    if (free >= LOW_BYTES) checks.push(ok('disk', `${bytesText(free)} free`));
    else
      checks.push(
        warn(
          'disk',
          `only ${bytesText(free)} free; a full disk makes gaps in the record`,
          'Free some space, or callgrove prune --max-size SIZE.',
        ),
      );
  } catch (error) {
    checks.push(warn('disk', `free space is unknown: ${reasonOf(error)}`, 'Nothing, if recording works.'));
  }
  return checks;
}

function ownership(home: string, stat: { uid: number; mode: number }): Check {
  const name = 'state folder';
  const mode = (stat.mode & 0o777).toString(8).padStart(4, '0');
  const uid = process.getuid?.();
  if (uid !== undefined && stat.uid !== uid) {
    return fail(
      name,
      `${home} belongs to user ${stat.uid}, not to you (${uid}); Callgrove does not use it`,
      'Move it away, or name another place with CALLGROVE_HOME.',
    );
  }
  if (stat.mode & 0o022)
    return fail(
      name,
      `${home} can be written by others (mode ${mode}); Callgrove does not use it`,
      `chmod 700 ${home}`,
    );
  if (stat.mode & 0o055)
    return warn(
      name,
      `${home} can be read by others (mode ${mode}); raw traffic may hold secrets`,
      `chmod 700 ${home}`,
    );
  return ok(name, `${home} is yours alone (mode ${mode})`);
}
