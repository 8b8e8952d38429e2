/** Takes back imports that were refused, were not whole, or whose writer died: rows and files. */
import type { Places } from './base/places.ts';
import { listSegments, removeFile } from './journal/prune.ts';
import type { Removed } from './retention.ts';
import type { Database } from './store/database.ts';
import { type FailedImport, failedImports, removeImport } from './store/importRetention.ts';

/** What cannot be removed now is removed another time. */
export function takeBackImports(database: Database, { journal }: Pick<Places, 'journal'>): Removed {
  const taken = failedImports(database).filter((one) => removeFiles(journal, one));
  return {
    removed_session_ids: taken.flatMap(({ session_id }) => session_id ?? []),
    removed_connection_ids: taken.flatMap((one) => database.transaction(() => removeImport(database, one))),
  };
}

/** A journal that is gone must not come back as a new one, so its files go before its position does. */
function removeFiles(journal: string, { import_id }: FailedImport): boolean {
  try {
    for (const file of listSegments(journal)) if (file.connection_id === import_id) removeFile(journal, file.name);
    return true;
  } catch {
    // Some systems keep a file that somebody looks into.
    return false;
  }
}
