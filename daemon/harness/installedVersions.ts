/**
 * The version that a folder of an installed npm package states. Remembered between captures as long as the file has not
 * changed, so that thousands of packages cost one look each.
 */
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { Files } from './files.ts';
import { packageAt } from './packageJson.ts';

export interface InstalledPackage {
  readonly version: string | null;
  /** The folder is a link: of pnpm, of a workspace, or made by `npm link`. */
  readonly linked: boolean;
}

export interface InstalledVersions {
  /** null where no package lies there. @param within links may not lead out of it */
  of(folder: string, within: string): InstalledPackage | null;
}

const CACHE_LIMIT = 40_000;

export function createInstalledVersions(files: Files): InstalledVersions {
  const known = new Map<string, { readonly stamp: string; readonly found: InstalledPackage | null }>();
  return {
    of(folder, within) {
      const link = stampOf(folder);
      const stamp = link === null ? null : stampOf(join(folder, 'package.json'));
      if (link === null || stamp === null) return null;
      const key = `${link.stamp} ${stamp.stamp}`;
      const before = known.get(folder);
      if (before?.stamp === key) return before.found;
      const stated = packageAt(folder, within, files);
      // A link out of the workspace is told as one, whatever stands behind it.
      const found = stated || link.linked ? { version: stated?.version ?? null, linked: link.linked } : null;
      if (known.size >= CACHE_LIMIT) known.clear();
      known.set(folder, { stamp: key, found });
      return found;
    },
  };
}

function stampOf(path: string): { stamp: string; linked: boolean } | null {
  try {
    const stat = lstatSync(path, { bigint: true, throwIfNoEntry: false });
    return stat ? { stamp: `${stat.size} ${stat.mtimeNs} ${stat.ino}`, linked: stat.isSymbolicLink() } : null;
  } catch {
    return null;
  }
}
