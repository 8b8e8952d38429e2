/** Where our own program stands, for starting it again: beside this bundle when built, else the sources. */
import { fileURLToPath } from 'node:url';

/** The path of `callgrove.js`, or of `callgrove.ts` where the sources run as they stand. */
export function callgroveScript(): string {
  const own = import.meta.url;
  return fileURLToPath(new URL(own.endsWith('.ts') ? '../callgrove.ts' : './callgrove.js', own));
}
