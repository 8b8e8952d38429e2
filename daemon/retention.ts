/**
 * Keeps everything on disk within one budget of age and size: old sessions go with their journals, then artifacts that
 * nothing names. Only what is over, read and not pinned goes; a session that is open keeps all it has, except segments
 * that are closed, read and older than the budget allows.
 */
import { statSync } from 'node:fs';
import type { Places } from './base/places.ts';
import { listArtifacts } from './journal/artifacts.ts';
import { listSegments, removeFile, type SegmentFile } from './journal/prune.ts';
import type { PruneReport } from './protocol/api.ts';
import { DAEMON_CONNECTION_ID } from './protocol/daemonJournal.ts';
import { isImportId } from './protocol/imported.ts';
import type { Database } from './store/database.ts';
import { sweepHarness } from './store/harnessRetention.ts';
import { readPosition } from './store/positions.ts';
import {
  connectionsOnlyOf,
  endedConnections,
  giveBack,
  namedArtifacts,
  type OldSession,
  pinnedConnections,
  removableSessions,
  removeSessions,
} from './store/retention.ts';

export interface Budget {
  readonly max_age_days: number;
  readonly max_bytes: number;
}

export const DEFAULT_BUDGET: Budget = { max_age_days: 14, max_bytes: 2e9 };

/** An artifact younger than this may belong to rows that are not committed yet. */
const ARTIFACT_GRACE_MS = 60 * 60_000;
const DAY_MS = 24 * 60 * 60_000;

/** What the writer and the follower are to forget. */
export interface Removed {
  readonly removed_session_ids: readonly string[];
  readonly removed_connection_ids: readonly string[];
}

export interface Pruned extends Removed {
  readonly report: PruneReport;
}

export interface DiskUse {
  readonly journal_bytes: number;
  readonly database_bytes: number;
  readonly artifact_bytes: number;
}

export function diskUse(places: Places): DiskUse {
  const sum = (list: readonly { bytes: number }[]) => list.reduce((total, { bytes }) => total + bytes, 0);
  const size = (file: string) => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  return {
    journal_bytes: sum(listSegments(places.journal)),
    database_bytes: ['', '-wal', '-shm'].reduce((total, tail) => total + size(places.database + tail), 0),
    artifact_bytes: sum(listArtifacts(places.artifacts)),
  };
}

/** With `dryRun` nothing is touched; the report is what would go. */
export function prune(database: Database, places: Places, budget: Budget, nowMs: number, dryRun: boolean): Pruned {
  const segments = listSegments(places.journal).filter((file) => file.connection_id !== DAEMON_CONNECTION_ID);
  const use = diskUse(places);
  const excess = use.journal_bytes + use.database_bytes + use.artifact_bytes - budget.max_bytes;
  const oldest = nowMs - budget.max_age_days * DAY_MS;
  const chosen = chooseSessions(database, segments, excess, oldest);
  const numbers = chosen.map(({ n }) => n);
  const ended = endedConnections(database);
  // Connections that no session knows (probes, servers that never began) go by age alone.
  const orphaned = new Set(connectionsOnlyOf(database, []).filter((id) => (ended.get(id) ?? nowMs) < oldest));
  const freed = new Set(connectionsOnlyOf(database, numbers));
  const knownWithout = new Set(connectionsOnlyOf(database, []));
  const connections = [...freed].filter((id) => !knownWithout.has(id) || orphaned.has(id));
  const gone = new Set(connections);
  const pinned = pinnedConnections(database);
  const files = segments.filter(
    (file) =>
      gone.has(file.connection_id) ||
      // An import's stay as long as its session: the records of its calls stand nowhere else.
      (!isImportId(file.connection_id) &&
        file.closed &&
        file.at < oldest &&
        !pinned.has(file.connection_id) &&
        isRead(database, file)),
  );
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const artifacts = dryRun ? [] : sweep(database, places, numbers, connections, files, oldest, nowMs);
  const report: PruneReport = {
    segments: files.length,
    artifacts: artifacts.length,
    sessions: chosen.length,
    calls: chosen.reduce((sum, { calls }) => sum + calls, 0),
    bytes: bytes + artifacts.reduce((sum, file) => sum + file.bytes, 0),
    dry_run: dryRun,
  };
  return {
    report,
    removed_session_ids: chosen.map(({ session_id }) => session_id),
    removed_connection_ids: dryRun ? [] : connections,
  };
}

/** Rows first, files after: a file that stays behind is read again at worst, a row never points to nothing new. */
function sweep(
  database: Database,
  places: Places,
  sessions: readonly number[],
  connections: readonly string[],
  files: readonly SegmentFile[],
  oldest: number,
  nowMs: number,
) {
  // A journal that is gone must not come back as new connections, so its files go before its position does.
  for (const file of files) removeFile(places.journal, file.name);
  database.transaction(() => {
    removeSessions(database, sessions, connections);
    sweepHarness(database, oldest);
  });
  const named = namedArtifacts(database);
  const artifacts = listArtifacts(places.artifacts).filter(
    ({ hash, at }) => !named.has(hash) && at < nowMs - ARTIFACT_GRACE_MS,
  );
  for (const { hash } of artifacts) removeFile(places.artifacts, hash);
  giveBack(database);
  return artifacts;
}

/** All that are too old, and then the oldest until the rest fits. */
function chooseSessions(
  database: Database,
  segments: readonly SegmentFile[],
  excess: number,
  oldest: number,
): OldSession[] {
  const bytesOf = new Map<string, number>();
  for (const { connection_id, bytes } of segments)
    bytesOf.set(connection_id, (bytesOf.get(connection_id) ?? 0) + bytes);
  const chosen: OldSession[] = [];
  const counted = new Set<string>();
  let left = excess;
  for (const session of removableSessions(database)) {
    if (session.last_at >= oldest && left <= 0) break;
    chosen.push(session);
    if (left <= 0) continue;
    for (const id of connectionsOnlyOf(
      database,
      chosen.map(({ n }) => n),
    )) {
      if (counted.has(id)) continue;
      counted.add(id);
      left -= bytesOf.get(id) ?? 0;
    }
  }
  return chosen;
}

/** Everything in this segment was read and committed. */
function isRead(database: Database, file: SegmentFile): boolean {
  const position = readPosition(database, file.connection_id);
  return position !== null && position.segment > file.segment;
}
