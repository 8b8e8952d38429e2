/** Repetitions as a session's journals hold them: counted, told, and the same whatever order the journals are read in. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeConnectionId } from '../../daemon/base/ids.ts';
import { callsAfter } from '../../daemon/store/callQueries.ts';
import type { Database } from '../../daemon/store/database.ts';
import { readFindings } from '../../daemon/store/trailQueries.ts';
import { treeAfter } from '../../daemon/store/treeQueries.ts';
import { ingested } from '../support/ingested.ts';
import { journalScript } from '../support/journalScript.ts';

const id = (n: number) => makeConnectionId(1_790_000_000_000 + n, new Uint8Array(10).fill(n));
const call = (n: number, name: string, args: object = {}) => ({
  jsonrpc: '2.0',
  id: n,
  method: 'tools/call',
  params: { name, arguments: args },
});
const answer = (n: number, text = 'ok', isError = false) => ({
  jsonrpc: '2.0',
  id: n,
  result: { content: [{ type: 'text', text }], isError },
});

const callsOf = (database: Database) => {
  const question = { session_id: null, condition: { sql: '', values: [] }, errors: false, limit: null };
  return callsAfter(database, { ...question, workspace: null, all: true }, 0, 1000, () => null)
    .calls.filter(({ event }) => event === 'tool_call')
    .sort((a, b) => a.timestamp.localeCompare(b.timestamp));
};
const sessionOf = (database: Database) => String(database.sql('SELECT session_id FROM sessions').get()?.session_id);

test('a message that is sent again after it was lost: an attempt, a retry, and unsafe', async (t) => {
  const args = { to: 'ada', text: 'hello' };
  const { database } = await ingested(t, (journal) => {
    // The server dies with the first; the agent starts it again.
    journalScript(journal, id(1))
      .open({ name: 'mail' })
      .c2s(call(1, 'send_message', args))
      .exit(1);
    journalScript(journal, id(2), 1_790_000_060_000)
      .open({ name: 'mail' })
      .c2s(call(1, 'send_message', args))
      .s2c(answer(1))
      .c2s(call(2, 'send_message', { ...args, text: 'another' }))
      .s2c(answer(2));
  });
  const [first, second, other] = callsOf(database);
  assert.deepEqual([first?.attempt, first?.retry_of], [1, null]);
  assert.deepEqual([second?.attempt, second?.retry_of], [2, first?.call_id]);
  assert.deepEqual([other?.attempt, other?.retry_of], [1, null]);
  const [finding, ...more] = readFindings(database, sessionOf(database));
  assert.deepEqual([finding?.kind, finding?.call_id, more.length], ['unsafe_repeat', second?.call_id, 0]);
  assert.deepEqual(second?.findings, [finding?.finding_id]);
  const question = { session_id: sessionOf(database), everything: false, condition: { sql: '', values: [] } };
  const row = treeAfter(database, question, '', 10).rows.find(
    (one) => one.kind === 'call' && one.call.call_id === second?.call_id,
  );
  assert.deepEqual(row?.kind === 'call' && row.call.findings, ['unsafe_repeat']);
  assert.equal(row?.kind === 'call' && row.call.evidence?.attempt, 2);
});

test('ids that only look like chance tell two calls apart', async (t) => {
  const { database } = await ingested(t, (journal) => {
    const script = journalScript(journal, id(1)).open();
    for (const [n, key] of ['6f1c1f0a-0000-4000-8000-000000000001', '6f1c1f0a-0000-4000-8000-000000000002'].entries())
      script.c2s(call(n, 'create_order', { key })).s2c(answer(n));
  });
  assert.deepEqual(
    callsOf(database).map(({ attempt }) => attempt),
    [1, 1],
  );
});

test('attempts are counted in the order of time, in whichever order they are read', async (t) => {
  const place = await ingested(t, (journal) => {
    journalScript(journal, id(2), 1_790_000_060_000).open().c2s(call(1, 'probe')).s2c(answer(1));
  });
  assert.deepEqual(
    callsOf(place.database).map(({ attempt }) => attempt),
    [1],
  );
  // The journal of an earlier connection is found later.
  const earlier = journalScript(place.places.journal, id(1)).open();
  for (let n = 1; n <= 2; n++) earlier.c2s(call(n, 'probe')).s2c(answer(n, 'no', true));
  await place.readAll();
  const list = callsOf(place.database);
  assert.deepEqual(
    list.map(({ attempt }) => attempt),
    [1, 2, 3],
  );
  assert.equal(list[2]?.retry_of, list[1]?.call_id);
});

test('a storm and a circle are one finding each', async (t) => {
  const { database } = await ingested(t, (journal) => {
    const script = journalScript(journal, id(1)).open();
    for (let n = 0; n < 8; n++) script.c2s(call(n, 'probe')).s2c(answer(n, 'HTTP 503', true));
    for (let n = 10; n < 20; n++) script.c2s(call(n, n % 2 ? 'get_a' : 'get_b')).s2c(answer(n, n % 2 ? 'a' : 'b'));
  });
  assert.deepEqual(
    readFindings(database, sessionOf(database)).map(({ kind }) => kind),
    ['retry_storm', 'loop'],
  );
});
