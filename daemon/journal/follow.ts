/**
 * Follows all journals of a folder and hands out their records in the order of their clocks, each exactly once from
 * the position that it is given. What records mean is decided elsewhere; a position is a promise only once its taker
 * has stored it. Files are opened for each read, so that nothing is held while nothing happens.
 */
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { SegmentHeader } from '../protocol/journal.ts';
import { parseSegmentName, segmentName } from '../protocol/segment.ts';
import { SegmentReader, type SegmentRecord } from './segmentReader.ts';

export type JournalItem =
  | {
      readonly kind: 'segment';
      readonly connection_id: string;
      readonly header: SegmentHeader;
      readonly at: number;
      readonly end: Place;
    }
  | {
      readonly kind: 'record';
      readonly connection_id: string;
      readonly record: SegmentRecord;
      readonly at: number;
      readonly end: Place;
    }
  | {
      readonly kind: 'damage';
      readonly connection_id: string;
      readonly reason: string;
      readonly at: number;
      readonly end: Place;
    };

/** A place in a connection's journal, and where to go on once everything before it is stored. */
export interface Place {
  readonly segment: number;
  readonly offset: number;
}

export interface Follower {
  /** Looks for new files and sizes. `names`: only these connections' files have changed. Throws when the folder is gone. */
  scan(names?: ReadonlySet<string>): void;
  /** The next records of all journals, oldest first; empty when all is read. */
  pull(limit: { readonly items: number; readonly bytes: number }): JournalItem[];
  /** Bytes that nobody has pulled yet. */
  backlogBytes(): number;
  /** True when everything that stands in this connection's journal now was pulled. */
  isDrained(connectionId: string): boolean;
  /** Forgets a connection whose files were removed. */
  forget(connectionId: string): void;
}

interface Journal {
  readonly connection_id: string;
  /** Numbers of the segments that are there, rising. */
  segments: number[];
  sizes: Map<number, number>;
  segment: number;
  reader: SegmentReader;
  queue: JournalItem[];
  next: number;
  damageTold: boolean;
}

const READ_BYTES = 256 * 1024;

