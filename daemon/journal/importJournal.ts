/**
 * Writes the journal of an import: all of it beside the journals first, then given its names one after the other, so
 * that nobody reads what is not finished.
 */
import { closeSync, existsSync, fsyncSync, mkdtempSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Disposable } from '../base/lifecycle.ts';
import { JOURNAL_VERSION, SEGMENT_BYTES, segmentName } from '../protocol/segment.ts';

const WRITE_BYTES = 512 * 1024;
/** A record's head line. */
const HEAD_BYTES = 200;

export interface ImportJournal extends Disposable {
  /** Throws the system's error. @param texts the payload, in pieces @returns false for one that no segment can hold */
  append(kind: string, ...texts: readonly string[]): boolean;
  /** Gives it its name. */
  finish(): void;
}

/** Is there a journal of this id? */
export function hasJournal(folder: string, id: string): boolean {
  return existsSync(join(folder, segmentName(id, 0)));
}

/** @param nowMs the time of all its records */
export function createImportJournal(folder: string, id: string, nowMs: number): ImportJournal {
  const waiting = mkdtempSync(join(folder, '.import-'));
  let [segment, ordinal, bytes, fd] = [-1, 0, 0, -1];
  let held: string[] = [];
  let heldBytes = 0;
  const flush = () => {
    const text = Buffer.from(held.join(''));
    for (let written = 0; written < text.length; ) written += writeSync(fd, text, written);
    held = [];
    heldBytes = 0;
  };
  const put = (text: string, length: number) => {
    held.push(text);
    heldBytes += length;
    bytes += length;
    if (heldBytes >= WRITE_BYTES) flush();
  };
  const shut = () => {
    if (fd < 0) return;
    flush();
    fsyncSync(fd);
    closeSync(fd);
    fd = -1;
  };
  const begin = () => {
    shut();
    segment++;
    bytes = 0;
    fd = openSync(join(waiting, segmentName(id, segment)), 'wx', 0o600);
    const header = {
      v: JOURNAL_VERSION,
      journal: 'callgrove',
      connection_id: id,
      segment,
      started_at: new Date(nowMs).toISOString(),
      next_ordinal: ordinal,
      mid_line: { c2s: false, s2c: false },
    };
    const line = `${JSON.stringify(header)}\n`;
    put(line, Buffer.byteLength(line));
  };
  begin();
  return {
    append(kind, ...texts) {
      const lengths = texts.map((text) => Buffer.byteLength(text));
      const length = lengths.reduce((sum, one) => sum + one, 0);
      if (length + 2 * HEAD_BYTES > SEGMENT_BYTES) return false;
      if (bytes + length + HEAD_BYTES > SEGMENT_BYTES) begin();
      const head = `{"k":"${kind}","o":${ordinal++},"t":${nowMs},"m":0,"n":${length}}\n`;
      put(head, head.length);
      for (const [at, text] of texts.entries()) put(text, lengths[at] ?? 0);
      return true;
    },
    finish() {
      shut();
      for (let one = 0; one <= segment; one++)
        renameSync(join(waiting, segmentName(id, one)), join(folder, segmentName(id, one)));
    },
    dispose() {
      if (fd >= 0) closeSync(fd);
      fd = -1;
      rmSync(waiting, { recursive: true, force: true });
    },
  };
}
