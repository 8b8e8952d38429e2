import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matches, parseFilter } from '../../../daemon/model/filter.ts';
import { CALL_COLUMNS, CALL_TABLES, toCallHead } from '../../../daemon/store/callRecord.ts';
import { filterSql } from '../../../daemon/store/filterSql.ts';
import { openStore } from '../../../daemon/store/openStore.ts';
import { bodyTasks, writeBodyWords } from '../../../daemon/store/secondStage.ts';
import { storeStory } from '../../support/storeStory.ts';

function story(t: { after(work: () => void): void }) {
  const { database } = openStore(':memory:', new Date(0));
  t.after(() => database.dispose());
  const tell = storeStory(database);
  tell.end(tell.call({ tool: 'Read_File', turn: 'turn-a' }), { duration_ms: 50, bytes: 5000 });
  tell.end(tell.call({ tool: 'write_file', bytes: 900 }), { outcome: 'error', duration_ms: 1500 });
  tell.call({ tool: 'sleep' });
  tell.end(tell.call({ event: 'request', method: 'sampling/createMessage', tool: null, direction: 's2c' }), {
    outcome: 'cancelled',
    note: 'the server cancelled it',
  });
  tell.end(tell.call({ tool: '100%_"quoted"' }), { outcome: 'timeout', duration_ms: null });
  tell.commit();
  const tasks = bodyTasks(database, 100);
  const words = tasks.map((task, index) => ({
    task,
    summary: ['src/Cart.ts', '/etc/passwd', null, 'message: "Ünïcode"', ''][index] ?? null,
    error_message: index === 1 ? 'EACCES: permission denied' : null,
    request_words: index === 0 ? 'path src/Cart.ts hidden treasure' : null,
    response_words: index === 1 ? 'nothing but trouble' : null,
  }));
  tell.writer.commit(
    (rev) => writeBodyWords(database, words, rev),
    () => [],
  );
  const refuse = database.once(
    'INSERT INTO denials (call, session, decision, reason, mode, at) SELECT n, session, ?, ?, ?, 0 FROM calls WHERE tool = ?',
  );
  refuse.run('would_deny', 'symlink_escape', 'observe', 'Read_File');
  refuse.run('deny', 'credential_file', 'enforce', 'write_file');
  const rows = database
    .sql(`SELECT ${CALL_COLUMNS} FROM ${CALL_TABLES} ORDER BY c.n`)
    .all()
    .map((row) => ({ n: Number(row.n), head: toCallHead(row) }));
  return { database, rows };
}

const FILTERS = [
  '',
  'tool:read',
  'tool:READ_FILE',
  '-tool:file',
  'tool:%',
  'tool:_"',
  'server:filesystem',
  'method:sampling',
  'turn:turn-a',
  '-turn:turn-a',
  'id:call_',
  'id:ses_0000',
  'id:con_',
  'arg:cart',
  'arg:ünÏcode',
  'ÜNÏ',
  '-arg:cart',
  'error:eacces',
  'error:"server cancelled"',
  '-error:eacces',
  'status:error',
  'is:failed',
  'is:would_deny',
  '-is:would_deny',
  'denial:any',
  '-denial:any',
  'denial:credential_file',
  'denial:symlink_escape is:would_deny',
  'denial:host_mount',
  '-is:failed',
  'status:running',
  'event:request',
  'dir:s2c',
  'min:100ms',
  'max:100ms',
  '-min:100ms',
  'larger:1kB',
  'smaller:150',
  '-larger:1kB',
  'write permission',
  '"message: "',
  '%',
  '_',
  "'",
];

test('the database lets the same calls through as the page does', (t) => {
  const { database, rows } = story(t);
  for (const text of FILTERS) {
    const parsed = parseFilter(text);
    assert.ok(parsed.kind === 'filter', text);
    const { sql, values } = filterSql(parsed.filter);
    const found = database
      .once(
        `SELECT c.n FROM calls c JOIN connections k ON k.n = c.connection ${sql ? `WHERE ${sql}` : ''} ORDER BY c.n`,
      )
      .all(...values)
      .map((row) => row.n);
    const expected = rows.filter(({ head }) => matches(parsed.filter, head)).map(({ n }) => n);
    assert.deepEqual(found, expected, text);
  }
});

test('words are found in the full text, too, by their beginning, and whatever they are no syntax', (t) => {
  const { database } = story(t);
  const count = (text: string): number => {
    const parsed = parseFilter(text);
    assert.ok(parsed.kind === 'filter', text);
    const { sql, values } = filterSql(parsed.filter);
    return database.once(`SELECT c.n FROM calls c JOIN connections k ON k.n = c.connection WHERE ${sql}`).all(...values)
      .length;
  };
  const table: [filter: string, found: number][] = [
    ['treasure', 1],
    ['treas', 1],
    ['"hidden treasure"', 1],
    ['"treasure hidden"', 0],
    ['trouble', 1],
    ['-treasure', 4],
    ['treasure trouble', 0],
    ['treasure"', 1],
    ['"trea*"', 1],
    ['NEAR(treasure)', 0],
    ['"text:treasure"', 0],
    ['(', 0],
    ['"a\\"b"', 0],
  ];
  for (const [filter, found] of table) {
    assert.equal(count(filter), found, filter);
  }
});
