/** The tarball as `npm run pack` makes it of what is built. */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..', '..');

/** @returns the tarball's path in `folder`. Throws what npm said where it failed. */
export function packTarball(folder: string): string {
  const script = [resolve(root, 'package.npm.mjs'), '--no-build', '--to', folder];
  const { status, stdout, stderr } = spawnSync(process.execPath, script, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`the package cannot be made: ${stderr}`);
  return stdout.trim();
}
