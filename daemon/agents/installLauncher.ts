/**
 * Writes the launcher into `bin/` of the state folder and keeps it current. A newer one that is still installed stays;
 * of two of the same version the first stays while it is there. Costs a few small reads where nothing is to be done.
 */
import { accessSync, chmodSync, constants, mkdirSync, readFileSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { compareVersions } from '../base/compareVersions.ts';
import { LAUNCHER, LOADER } from './launcher.ts';
import { LAUNCHER_FILE, type LauncherFile, readLauncherFile } from './launcherFile.ts';
import { launcherScript } from './launcherScript.ts';
import { writeWhole } from './writeWhole.ts';

/** The Callgrove that installs. */
export interface Installer {
  readonly version: string;
  /** What is recorded as the full program, absolute. */
  readonly program: string;
  /** Where its build is: `run.mjs`, `gate.cjs` and `launch.cjs`. */
  readonly dist: string;
  /** The runtime that it runs on. */
  readonly execPath: string;
  readonly node: string;
  /** That runtime is an editor's executable. */
  readonly editor: boolean;
}

export type Installed =
  | { readonly kind: 'current' }
  | { readonly kind: 'written' }
  /** A newer Callgrove keeps it. */
  | { readonly kind: 'newer'; readonly version: string }
  /** What stands there is as it was. */
  | { readonly kind: 'failed'; readonly reason: string };

const BUNDLE = 'run.mjs';
/** What the bundle loads to judge by policy. */
const GATE = 'gate.cjs';
/** The oldest Node that runs the daemon too: a recorded one below gives way to it. */
const WHOLE_NODE = 22;

/** @param home the state folder, absolute. Never throws. */
export function installLauncher(home: string, installer: Installer): Installed {
  const bin = join(home, 'bin');
  try {
    const found = readLauncherFile(bin);
    const there = found !== null && isFile(found.program);
    const order = found ? compareVersions(found.version, installer.version) : -1;
    if (found && there && order > 0) return { kind: 'newer', version: found.version };
    const stays = found !== null && there && order === 0 && found.program !== installer.program;
    const facts = { ...runtimes(found, installer), version: installer.version };
    if (stays && facts.runtime === found.runtime && facts.editor === found.editor && isWhole(bin))
      return { kind: 'current' };
    const file: LauncherFile = { v: 1, ...facts, program: stays ? found.program : installer.program };
    const wanted = [
      [BUNDLE, 0o600, readFileSync(join(installer.dist, BUNDLE))],
      [GATE, 0o600, readFileSync(join(installer.dist, GATE))],
      [LOADER, 0o600, readFileSync(join(installer.dist, LOADER))],
      [LAUNCHER, 0o700, Buffer.from(launcherScript({ ...file, bin }))],
      [LAUNCHER_FILE, 0o600, Buffer.from(`${JSON.stringify(file, null, 2)}\n`)],
    ] as const;
    const stale = wanted.filter(([name, mode, content]) => !isAs(join(bin, name), mode, content));
    if (stale.length === 0) return { kind: 'current' };
    prepare(home, bin);
    for (const [name, mode, content] of stale) writeWhole(join(bin, name), content, mode);
    return { kind: 'written' };
  } catch (error) {
    return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}

/** What is recorded stays as long as it is there: a path that worked once is better than one that may be a visitor's. */
function runtimes(found: LauncherFile | null, { execPath, node, editor }: Installer) {
  const runtime = found?.runtime && isProgram(found.runtime) ? found.runtime : null;
  const kept = found?.editor && isProgram(found.editor) ? found.editor : null;
  if (editor) return { runtime, editor: execPath };
  const whole = Number(node.split('.')[0]) >= WHOLE_NODE;
  return { runtime: runtime ?? (whole ? execPath : null), editor: kept };
}

/** Are the files there? Whether their bytes are right is known to the one that wrote them. */
function isWhole(bin: string): boolean {
  return [BUNDLE, GATE, LOADER, LAUNCHER].every(
    (name) => (statSync(join(bin, name), { throwIfNoEntry: false })?.size ?? 0) > 0,
  );
}

function isAs(path: string, mode: number, content: Buffer): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat || stat.size !== content.length) return false;
  if (process.platform !== 'win32' && (stat.mode & 0o777) !== mode) return false;
  return readFileSync(path).equals(content);
}

function prepare(home: string, bin: string): void {
  if (!isAbsolute(home)) throw new Error(`${home} is no absolute path`);
  const uid = process.getuid?.();
  for (const folder of [home, bin]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (uid === undefined) continue;
    const stat = statSync(folder);
    if (stat.uid !== uid) throw new Error(`${folder} belongs to another user`);
    if (stat.mode & 0o022) throw new Error(`${folder} can be written by other users`);
  }
  chmodSync(bin, 0o700);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** Exported for the doctor. */
export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return isFile(path);
  } catch {
    return false;
  }
}
