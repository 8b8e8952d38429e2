/**
 * Keeps the daemon's own journal from growing without bound: when it has doubled, it is written anew with what is still
 * needed. The last label and pin of a session always are; captures, versions and texts as long as the database has them.
 */
import { compactJournal, recordsOf } from './journal/compactJournal.ts';
import { listSegments } from './journal/prune.ts';
import type { SegmentRecord } from './journal/segmentReader.ts';
import { readOwnRecord } from './ownRecords.ts';
import { DAEMON_CONNECTION_ID } from './protocol/daemonJournal.ts';
import type { Database } from './store/database.ts';
import { keptHarness } from './store/harnessRetention.ts';
import { readMeta, writeMeta } from './store/openStore.ts';
import { movePosition } from './store/positions.ts';

const KEPT_BYTES = 'own_journal_bytes';
/** Smaller ones are left alone. */
const LEAST_BYTES = 4 * 1024 * 1024;
const SEGMENTS = 50;

/**
 * To be called when all of the journal was read, and with nobody writing to it.
 * @param leastBytes a smaller journal is left as it is
 * @returns whether it was written anew: what is remembered of its place is then void
 */
export function compactOwn(folder: string, database: Database, nowMs: number, leastBytes = LEAST_BYTES): boolean {
  const segments = listSegments(folder).filter(({ connection_id }) => connection_id === DAEMON_CONNECTION_ID);
  const bytes = segments.reduce((sum, file) => sum + file.bytes, 0);
  const kept = Number(readMeta(database, KEPT_BYTES) ?? 0);
  if (bytes <= Math.max(leastBytes, 2 * kept) && segments.length <= SEGMENTS) return false;
  const compacted = compactJournal(folder, DAEMON_CONNECTION_ID, needed(database, folder), nowMs);
  if (!compacted) return false;
  database.transaction(() => {
    movePosition(database, DAEMON_CONNECTION_ID, compacted.segment, compacted.bytes);
    writeMeta(database, KEPT_BYTES, String(compacted.bytes));
  });
  return true;
}

function needed(database: Database, folder: string): (record: SegmentRecord) => boolean {
  const { captures, versions, texts, fresh, sessions } = keptHarness(database);
  const marks = lastMarks(folder);
  // A text or version that was journalled twice, because it was forgotten in between, is needed once.
  const once = (set: Set<string>, id: string) => set.delete(id);
  return ({ head, payload }) => {
    const own = readOwnRecord(head.k, head.t, json(payload));
    // A later version's kind of record is not ours to throw away.
    if (!own) return true;
    switch (own.kind) {
      case 'label':
      case 'pin':
        return marks.get(`${own.kind} ${own.record.session_id}`) === head.o;
      // What was frozen, by whom, what was accepted or allowed once, and when: few, and nobody else remembers.
      case 'freeze':
      case 'thaw':
      case 'accept':
      case 'once':
        return true;
      case 'widening':
      case 'checkpoint':
        return sessions.has(own.record.session_id);
      case 'harness_text':
        return once(texts, own.record.sha256);
      case 'harness':
        return once(versions, own.record.harness.harness_id);
      case 'capture':
        return captures.has(own.record.capture_id);
      case 'fresh':
        return fresh.has(own.record.fresh_id);
      default:
        return own satisfies never;
    }
  };
}

/** The ordinal of what was said last, of every session and kind. */
function lastMarks(folder: string): Map<string, number> {
  const last = new Map<string, number>();
  for (const { head, payload } of recordsOf(folder, DAEMON_CONNECTION_ID)) {
    if (head.k !== 'label' && head.k !== 'pin') continue;
    const own = readOwnRecord(head.k, head.t, json(payload));
    if (own?.kind === 'label' || own?.kind === 'pin') last.set(`${own.kind} ${own.record.session_id}`, head.o);
  }
  return last;
}

function json(payload: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('utf8'));
  } catch {
    return null;
  }
}
