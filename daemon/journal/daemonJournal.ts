/**
 * Writes the daemon's own journal: what the user says about sessions, and captures. It has the form of every journal, so that it is
 * tailed, ordered and rebuilt from like the others. Each start of the daemon that has something to say begins a new
 * segment, so that half a record of a killed daemon stands at a segment's end, where it is understood.
 */
import { closeSync, fsyncSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Disposable } from '../base/lifecycle.ts';
import {
  type AcceptRecord,
  type CaptureRecord,
  type CheckpointRecord,
  DAEMON_CONNECTION_ID,
  type FreezeRecord,
  type FreshRecord,
  type HarnessRecord,
  type HarnessTextRecord,
  type LabelRecord,
  type OnceRecord,
  type PinRecord,
  type ThawRecord,
  type WideningRecord,
} from '../protocol/daemonJournal.ts';
import { JOURNAL_VERSION, parseSegmentName, SEGMENT_BYTES, segmentName } from '../protocol/segment.ts';
import { SegmentReader } from './segmentReader.ts';

/** A record with its kind. */
export type OwnRecord =
  | readonly ['label', LabelRecord]
  | readonly ['pin', PinRecord]
  | readonly ['harness_text', HarnessTextRecord]
  | readonly ['harness', HarnessRecord]
  | readonly ['capture', CaptureRecord]
  | readonly ['fresh', FreshRecord]
  | readonly ['freeze', FreezeRecord]
  | readonly ['thaw', ThawRecord]
  | readonly ['accept', AcceptRecord]
  | readonly ['once', OnceRecord]
  | readonly ['widening', WideningRecord]
  | readonly ['checkpoint', CheckpointRecord];

export interface DaemonJournal extends Disposable {
  /** On the disk, in order, when this returns. Throws the system's error. */
  append(records: readonly OwnRecord[], nowMs: number): void;
  /** The next record begins a new segment, behind those that are there then. */
  close(): void;
}

export function openDaemonJournal(folder: string): DaemonJournal {
  let file: number | null = null;
  let ordinal = 0;
  let bytes = 0;
  const close = (): void => {
    if (file !== null) closeSync(file);
    file = null;
    bytes = 0;
  };
  const open = (nowMs: number): number => {
    if (file === null) {
      const last = lastOf(folder);
      ordinal = last.next_ordinal;
      file = openSync(join(folder, segmentName(DAEMON_CONNECTION_ID, last.segment + 1)), 'ax', 0o600);
      const header = {
        v: JOURNAL_VERSION,
        journal: 'callgrove',
        connection_id: DAEMON_CONNECTION_ID,
        segment: last.segment + 1,
        started_at: new Date(nowMs).toISOString(),
        next_ordinal: ordinal,
        mid_line: { c2s: false, s2c: false },
      };
      writeWhole(file, Buffer.from(`${JSON.stringify(header)}\n`));
    }
    return file;
  };
  return {
    append(records, nowMs) {
      if (records.length === 0) return;
      const into = open(nowMs);
      try {
        for (const [k, record] of records) {
          const payload = Buffer.from(JSON.stringify(record));
          const head = { k, o: ordinal++, t: nowMs, m: performance.now(), n: payload.length };
          const whole = Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), payload]);
          writeWhole(into, whole);
          bytes += whole.length;
        }
        fsyncSync(into);
        if (bytes > SEGMENT_BYTES) close();
      } catch (error) {
        // Half a record is understood at a segment's end only.
        close();
        throw error;
      }
    },
    close,
    dispose: close,
  };
}

function writeWhole(file: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}

function lastOf(folder: string): { segment: number; next_ordinal: number } {
  const segments = readdirSync(folder)
    .flatMap((name) => parseSegmentName(name) ?? [])
    .filter((parts) => parts.connection_id === DAEMON_CONNECTION_ID)
    .map((parts) => parts.segment);
  const segment = Math.max(-1, ...segments);
  if (segment < 0) return { segment, next_ordinal: 0 };
  const reader = new SegmentReader();
  const records = reader.push(readFileSync(join(folder, segmentName(DAEMON_CONNECTION_ID, segment))));
  return { segment, next_ordinal: Math.max(reader.header?.next_ordinal ?? 0, (records.at(-1)?.head.o ?? -1) + 1) };
}
