import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openDatabase, TimeLimitError } from '../../../daemon/store/database.ts';
import { takeLock } from '../../../daemon/store/lock.ts';
import { MIGRATIONS, migrate, schemaVersion } from '../../../daemon/store/migrations.ts';
import { openStore } from '../../../daemon/store/openStore.ts';

const NOW = new Date('2026-01-02T03:04:05.678Z');

function folder(t: { after(work: () => void): void }): string {
  const made = mkdtempSync(join(tmpdir(), 'callgrove-store-'));
  t.after(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

test('a new file is private, has the newest schema and an epoch that stays', (t) => {
  const file = join(folder(t), 'a.db');
  const first = openStore(file, NOW);
  assert.equal(first.fresh, true);
  assert.equal(schemaVersion(first.database), MIGRATIONS.length);
  if (process.platform !== 'win32')
    for (const tail of ['', '-wal', '-shm']) assert.equal(statSync(file + tail).mode & 0o777, 0o600);
  first.database.dispose();
  const second = openStore(file, NOW);
  assert.equal(second.epoch, first.epoch);
  assert.equal(second.fresh, false);
  second.database.dispose();
});

test('a file of a later version is refused by name and left as it is', (t) => {
  const file = join(folder(t), 'a.db');
  const store = openStore(file, NOW);
  store.database.pragma('user_version = 99');
  store.database.dispose();
  assert.throws(
    () => openStore(file, NOW),
    (error: Error) => error.message.includes(file) && error.message.includes('99'),
  );
  assert.deepEqual(
    readdirSync(join(file, '..')).filter((name) => name.includes('damaged')),
    [],
  );
});

test('a damaged file is moved aside and made anew', (t) => {
  const file = join(folder(t), 'a.db');
  writeFileSync(file, 'this is no database, but it is longer than a header would be '.repeat(100));
  const store = openStore(file, NOW);
  assert.match(store.note ?? '', /damaged/);
  assert.equal(store.fresh, true);
  store.database.dispose();
  assert.ok(existsSync(`${file}.damaged-2026-01-02T03-04-05-678Z`));
});

test('a migration that fails leaves the version before it', (t) => {
  const database = openDatabase(join(folder(t), 'a.db'), 'write');
  assert.throws(() => migrate(database, ['CREATE TABLE a (x)', 'CREATE TABLE b (x); CREATE TABLE a (x)']));
  assert.equal(schemaVersion(database), 1);
  assert.equal(database.sql("SELECT count(*) AS n FROM sqlite_schema WHERE name = 'b'").get()?.n, 0);
  database.dispose();
});

test('a statement that asks for its limit ends at it', (t) => {
  const database = openDatabase(join(folder(t), 'a.db'), 'write');
  const endless =
    'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c WHERE within(x)';
  assert.throws(() => database.limited(20, () => database.once(endless).get()), TimeLimitError);
  assert.equal(database.sql('SELECT 1 AS one').get()?.one, 1);
  database.dispose();
});

test('one holds the lock at a time', (t) => {
  const file = join(folder(t), 'lock');
  const first = takeLock(file);
  assert.ok(first);
  assert.equal(takeLock(file), null);
  first.dispose();
  const second = takeLock(file);
  assert.ok(second);
  second.dispose();
});
