/** Writes the rows of an imported session's tree that are no calls, as those of our own are written. */
import { benchRow, type TrailRow, trailRow } from '../model/bundledHead.ts';
import type { CaptureHead } from '../protocol/captures.ts';
import type { ImportRecord } from '../protocol/imported.ts';
import type { Database } from './database.ts';
import { placeStep } from './frameColumns.ts';
import type { Writer } from './writer.ts';

/**
 * Gaps, and how its connections ended. To be called once the session is open.
 * @param its ids of the connections that it brought: of others it says nothing new
 */
export function addImportedEnds(
  writer: Writer,
  { session: { gaps, connections } }: ImportRecord,
  its: ReadonlySet<string>,
): void {
  const connectionOf = (id: string) => (its.has(id) ? writer.connections.get(id) : null);
  for (const { gap_id, connection_id, at, lost_chunks, bytes, reason } of gaps) {
    const connection = connectionOf(connection_id);
    const ordinal = Number(/_(\d+)$/.exec(gap_id)?.[1] ?? 0);
    if (connection) writer.gap(connection, { ordinal, at: Date.parse(at) || 0, lost_chunks, bytes, reason });
  }
  for (const { connection_id, ended_at, ended_how: how, exit, stopped, transport } of connections) {
    const connection = connectionOf(connection_id);
    if (!connection || connection.session === null || ended_at === null || how === null || transport === 'unknown')
      continue;
    const end = { transport, how, exit, stopped };
    const session = connection.session;
    writer.ended(connection, { at: Date.parse(ended_at) || 0, end, stderr: [], sessionOf: () => unreachable(session) });
  }
}

function unreachable(session: number): never {
  throw new Error(`session ${session} is open`);
}

/** What the trail says, but for what only its captures tell of them. */
export function addImportedTrail(database: Database, { session: { session, trail } }: ImportRecord, rev: number): void {
  for (const event of trail) {
    const row = trailRow(event, undefined);
    if (row) put(database, session.session_id, foreignId(session.session_id, event.event_id), row, rev);
  }
}

/** The captures come one by one: the earliest is what the session woke up on, the others are named by events. */
export function addImportedCapture(database: Database, sessionId: string, head: CaptureHead, rev: number): void {
  // Under the id that our own sessions' have: their heads are looked up by it.
  put(database, sessionId, `ev_${sessionId}`, benchRow(head), rev);
  database
    .sql(
      `UPDATE trail SET harness_id = ?, changes = ?, rev = ? WHERE session_id = ? AND kind = 'harness_changed' AND after = ?`,
    )
    .run(head.harness_id, head.changes ?? 0, rev, sessionId, head.capture_id);
}

/** Whoever made a bundle chose the ids in it: none of them is to be one of ours. */
export function foreignId(sessionId: string, id: string): string {
  return `${sessionId}/${id}`;
}

function put(database: Database, sessionId: string, eventId: string, row: TrailRow, rev: number): void {
  const { kind, at, sentence } = row;
  const changes = 'changes' in row ? row.changes : null;
  database
    .sql(
      // Nothing is left to be looked for: widened is said.
      `INSERT INTO trail (event_id, session_id, kind, at, sort, server, before, after, harness_id, sentence, changes, widened, rev)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '[]', ?)
       ON CONFLICT (event_id) DO UPDATE SET at = excluded.at, after = excluded.after, harness_id = excluded.harness_id,
         sentence = excluded.sentence, changes = excluded.changes, rev = excluded.rev
         WHERE excluded.kind = 'workbench' AND excluded.at < at`,
    )
    .run(
      eventId,
      sessionId,
      kind,
      at,
      placeStep(kind === 'workbench' ? 0 : at, 0, 0, 0),
      'server' in row ? row.server : null,
      'before' in row ? row.before : null,
      afterOf(row),
      'harness_id' in row ? row.harness_id : null,
      sentence,
      changes,
      rev,
    );
}

function afterOf(row: TrailRow): string {
  if ('capture_id' in row) return row.capture_id;
  if ('freeze_id' in row) return row.freeze_id;
  return 'checkpoint_id' in row ? row.checkpoint_id : row.after;
}
