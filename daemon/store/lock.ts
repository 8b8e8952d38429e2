/** The lock that makes one daemon of many: a SQLite file held by `BEGIN EXCLUSIVE`, which kill -9 releases. */
import { type Disposable, toDisposable } from '../base/lifecycle.ts';
import { openDatabase } from './database.ts';

/** Holds the lock until disposed or until the process ends; null where another process holds it. */
export function takeLock(file: string): Disposable | null {
  const database = openDatabase(file, 'write', 0);
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.dispose();
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY')) return null;
    throw error;
  }
  return toDisposable(() => database.dispose());
}
