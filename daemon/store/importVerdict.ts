/** Decides whether an import may stand beside what is here. */
import type { ImportRecord } from '../protocol/imported.ts';
import type { Database } from './database.ts';

export interface ImportVerdict {
  readonly reason: string | null;
  /** Whoever imports it sees as much by what is there. */
  readonly isTold: boolean;
}

/** What is ours, or imported before, is not imported over it. */
export function whyNotImport(database: Database, { manifest, session }: ImportRecord): ImportVerdict {
  const because = (reason: string | null, isTold = false): ImportVerdict => ({ reason, isTold });
  const id = session.session.session_id;
  if (manifest.session_id !== id) return because('its manifest names another session');
  const before = database
    .sql(
      `SELECT k.ended_how FROM imports i JOIN connections k ON k.connection_id = i.import_id
       WHERE i.session_id = ? AND i.refused IS NULL`,
    )
    .get(id);
  if (before?.ended_how === 'exit') return because(`session ${id} was imported before`, true);
  if (before) return because(`session ${id} is being imported: try again when that is over`);
  if (database.sql('SELECT 1 FROM sessions WHERE session_id = ?').get(id))
    return because(`session ${id} is one of this machine`, true);
  for (const { connection_id } of session.connections) {
    if (!/^con_[0-9a-z]{26}$/.test(connection_id)) return because('it names a connection that none of Callgrove is');
    const row = database.sql('SELECT imported FROM connections WHERE connection_id = ?').get(connection_id);
    if (row && row.imported !== 1) return because(`connection ${connection_id} was recorded on this machine`);
  }
  return because(null);
}
