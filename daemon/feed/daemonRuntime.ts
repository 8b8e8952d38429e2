/**
 * Which Node the daemon is started with. `run` and the other verbs work on Node 20 too, but the database driver kills
 * such a process: there the daemon takes the Node 24 that came with the packages, if it did.
 */
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DaemonEntry } from './startDaemon.ts';

/** What it depends on of the process that asks. */
export interface Runtime {
  readonly execPath: string;
  readonly napi: string | undefined;
  readonly platform: string;
  readonly arch: string;
}

export function ownRuntime(): Runtime {
  const { execPath, versions, platform, arch } = process;
  return { execPath, napi: versions.napi, platform, arch };
}

/** The database driver needs N-API 10, that is Node 22.14 or later. */
export function canBeDaemon({ napi }: Pick<Runtime, 'napi'>): boolean {
  return Number(napi) >= 10;
}

/** How to start the daemon of the program `script`. Where no runtime is good enough the entry names our own. */
export function daemonEntry(script: string, own: Runtime = ownRuntime()): DaemonEntry {
  return { execPath: canBeDaemon(own) ? own.execPath : (bundledNode(script, own) ?? own.execPath), script };
}

/** The npm package `node` for this platform, in a `node_modules` at or above the program's real place, or null. */
function bundledNode(script: string, { platform, arch }: Runtime): string | null {
  const windows = platform === 'win32';
  const inside = join(`node-${windows ? 'win' : platform}-${arch}`, 'bin', windows ? 'node.exe' : 'node');
  try {
    for (let folder = dirname(realpathSync(script)); ; folder = dirname(folder)) {
      const node = join(folder, 'node_modules', inside);
      if (existsSync(node)) return node;
      if (folder === dirname(folder)) return null;
    }
  } catch {
    return null;
  }
}
