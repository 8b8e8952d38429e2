/**
 * The frames of a bundle that belong to none of its calls: of a session of our own out of the database and, for what the
 * servers said on stderr, out of the journals; of an imported one as its bundle had them.
 */
import type { PlacedFrame } from './exportFrames.ts';
import { stderrFrames } from './journal/stderrFrames.ts';
import type { Database } from './store/database.ts';
import { importedLooseFrames } from './store/importQueries.ts';
import { type CallRange, connectionNumbers, looseFrames, ownOrdinals } from './store/looseFrames.ts';

/** Of one connection; a server that talks without end has more. */
const MOST_FRAMES = 20_000;

export interface LooseSource {
  readonly database: Database;
  /** The folder of the journals. */
  readonly journal: string;
  /** In the order in which they are written. */
  readonly connections: readonly string[];
  readonly range: CallRange;
}

/** @param onLeftOut told once for each connection that has more than a bundle takes, with their number */
export function* ownLooseFrames(source: LooseSource, onLeftOut: (count: number) => void): Generator<PlacedFrame> {
  const numbers = connectionNumbers(source.database, source.range.session);
  for (const connection_id of source.connections) {
    const connection = numbers.get(connection_id);
    if (connection === undefined) continue;
    let count = 0;
    for (const { role, frame } of ofConnection(source, connection_id, connection)) {
      if (count++ < MOST_FRAMES)
        yield { call_id: null, connection_id, journal_id: connection_id, role, frame, imported: null };
    }
    if (count > MOST_FRAMES) onLeftOut(count - MOST_FRAMES);
  }
}

/** In the order of their first bytes. */
function* ofConnection({ database, journal, range }: LooseSource, connectionId: string, connection: number) {
  const isOwn = ownOrdinals(database, connection, range);
  const said = stderrFrames(journal, connectionId);
  let next = said.next();
  function* stderrBefore(ordinal: number) {
    for (; !next.done && next.value.ordinal < ordinal; next = said.next())
      if (isOwn(next.value.ordinal)) yield { role: 'stderr' as const, frame: next.value };
  }
  for (const one of looseFrames(database, connection, range, isOwn)) {
    yield* stderrBefore(one.ordinal);
    yield one;
  }
  yield* stderrBefore(Number.POSITIVE_INFINITY);
}

export function* foreignLooseFrames(database: Database, importId: string): Generator<PlacedFrame> {
  for (const { frame, stored } of importedLooseFrames(database, importId)) {
    const { connection_id, role } = stored;
    yield { call_id: null, connection_id, journal_id: importId, role, frame, imported: stored };
  }
}
