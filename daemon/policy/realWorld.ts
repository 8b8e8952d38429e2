/** This machine, as the judgement asks about it. Nothing here throws, waits for a network, or opens what is no file. */
import { closeSync, constants, fstatSync, lstatSync, openSync, readlinkSync, readSync, realpathSync } from 'node:fs';
import { ABSENT, type Entry, UNREADABLE, type World, type WorldFacts } from './world.ts';

const TEXT_BYTES = 4096;

/** @param facts of the connection; `policy check` and drills give their own */
export function realWorld(facts: WorldFacts): World {
  return { ...facts, lstat: facts.paths === 'win32' ? lstatExact : lstatFast, readlink, readText, realPath };
}

function lstatFast(path: string): Entry {
  try {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (!stat) return ABSENT;
    return { kind: kindOf(stat), dev: stat.dev, ino: stat.ino, nlink: stat.nlink, bornMs: stat.birthtimeMs };
  } catch (error) {
    return refused(error);
  }
}

/** File numbers of NTFS do not fit a double. */
function lstatExact(path: string): Entry {
  try {
    const stat = lstatSync(path, { throwIfNoEntry: false, bigint: true });
    if (!stat) return ABSENT;
    const { dev, ino, nlink, birthtimeMs } = stat;
    return { kind: kindOf(stat), dev, ino, nlink: Number(nlink), bornMs: Number(birthtimeMs) };
  } catch (error) {
    return refused(error);
  }
}

interface Kinds {
  isSymbolicLink(): boolean;
  isDirectory(): boolean;
  isFile(): boolean;
}

function kindOf(stat: Kinds): Entry['kind'] {
  if (stat.isDirectory()) return 'folder';
  if (stat.isSymbolicLink()) return 'link';
  return stat.isFile() ? 'file' : 'other';
}

/** A name that is too long, or a link that no program can pass, is there for nobody. */
function refused(error: unknown): Entry {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return code === 'ENAMETOOLONG' || code === 'ENOENT' || code === 'ENOTDIR' ? ABSENT : UNREADABLE;
}

function readlink(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

function readText(path: string): string | null {
  let file: number | null = null;
  try {
    // A pipe would hold us until somebody writes.
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    if (!fstatSync(file).isFile()) return null;
    const bytes = Buffer.alloc(TEXT_BYTES);
    return bytes.toString('utf8', 0, readSync(file, bytes, 0, TEXT_BYTES, 0));
  } catch {
    return null;
  } finally {
    if (file !== null) closeSync(file);
  }
}

function realPath(path: string): string | null {
  try {
    return realpathSync.native(path);
  } catch {
    return null;
  }
}
