/** Folders that `policy` is given on the command line. */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { wrongUsage } from './exit.ts';

/** Absolute; null where the option is not given. */
export function folderOf(value: string | null, name: string): string | null {
  if (value === null) return null;
  const folder = resolve(value);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw wrongUsage(`--${name} ${folder} is no folder`);
  return folder;
}
