/** Writes the journal of an import, which is read while it grows: whatever becomes of it, its end says so. */
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Disposable } from '../base/lifecycle.ts';
import { JOURNAL_VERSION, SEGMENT_BYTES, segmentName } from '../protocol/segment.ts';

const WRITE_BYTES = 512 * 1024;
/** A record's head line. */
const HEAD_BYTES = 200;

export interface ImportJournal extends Disposable {
  /** Throws the system's error. @param texts the payload, in pieces @returns false for one that no segment can hold */
  append(kind: string, ...texts: readonly string[]): boolean;
  /** What was appended can be read from here on. Throws the system's error. */
  flush(): void;
  /** All is there, and right. Throws the system's error. */
  finish(): void;
}

/**
 * Throws the system's error. To be disposed: without `finish` before it, what was written is taken back by whoever reads it.
 * @param nowMs the time of all its records
 */
export function createImportJournal(folder: string, id: string, nowMs: number): ImportJournal {
  let [segment, ordinal, bytes, fd] = [-1, 0, 0, -1];
  let isOver = false;
  let held: string[] = [];
  let heldBytes = 0;
  const room = Buffer.allocUnsafe(2 * WRITE_BYTES);
  const flush = () => {
    const buffer = heldBytes > room.length ? Buffer.allocUnsafe(heldBytes) : room;
    // One by one: joined, all would be as wide as the widest.
    let at = 0;
    for (const text of held) at += buffer.write(text, at);
    for (let written = 0; written < heldBytes; ) written += writeSync(fd, buffer, written, heldBytes - written);
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
    fd = openSync(join(folder, segmentName(id, segment)), 'wx', 0o600);
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
  const append = (kind: string, ...texts: readonly string[]): boolean => {
    const lengths = texts.map((text) => Buffer.byteLength(text));
    const length = lengths.reduce((sum, one) => sum + one, 0);
    if (length + 2 * HEAD_BYTES > SEGMENT_BYTES) return false;
    if (bytes + length + HEAD_BYTES > SEGMENT_BYTES) begin();
    const head = `{"k":"${kind}","o":${ordinal++},"t":${nowMs},"m":0,"n":${length}}\n`;
    put(head, head.length);
    for (const [at, text] of texts.entries()) put(text, lengths[at] ?? 0);
    return true;
  };
  const end = (whole: boolean) => {
    append('import_end', JSON.stringify({ whole }));
    shut();
  };
  begin();
  return {
    append,
    flush,
    finish() {
      end(true);
      isOver = true;
    },
    dispose() {
      try {
        if (!isOver) end(false);
      } catch {
        // The disk may be what failed: that its writer is gone says the same.
      } finally {
        isOver = true;
        if (fd >= 0) closeSync(fd);
        fd = -1;
      }
    },
  };
}
