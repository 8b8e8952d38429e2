/** The names of files that a bundle is written in until it has its own, and their removal where writing was stopped. */
import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Beside the file, hidden, of this process. */
export function partOf(file: string): string {
  return join(dirname(file), `${prefixOf(file)}${randomBytes(6).toString('hex')}.part`);
}

/** What a thread of this process that was ended left of this file. */
export function removeParts(file: string): void {
  const prefix = prefixOf(file);
  for (const name of readdirSync(dirname(file))) {
    if (name.startsWith(prefix) && name.endsWith('.part')) rmSync(join(dirname(file), name), { force: true });
  }
}

function prefixOf(file: string): string {
  return `.${basename(file)}.${process.pid}.`;
}
