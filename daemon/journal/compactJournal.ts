/**
 * Writes a journal anew with only those of its records that are still needed, as one segment after the others, and then
 * removes these. Records keep their ordinals and clocks. Killed at any moment it leaves either the old segments, or the
 * new one beside them: read twice, they say the same. The journal must not be written to meanwhile.
 */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { JOURNAL_VERSION, segmentName } from '../protocol/segment.ts';
import { listSegments, type SegmentFile } from './prune.ts';
import { SegmentReader, type SegmentRecord } from './segmentReader.ts';

/** Where the journal ends now; null where there was nothing to do. */
export interface Compacted {
  readonly segment: number;
  readonly bytes: number;
}

/** @param keep asked for each record in order. Throws the system's error. */
export function compactJournal(
  folder: string,
  connectionId: string,
  keep: (record: SegmentRecord) => boolean,
  nowMs: number,
): Compacted | null {
  const segments = segmentsOf(folder, connectionId);
  const last = segments.at(-1);
  if (!last) return null;
  const segment = last.segment + 1;
  const draft = join(folder, `${connectionId}.draft`);
  const file = openSync(draft, 'w', 0o600);
  let bytes = 0;
  const write = (part: Uint8Array) => {
    for (let at = 0; at < part.length; ) at += writeSync(file, part, at);
    bytes += part.length;
  };
  try {
    // The next record's ordinal stands in the header, so the records have to be looked at first.
    const ordinals = segments.map(({ name }) => nextOrdinal(read(folder, name)));
    const header = {
      v: JOURNAL_VERSION,
      journal: 'callgrove',
      connection_id: connectionId,
      segment,
      started_at: new Date(nowMs).toISOString(),
      next_ordinal: Math.max(...ordinals),
      mid_line: { c2s: false, s2c: false },
    };
    write(Buffer.from(`${JSON.stringify(header)}\n`));
    for (const { name } of segments) {
      for (const record of read(folder, name).records) {
        if (!keep(record)) continue;
        write(Buffer.from(`${JSON.stringify(record.head)}\n`));
        write(record.payload);
      }
    }
    fsyncSync(file);
  } catch (error) {
    closeSync(file);
    rmSync(draft, { force: true });
    throw error;
  }
  closeSync(file);
  renameSync(draft, join(folder, segmentName(connectionId, segment)));
  for (const { name } of segments) rmSync(join(folder, name), { force: true });
  return { segment, bytes };
}

/** All records of a journal in order, one segment in memory at a time. */
export function* recordsOf(folder: string, connectionId: string): Generator<SegmentRecord> {
  for (const { name } of segmentsOf(folder, connectionId)) yield* read(folder, name).records;
}

function segmentsOf(folder: string, connectionId: string): SegmentFile[] {
  return listSegments(folder)
    .filter((file) => file.connection_id === connectionId)
    .sort((a, b) => a.segment - b.segment);
}

interface Segment {
  readonly next_ordinal: number;
  readonly records: readonly SegmentRecord[];
}

function read(folder: string, name: string): Segment {
  const reader = new SegmentReader();
  const records = reader.push(readFileSync(join(folder, name)));
  return { next_ordinal: reader.header?.next_ordinal ?? 0, records };
}

function nextOrdinal({ next_ordinal, records }: Segment): number {
  return Math.max(next_ordinal, (records.at(-1)?.head.o ?? -1) + 1);
}
