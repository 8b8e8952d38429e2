/** Keeps the launcher in the state folder as new as this very Callgrove; joins it with what this process knows of itself. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Installed, installLauncher } from './agents/installLauncher.ts';
import { VERSION } from './base/version.ts';

/**
 * Cheap where nothing is to be done, and never throws: a launcher that cannot be written is the doctor's business and
 * that of whoever is about to name it in a file.
 * @param home the state folder, absolute
 */
export function keepLauncher(home: string): Installed {
  // Beside this bundle when built, else what the sources were built to.
  const built = !import.meta.url.endsWith('.ts');
  const here = fileURLToPath(new URL('.', import.meta.url));
  return installLauncher(home, {
    version: VERSION,
    program: join(here, built ? 'callgrove.js' : 'callgrove.ts'),
    dist: built ? here : join(here, '..', 'dist'),
    execPath: process.execPath,
    node: process.versions.node,
    editor: process.versions.electron !== undefined,
  });
}
