/**
 * Reads a config file whole and replaces it whole: to a file beside it, then renamed, so that nobody sees half of it.
 * The mode is kept, links are followed, and what somebody else wrote meanwhile is not overwritten.
 */
import { randomBytes } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  chownSync,
  closeSync,
  constants,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

export interface ReadFile {
  readonly text: string;
  readonly bytes: Buffer;
}

export type Reading = ({ readonly kind: 'read' } & ReadFile) | { readonly kind: 'failed'; readonly reason: string };

export type Saved = { readonly kind: 'saved' } | { readonly kind: 'failed'; readonly reason: string };

const LIMIT_BYTES = 64 * 1024 * 1024;

/** @param target no link. Never throws. */
export function readConfig(target: string): Reading {
  try {
    if (statSync(target).size > LIMIT_BYTES) return { kind: 'failed', reason: 'it is larger than 64 MiB' };
    const bytes = readFileSync(target);
    // A byte order mark stays in the text, so that it is written back.
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return { kind: 'read', text, bytes };
  } catch (error) {
    if (error instanceof TypeError) return { kind: 'failed', reason: 'it is not UTF-8' };
    return { kind: 'failed', reason: wordsOf(error) };
  }
}

/** Why the file could not be replaced, or null. A file without any write bit is its owner's decision, even for root. */
export function notWritable(target: string): string | null {
  try {
    if ((statSync(target).mode & 0o222) === 0) return 'it is read-only';
    accessSync(target, constants.W_OK);
  } catch (error) {
    return codeOf(error) === 'EACCES' || codeOf(error) === 'EROFS' ? 'it is read-only' : wordsOf(error);
  }
  try {
    accessSync(dirname(target), constants.W_OK);
    return null;
  } catch {
    return `its folder ${dirname(target)} is read-only`;
  }
}

/** @param before what was read, and must still stand there. Never throws. */
export function saveConfig(target: string, before: Buffer, text: string): Saved {
  const hindered = notWritable(target);
  if (hindered) return { kind: 'failed', reason: hindered };
  const beside = join(dirname(target), `.callgrove-${randomBytes(6).toString('hex')}.tmp`);
  try {
    const { mode, uid, gid } = statSync(target);
    const file = openSync(beside, 'wx', 0o600);
    try {
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    if (process.platform !== 'win32') {
      if (statSync(beside).uid !== uid || statSync(beside).gid !== gid) chownSync(beside, uid, gid);
      chmodSync(beside, mode & 0o7777);
    }
    if (!readFileSync(target).equals(before)) {
      rmSync(beside, { force: true });
      return { kind: 'failed', reason: 'somebody else changed it just now; run the command again' };
    }
    renameSync(beside, target);
    return { kind: 'saved' };
  } catch (error) {
    rmSync(beside, { force: true });
    return { kind: 'failed', reason: wordsOf(error) };
  }
}

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? error.code : undefined);

function wordsOf(error: unknown): string {
  if (codeOf(error) === 'EACCES') return 'it may not be read or written by you';
  return error instanceof Error ? error.message : String(error);
}
