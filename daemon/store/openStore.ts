/**
 * Opens the daemon's database for writing: made when it is missing, copied before it is migrated, moved aside when it
 * is damaged. What stands in it can always be read again from the journal, so a damaged file is never repaired.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Database, openDatabase } from './database.ts';
import { MIGRATIONS, migrate, schemaVersion } from './migrations.ts';

export interface OpenedStore {
  readonly database: Database;
  /** Another one for every newly made file. */
  readonly epoch: string;
  /** True where the file is new and the journal has to be read from its start. */
  readonly fresh: boolean;
  /** Why an earlier file was set aside; null where none was. */
  readonly note: string | null;
}

/**
 * @throws NewerDatabaseError for a file that a later Callgrove wrote: it is left as it is
 */
export function openStore(file: string, now: Date): OpenedStore {
  try {
    return open(file, null);
  } catch (error) {
    if (!isDamage(error)) throw error;
    return open(file, setAside(file, now));
  }
}

/**
 * Moves a database that cannot be gone on with out of the way, and says so in a sentence. The next `openStore` makes a
 * new one. One such file is kept.
 */
export function setAside(file: string, now: Date, why = 'was damaged'): string {
  const mark = `${basename(file)}.damaged-`;
  for (const name of readdirSync(dirname(file)))
    if (name.startsWith(mark)) rmSync(join(dirname(file), name), { force: true });
  const aside = `${file}.damaged-${now.toISOString().replace(/[:.]/g, '-')}`;
  renameSync(file, aside);
  for (const tail of ['-wal', '-shm']) rmSync(file + tail, { force: true });
  return `The database ${why} and is rebuilt from the journal; the old file is ${aside}.`;
}

function open(file: string, note: string | null): OpenedStore {
  const fresh = !existsSync(file);
  const database = openDatabase(file, 'write');
  try {
    // Has to come before the first table, and lets pruning give pages back without rewriting the file.
    if (fresh) database.pragma('auto_vacuum = INCREMENTAL');
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = NORMAL');
    database.pragma('wal_autocheckpoint = 4000');
    database.pragma('cache_size = -32000');
    const version = schemaVersion(database);
    if (version > 0 && version < MIGRATIONS.length) copyBefore(database, version);
    migrate(database);
    database.sql("INSERT OR IGNORE INTO meta VALUES ('epoch', ?), ('rev', '0')").run(randomUUID());
    return { database, epoch: readMeta(database, 'epoch') ?? '', fresh: version === 0, note };
  } catch (error) {
    database.dispose();
    throw error;
  }
}

export function readMeta(database: Database, name: string): string | null {
  const row = database.sql('SELECT value FROM meta WHERE name = ?').get(name);
  return row && typeof row.value === 'string' ? row.value : null;
}

export function writeMeta(database: Database, name: string, value: string): void {
  database.sql('INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value').run(name, value);
}

/** A whole copy beside the file, for the case that a migration turns out wrong. One is kept for each version. */
function copyBefore(database: Database, version: number): void {
  const copy = `${database.file}.schema-${version}`;
  rmSync(copy, { force: true });
  database.sql('VACUUM INTO ?').run(copy);
}

/** Is this error the database file's own damage? It may show at any statement, not only when the file is opened. */
export function isDamage(error: unknown): boolean {
  if (!(error instanceof Error && 'code' in error)) return false;
  const code = String(error.code);
  return code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB';
}
