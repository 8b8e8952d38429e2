/**
 * Writes the daemon's own journal: what the user says about sessions. It has the form of every journal, so that it is
 * tailed, ordered and rebuilt from like the others. Each start of the daemon that has something to say begins a new
 * segment, so that half a record of a killed daemon stands at a segment's end, where it is understood.
 */
import { closeSync, fsyncSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Disposable } from '../base/lifecycle.ts';
import { DAEMON_CONNECTION_ID, type LabelRecord, type PinRecord } from '../protocol/daemonJournal.ts';
import { JOURNAL_VERSION, parseSegmentName, segmentName } from '../protocol/segment.ts';
import { SegmentReader } from './segmentReader.ts';

export interface DaemonJournal extends Disposable {
  /** On the disk when this returns. Throws the system's error. */
  label(record: LabelRecord, nowMs: number): void;
  pin(record: PinRecord, nowMs: number): void;
}

export function openDaemonJournal(folder: string): DaemonJournal {
  let file: number | null = null;
  let ordinal = 0;
  const append = (k: 'label' | 'pin', record: LabelRecord | PinRecord, nowMs: number): void => {
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
      writeSync(file, `${JSON.stringify(header)}\n`);
    }
    const payload = Buffer.from(JSON.stringify(record));
    const head = Buffer.from(
      `${JSON.stringify({ k, o: ordinal++, t: nowMs, m: performance.now(), n: payload.length })}\n`,
    );
    writeSync(file, Buffer.concat([head, payload]));
    fsyncSync(file);
  };
  return {
    label: (record, nowMs) => append('label', record, nowMs),
    pin: (record, nowMs) => append('pin', record, nowMs),
    dispose() {
      if (file !== null) closeSync(file);
      file = null;
    },
  };
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
