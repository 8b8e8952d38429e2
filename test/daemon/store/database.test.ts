/** The door to the driver: what it does to statements changes nothing but when they are prepared. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDatabase, steady } from '../../../daemon/store/database.ts';

test('parameters are put behind a plus, question marks in words are left alone', () => {
  assert.equal(
    steady("SELECT 'a?b', 'it''s ?', ? FROM t WHERE x = ? AND y IN (?, ?)"),
    "SELECT 'a?b', 'it''s ?', +? FROM t WHERE x = +? AND y IN (+?, +?)",
  );
});

test('every kind of value comes back as it went in, and is found by what it is', (t) => {
  const database = openDatabase(':memory:', 'write');
  t.after(() => database.dispose());
  database.exec('CREATE TABLE t (n INTEGER PRIMARY KEY, any, text TEXT, real REAL, whole INTEGER)');
  const values = [null, 0, -1.5, 9_007_199_254_740_991, '', '1', 'a?b', '\u{1f600}', new Uint8Array([0, 255])];
  for (const [n, value] of values.entries()) {
    database.sql('INSERT INTO t VALUES (?, ?, ?, ?, ?)').run(n, value, value, value, value);
    const row = database
      .sql('SELECT any, text, ? AS same FROM t WHERE n = ? AND any IS ? LIMIT ?')
      .get(value, n, value, 1);
    assert.deepEqual(row?.any instanceof Uint8Array ? new Uint8Array(row.any) : row?.any, value);
    assert.equal(typeof row?.same, typeof value);
  }
  // A column's own type decides how it is compared, with a parameter as with a plain value.
  assert.equal(database.sql('SELECT count(*) AS n FROM t WHERE text = ?').get('1')?.n, 1);
  assert.equal(database.sql('SELECT count(*) AS n FROM t WHERE whole = ?').get('1')?.n, 1);
  assert.equal(database.sql('SELECT count(*) AS n FROM t WHERE any = ?').get('-1.5')?.n, 0);
});

test('a statement is prepared once, whatever it is asked for', (t) => {
  const database = openDatabase(':memory:', 'write');
  t.after(() => database.dispose());
  database.exec(
    'CREATE TABLE k (n INTEGER PRIMARY KEY, id TEXT); CREATE TABLE c (n INTEGER PRIMARY KEY, k, t REAL); CREATE INDEX c_t ON c(k, t);',
  );
  database.sql('INSERT INTO k VALUES (1, ?)').run('one');
  for (let n = 1; n <= 50; n++) database.sql('INSERT INTO c VALUES (?, 1, ?)').run(n, n);
  const of = database.sql(
    'SELECT k.id, c.n FROM c JOIN k ON k.n = c.k WHERE c.k = ? AND (c.t, c.n) < (?, ?) ORDER BY c.t DESC LIMIT ?',
  );
  // The driver makes what builds its rows when a statement is prepared, and only then.
  const make = globalThis.Function;
  let made = 0;
  globalThis.Function = new Proxy(make, {
    apply(target, self, words) {
      made++;
      return Reflect.apply(target, self, words);
    },
  });
  try {
    for (let n = 2; n <= 50; n++) assert.equal(of.get(1, n, n, 1)?.n, n - 1);
  } finally {
    globalThis.Function = make;
  }
  assert.equal(made, 1);
});

test('an error that ended the transaction by itself, as a full disk does, is told, and the next one works', (t) => {
  const database = openDatabase(':memory:', 'write');
  t.after(() => database.dispose());
  database.exec(`CREATE TABLE t (n INTEGER);
    CREATE TRIGGER full BEFORE INSERT ON t WHEN NEW.n = 2 BEGIN SELECT raise(ROLLBACK, 'disk is full'); END`);
  const insert = (n: number) => database.sql('INSERT INTO t VALUES (?)').run(n);
  const both = () => {
    insert(1);
    insert(2);
  };
  assert.throws(() => database.transaction(both), /disk is full/);
  database.transaction(() => insert(3));
  assert.deepEqual(
    database
      .sql('SELECT n FROM t')
      .all()
      .map(({ n }) => n),
    [3],
  );
});
