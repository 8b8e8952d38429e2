/**
 * What exists and git ignores: what a fresh checkout would not have. Content stays where it is; only a fingerprint, keyed
 * with this machine's key, says whether two of them are the same.
 */
import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import type { Workbench } from '../protocol/workbench.ts';
import { type FileRole, fileRole } from './fileRole.ts';
import type { Files } from './files.ts';
import { onDisk } from './gitFolder.ts';
import type { StatusEntry } from './gitStatus.ts';

const ENTRIES_LIMIT = 500;
const FINGERPRINT_BYTES = 1024 * 1024;
const FINGERPRINT_CHARS = 16;

/** What may change what a program does comes first: a list that is cut must not lose it. */
const ORDER: readonly FileRole[] = ['environment', 'unknown', 'data', 'dependencies', 'build', 'editor', 'cache'];

/**
 * @param root the workspace's root
 * @param entries what git said; a folder's path ends in a slash
 */
export function readIgnored(
  root: string,
  entries: readonly StatusEntry[],
  files: Files,
  machineKey: Uint8Array | null,
): Pick<Workbench, 'ignored_present' | 'ignored_total'> {
  const ranked = entries
    .map((entry) => ({ entry, role: roleOf(entry.path, root, files) }))
    .sort((one, other) => ORDER.indexOf(one.role) - ORDER.indexOf(other.role) || byPath(one.entry, other.entry));
  return {
    ignored_present: ranked.slice(0, ENTRIES_LIMIT).map(({ entry, role }) => {
      if (entry.path.endsWith('/'))
        return { path: entry.path.slice(0, -1), kind: 'folder', role, bytes: null, fingerprint: null };
      const path = onDisk(root, entry.bytes);
      const kind = files.kindOf(path) ?? 'other';
      const bytes = files.sizeOf(path);
      const isSmall = kind === 'link' || (bytes !== null && bytes <= FINGERPRINT_BYTES);
      const digest = isSmall && machineKey ? files.blob(path, 'sha256') : null;
      return {
        path: entry.path,
        kind,
        role,
        bytes,
        fingerprint: digest && machineKey ? keyed(digest, machineKey) : null,
      };
    }),
    ignored_total: entries.length,
  };
}

function roleOf(path: string, root: string, files: Files): FileRole {
  // A folder of any name may be a virtual environment.
  if (path.endsWith('/') && files.kindOf(join(root, path, 'pyvenv.cfg')) === 'file') return 'dependencies';
  return fileRole(path);
}

/** By code unit: the same on every machine. */
function byPath(one: StatusEntry, other: StatusEntry): number {
  return one.path < other.path ? -1 : one.path > other.path ? 1 : 0;
}

function keyed(digest: string, key: Uint8Array): string {
  return createHmac('sha256', key).update(`ignored ${digest}`).digest('hex').slice(0, FINGERPRINT_CHARS);
}
