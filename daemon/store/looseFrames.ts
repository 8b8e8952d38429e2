/**
 * The frames of a session's connections that belong to none of the calls that are asked for: notifications, noise,
 * answers that nobody asked for, and the requests of a handshake that another session, or an earlier part, counts among
 * its calls. A frame between calls belongs to whose call began before it; what came before all of them is everybody's.
 */
import type { FrameRef } from '../protocol/events.ts';
import { responseFrame } from './callRecord.ts';
import type { Database } from './database.ts';
import { unpackFrame } from './frameColumns.ts';
import * as rows from './rows.ts';

/** Calls by their numbers, both ends among them. */
export interface CallRange {
  readonly session: number;
  readonly from: number;
  readonly to: number;
}

export interface LooseFrame {
  readonly ordinal: number;
  readonly role: 'request' | 'response' | (typeof STRAYS)[number];
  readonly frame: FrameRef;
}

/** A request under an open id is a call of its own. */
const STRAYS = ['notification', 'unasked_answer', 'malformed', 'noise'] as const;
/** An agent that lists without end has no such handshake. */
const HANDSHAKE_CALLS = 50;

/** Numbers of a session's connections by their ids. */
export function connectionNumbers(database: Database, session: number): Map<string, number> {
  const list = database
    .sql(
      'SELECT k.n, k.connection_id FROM connections k JOIN session_connections sc ON sc.connection = k.n WHERE sc.session = ?',
    )
    .all(session);
  return new Map(list.map((row) => [rows.text(row, 'connection_id'), rows.number(row, 'n')]));
}

/** Whether what stands at this ordinal of the connection, and is no call, goes with the calls of the range. */
export function ownOrdinals(database: Database, connection: number, range: CallRange): (ordinal: number) => boolean {
  const starts: number[] = [];
  const own: boolean[] = [];
  let begun = false;
  const calls = database
    .sql('SELECT ordinal, n, session, folded FROM calls WHERE connection = ? ORDER BY ordinal, part')
    .iterate(connection);
  for (const row of calls) {
    const isOwn = isIn(range, rows.number(row, 'session'), rows.number(row, 'n'));
    // Housekeeping before the first call is the handshake.
    if (!begun && rows.flag(row, 'folded') && !isOwn) continue;
    begun = true;
    if (own.at(-1) === isOwn) continue;
    starts.push(rows.number(row, 'ordinal'));
    own.push(isOwn);
  }
  return (ordinal) => {
    const at = starts.findLastIndex((start) => start <= ordinal);
    return at < 0 || own[at] === true;
  };
}

function isIn({ session, from, to }: CallRange, itsSession: number, n: number): boolean {
  return itsSession === session && n >= from && n <= to;
}

/** Oldest first. @param isOwn of `ownOrdinals` */
export function* looseFrames(
  database: Database,
  connection: number,
  range: CallRange,
  isOwn: (ordinal: number) => boolean,
): Generator<LooseFrame> {
  const handshake = handshakeFrames(database, connection, range);
  const strays = database.sql('SELECT * FROM strays WHERE connection = ? ORDER BY ordinal, part').iterate(connection);
  for (const row of strays) {
    const [ordinal, kind] = [rows.number(row, 'ordinal'), rows.text(row, 'kind')];
    while (handshake[0] && handshake[0].ordinal < ordinal) yield handshake.shift()!;
    const role = STRAYS.find((one) => one === kind);
    if (role === undefined || !isOwn(ordinal)) continue;
    yield { ordinal, role, frame: unpackFrame(rows.text(row, 'frame'), ordinal, rows.number(row, 'part')) };
  }
  yield* handshake;
}

/** Of the housekeeping before the first call, as far as it is not of the range. */
function handshakeFrames(database: Database, connection: number, range: CallRange): LooseFrame[] {
  const first = database
    .sql('SELECT min(ordinal) AS ordinal FROM calls WHERE connection = ? AND folded = 0')
    .get(connection);
  return database
    .sql(
      'SELECT ordinal, part, n, session, request, response FROM calls WHERE connection = ? AND ordinal < ? ORDER BY ordinal, part LIMIT ?',
    )
    .all(connection, rows.numberOrNull(first ?? {}, 'ordinal') ?? Number.MAX_SAFE_INTEGER, HANDSHAKE_CALLS)
    .filter((row) => !isIn(range, rows.number(row, 'session'), rows.number(row, 'n')))
    .flatMap((row): LooseFrame[] => {
      const ordinal = rows.number(row, 'ordinal');
      const request = unpackFrame(rows.text(row, 'request'), ordinal, rows.number(row, 'part'));
      const response = rows.textOrNull(row, 'response');
      const answer = response === null ? null : responseFrame(response);
      return [
        { ordinal, role: 'request', frame: request },
        ...(answer ? [{ ordinal: Number.parseInt(answer.key, 10), role: 'response' as const, frame: answer }] : []),
      ];
    })
    .sort((a, b) => a.ordinal - b.ordinal);
}
