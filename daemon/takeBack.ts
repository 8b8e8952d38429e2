/** Takes back imports that were refused, were not whole, or whose writer died: rows and files. */
import type { Places } from './base/places.ts';
import { listSegments, removeFile } from './journal/prune.ts';
import type { Removed } from './retention.ts';
import type { Database } from './store/database.ts';
import { failedImports, removeImport } from './store/importRetention.ts';

export function takeBackImports(database: Database, { journal }: Pick<Places, 'journal'>): Removed {
  const failed = failedImports(database);
  const removed_connection_ids = failed.flatMap((one) => {
    // A journal that is gone must not come back as a new one, so its files go before its position does.
    for (const file of listSegments(journal)) if (file.connection_id === one.import_id) removeFile(journal, file.name);
    return database.transaction(() => removeImport(database, one));
  });
  return { removed_session_ids: failed.flatMap(({ session_id }) => session_id ?? []), removed_connection_ids };
}
