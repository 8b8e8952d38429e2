/** What can be said of captures only once everything before it is read: done when there is nothing else to do. */
import { compareAgain, doubtfulComparisons } from './store/captureComparison.ts';
import { linkFailure, waitingChanges } from './store/changedRetries.ts';
import type { Database } from './store/database.ts';
import type { Committed, Writer } from './store/writer.ts';

/** Some of what waits, in one commit; null where nothing does. */
export function settle(database: Database, writer: Writer): Committed | null {
  const [changes, comparisons] = [waitingChanges(database), doubtfulComparisons(database)];
  if (changes.length + comparisons.length === 0) return null;
  return writer.commit(
    (rev) => {
      const sessions = [
        ...changes.map((id) => linkFailure(database, id)),
        ...comparisons.map((id) => compareAgain(database, id, rev)),
      ];
      for (const id of sessions) if (id !== null) writer.changed(id);
    },
    () => [],
  );
}