/** @param start where to go on with a connection; null to begin at its first segment */
export function createFollower(folder: string, start: (connectionId: string) => Place | null): Follower {
  const journals = new Map<string, Journal>();

  const sizeOf = (journal: Journal, segment: number): number => journal.sizes.get(segment) ?? 0;
  const unread = (journal: Journal): number => {
    let bytes = 0;
    for (const segment of journal.segments) {
      if (segment === journal.segment && !journal.reader.damage)
        bytes += Math.max(0, sizeOf(journal, segment) - readTo(journal));
      if (segment > journal.segment) bytes += sizeOf(journal, segment);
    }
    return bytes;
  };

  const measure = (journal: Journal): void => {
    for (const segment of journal.segments) {
      if (segment < journal.segment) continue;
      try {
        journal.sizes.set(segment, statSync(join(folder, segmentName(journal.connection_id, segment))).size);
      } catch {
        journal.sizes.set(segment, 0);
      }
    }
  };

  const list = (): void => {
    const found = new Map<string, number[]>();
    for (const name of readdirSync(folder)) {
      const parts = parseSegmentName(name);
      if (!parts) continue;
      const segments = found.get(parts.connection_id);
      if (segments) segments.push(parts.segment);
      else found.set(parts.connection_id, [parts.segment]);
    }
    for (const [connection_id, segments] of found) {
      segments.sort((a, b) => a - b);
      const journal = journals.get(connection_id);
      if (journal) journal.segments = segments;
      else {
        const at = start(connection_id);
        const segment =
          at && segments.includes(at.segment) ? at.segment : (segments.find((one) => one > (at?.segment ?? -1)) ?? -1);
        // Read to its end long ago and gone since: there is nothing to follow.
        if (segment < 0) continue;
        const offset = at && at.segment === segment ? at.offset : 0;
        journals.set(connection_id, {
          connection_id,
          segments,
          sizes: new Map(),
          segment,
          reader: new SegmentReader(offset),
          queue: [],
          next: 0,
          damageTold: false,
        });
      }
    }
    for (const id of journals.keys()) if (!found.has(id)) journals.delete(id);
  };

  /** Reads on until at least one item waits; false when nothing more is there now. */
  const fill = (journal: Journal): boolean => {
    while (journal.next >= journal.queue.length) {
      journal.queue = [];
      journal.next = 0;
      const have = sizeOf(journal, journal.segment) - readTo(journal);
      if (have > 0 && !journal.reader.damage) {
        if (!readPiece(folder, journal, Math.min(have, READ_BYTES))) return false;
        continue;
      }
      const following = journal.segments.find((segment) => segment > journal.segment);
      if (following === undefined) return false;
      // A later segment is there, so this one grows no more: one last look at its size.
      const before = sizeOf(journal, journal.segment);
      measure(journal);
      if (sizeOf(journal, journal.segment) > before && !journal.reader.damage) continue;
      journal.sizes.delete(journal.segment);
      journal.segment = following;
      journal.reader = new SegmentReader(0);
      journal.damageTold = false;
    }
    return true;
  };

  return {
    scan(names) {
      const known = names && [...names].every((name) => journals.has(name));
      if (!known) list();
      for (const journal of names && known ? [...names].flatMap((name) => journals.get(name) ?? []) : journals.values())
        measure(journal);
    },
    pull(limit) {
      const items: JournalItem[] = [];
      const waiting = [...journals.values()].filter(fill);
      let bytes = 0;
      while (waiting.length > 0 && items.length < limit.items && bytes < limit.bytes) {
        const { first, horizon } = oldest(waiting);
        const journal = waiting[first]!;
        // From this journal as long as it is the oldest: the search is paid once for a run of records.
        while (items.length < limit.items && bytes < limit.bytes) {
          const item = journal.queue[journal.next]!;
          if (item.at > horizon) break;
          items.push(item);
          journal.next++;
          if (item.kind === 'record') bytes += item.record.head.n;
          if (!fill(journal)) {
            waiting.splice(first, 1);
            break;
          }
        }
      }
      return items;
    },
    backlogBytes: () => [...journals.values()].reduce((sum, journal) => sum + unread(journal), 0),
    isDrained(connectionId) {
      const journal = journals.get(connectionId);
      if (!journal) return true;
      measure(journal);
      return journal.next >= journal.queue.length && !fill(journal);
    },
    forget: (connectionId) => void journals.delete(connectionId),
  };
}

/** Which journal's next item is the oldest, and until when it stays so. */
function oldest(journals: readonly Journal[]): { first: number; horizon: number } {
  let first = 0;
  let best = Number.POSITIVE_INFINITY;
  let horizon = Number.POSITIVE_INFINITY;
  journals.forEach((journal, index) => {
    const { at } = journal.queue[journal.next]!;
    if (at < best) {
      horizon = best;
      best = at;
      first = index;
    } else if (at < horizon) horizon = at;
  });
  return { first, horizon };
}

/** False where the file gave nothing: it is gone or shorter than it was. */
function readPiece(folder: string, journal: Journal, length: number): boolean {
  const { connection_id, segment, reader } = journal;
  const buffer = Buffer.allocUnsafe(length);
  let got = 0;
  try {
    const file = openSync(join(folder, segmentName(connection_id, segment)), 'r');
    try {
      got = readSync(file, buffer, 0, length, readTo(journal));
    } finally {
      closeSync(file);
    }
  } catch {
    got = 0;
  }
  if (got === 0) return false;
  const begun = reader.header !== null;
  const records = reader.push(buffer.subarray(0, got));
  if (reader.header && !begun) {
    // Ends at 0: to see a segment's start twice changes nothing, and its header's length need not be known.
    const at = Date.parse(reader.header.started_at) || 0;
    journal.queue.push({ kind: 'segment', connection_id, header: reader.header, at, end: { segment, offset: 0 } });
  }
  for (const record of records) {
    const end = { segment, offset: record.payloadOffset + record.head.n };
    journal.queue.push({ kind: 'record', connection_id, record, at: record.head.t, end });
  }
  if (reader.damage && !journal.damageTold) {
    journal.damageTold = true;
    const end = { segment, offset: reader.offset };
    journal.queue.push({ kind: 'damage', connection_id, reason: reader.damage.reason, at: Date.now(), end });
  }
  return true;
}

function readTo(journal: Journal): number {
  return journal.reader.offset + journal.reader.tornBytes;
}
