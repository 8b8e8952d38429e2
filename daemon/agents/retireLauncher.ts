/**
 * Takes the launcher out of use when no config file names it any more. Agents that still run have read their files
 * earlier and may start a server once more, so its program stays: without the rest of `bin/` it runs the server alone.
 */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LOADER } from './launcher.ts';
import { LAUNCHER_FILE, readLauncherFile } from './launcherFile.ts';

/** `kept`: another installation, which is still there, looks after it. */
export type Retired = 'retired' | 'kept' | 'absent' | 'failed';

/** @param program the full program of the installation that goes. Never throws. */
export function retireLauncher(home: string, program: string, platform: string = process.platform): Retired {
  const bin = join(home, 'bin');
  if (!existsSync(bin)) return 'absent';
  const keeper = readLauncherFile(bin)?.program ?? program;
  if (keeper !== program && existsSync(keeper)) return 'kept';
  try {
    // On Windows the loader is what entries name; without a bundle beside it, it runs the original command as well.
    const both = ['run.mjs', 'gate.cjs', LAUNCHER_FILE];
    const parts = platform === 'win32' ? both : [...both, LOADER];
    for (const name of parts) rmSync(join(bin, name), { force: true });
    return 'retired';
  } catch {
    return 'failed';
  }
}
