/** The doctor's look at the database: its schema, its size, whether SQLite finds it whole. Opens it read-only. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { placesOf } from '../base/places.ts';
import { bytesText } from '../model/bytesText.ts';
import { openDatabase } from '../store/database.ts';
import { MIGRATIONS, schemaVersion } from '../store/migrations.ts';
import { type Check, fail, ok, reasonOf } from './check.ts';

/** A larger file takes too long to look through. */
const QUICK_BYTES = 500_000_000;

/** @param running a daemon is up: then there has to be one */
export function checkDatabase(home: string, running = false): Check[] {
  const name = 'database';
  const file = placesOf(home, join).database;
  const rebuild = `callgrove daemon stop, then move ${file} away: it is rebuilt from the journal.`;
  const sizes = [file, `${file}-wal`].map((path) => statSync(path, { throwIfNoEntry: false })?.size);
  if (sizes[0] === undefined && running)
    return [
      fail(name, `${file} was removed while the daemon runs`, 'callgrove daemon stop: the next daemon rebuilds it.'),
    ];
  if (sizes[0] === undefined) return [ok(name, 'not there yet; the daemon makes it from the journal')];
  const size = sizes[0] + (sizes[1] ?? 0);
  if (Number(process.versions.napi) < 10)
    return [ok(name, `${bytesText(size)}; only Node 22.14 or later can look into it`)];
  try {
    const database = openDatabase(file, 'read', 2_000);
    try {
      const version = schemaVersion(database);
      if (version > MIGRATIONS.length) {
        return [
          fail(
            name,
            `${file} has schema ${version}, this callgrove knows ${MIGRATIONS.length}`,
            'Use the newer callgrove that wrote it.',
          ),
        ];
      }
      const whole = size > QUICK_BYTES ? 'too large to look through here' : database.pragma('quick_check(1)');
      if (whole === 'ok') return [ok(name, `schema ${version}, ${bytesText(size)}, whole`)];
      if (size > QUICK_BYTES) return [ok(name, `schema ${version}, ${bytesText(size)}, ${whole}`)];
      return [fail(name, `${file} is damaged: ${whole}`, rebuild)];
    } finally {
      database.dispose();
    }
  } catch (error) {
    return [fail(name, `${file} cannot be read: ${reasonOf(error)}`, rebuild)];
  }
}
