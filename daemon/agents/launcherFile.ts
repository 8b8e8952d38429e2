/**
 * `bin/launcher.json`: where the launcher's runtime and the full program are. Read by hand and not by schema, because
 * the proxy reads it too; what is cut off or strange counts as absent.
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { LOADER } from './launcher.ts';

export interface LauncherFile {
  readonly v: 1;
  /** Of the Callgrove that wrote `bin/`. */
  readonly version: string;
  /** The full program: starts the daemon and knows every verb. Absolute; it may be gone. */
  readonly program: string;
  /** Node, absolute; null where only an editor's runtime was known. */
  readonly runtime: string | null;
  /** An editor's executable that becomes Node by `ELECTRON_RUN_AS_NODE=1`; absolute, or null. */
  readonly editor: string | null;
}

export const LAUNCHER_FILE = 'launcher.json';

/** Null where there is none that can be read. Never throws. */
export function readLauncherFile(bin: string): LauncherFile | null {
  try {
    const value: unknown = JSON.parse(readFileSync(join(bin, LAUNCHER_FILE), 'utf8'));
    if (typeof value !== 'object' || value === null || !('v' in value) || value.v !== 1) return null;
    if (!('version' in value) || typeof value.version !== 'string') return null;
    if (!('program' in value) || typeof value.program !== 'string') return null;
    const runtime = 'runtime' in value && typeof value.runtime === 'string' ? value.runtime : null;
    const editor = 'editor' in value && typeof value.editor === 'string' ? value.editor : null;
    return { v: 1, version: value.version, program: value.program, runtime, editor };
  } catch {
    return null;
  }
}

/**
 * The program that this process can be started as again: the script itself, or what the launcher recorded where its
 * loader is the script. Null where that is gone.
 */
export function programOf(script: string): string | null {
  const program = isLoader(script) ? readLauncherFile(dirname(script))?.program : script;
  return program && existsSync(program) ? program : null;
}

/** Is this script the launcher's loader? Then whatever fails before the server's start is the loader's to mend. */
export function isLoader(script: string): boolean {
  return basename(script) === LOADER;
}
