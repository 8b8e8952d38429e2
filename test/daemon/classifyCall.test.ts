/** From a journal to what is derived of its calls: gathered, judged, masked, stored and merged into the record. */
import assert from 'node:assert/strict';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeConnectionId } from '../../daemon/base/ids.ts';
import { readBodies, secondStageOf } from '../../daemon/stageB.ts';
import { callsAfter } from '../../daemon/store/callQueries.ts';
import type { Database } from '../../daemon/store/database.ts';
import { treeAfter } from '../../daemon/store/treeQueries.ts';
import { ingested } from '../support/ingested.ts';
import { journalScript } from '../support/journalScript.ts';

const CON = makeConnectionId(1_790_000_000_000, new Uint8Array(10).fill(9));
const call = (id: number, name: string, args: object = {}) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: args },
});
const answer = (id: number, text = 'ok') => ({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text }] } });
const listing = (id: number, ...tools: object[]) => ({ jsonrpc: '2.0', id, result: { tools } });

function everyCall(database: Database) {
  const question = { session_id: null, condition: { sql: '', values: [] }, errors: false, limit: null };
  return callsAfter(database, { ...question, workspace: null, all: true }, 0, 1000, () => null).calls;
}

test('what a list says of a tool counts for the calls after it, in the batch that brings both', async (t) => {
  const { database } = await ingested(t, (journal) => {
    journalScript(journal, CON)
      .open()
      .c2s(call(1, 'peruse'))
      .s2c(answer(1))
      .c2s({ jsonrpc: '2.0', id: 2, method: 'tools/list', params: {} })
      .s2c(listing(2, { name: 'peruse', inputSchema: {}, annotations: { readOnlyHint: true } }))
      .c2s(call(3, 'peruse'))
      .s2c(answer(3));
  });
  const [before, after] = everyCall(database);
  assert.equal(before?.input_summary.operation_class, 'unknown');
  assert.equal(before?.sources.operation_class, undefined);
  assert.equal(after?.input_summary.operation_class, 'read');
  assert.equal(after?.sources.operation_class, 'annotation');
});

test('a restart remembers the lists, and a call is judged again when it ends', async (t) => {
  const place = await ingested(t, (journal) => {
    journalScript(journal, CON)
      .open()
      .c2s({ jsonrpc: '2.0', id: 2, method: 'tools/list', params: {} })
      .s2c(listing(2, { name: 'peruse', inputSchema: {}, annotations: { readOnlyHint: true } }))
      .c2s(call(3, 'peruse', { content: 'fünf €' }));
  });
  const { database } = place;
  const [running] = everyCall(database);
  assert.equal(running?.outcome, 'running');
  assert.equal(running?.input_summary.operation_class, 'read');
  assert.equal(running?.input_summary.content_length, Buffer.byteLength('fünf €'));
  // Everything anew, as `reclassify` asks for it: the same comes out.
  const before = database.sql('SELECT * FROM call_evidence ORDER BY call').all();
  database.sql('UPDATE calls SET todo = todo | 16').run();
  await place.readAll();
  assert.deepEqual(database.sql('SELECT * FROM call_evidence ORDER BY call').all(), before);
  assert.ok(before.length > 0);
});

test('a row carries what it needs, and null where nobody has judged it yet', async (t) => {
  const { database } = await ingested(t, (journal) => {
    journalScript(journal, CON).open().c2s(call(1, 'read_file')).s2c(answer(1));
  });
  const session_id = String(database.sql('SELECT session_id FROM sessions').get()?.session_id);
  const rowsOf = () =>
    treeAfter(database, { session_id, everything: true, condition: { sql: '', values: [] } }, '', 10).rows;
  const [row] = rowsOf();
  assert.equal(row?.kind === 'call' && row.call.evidence?.error_class, null);
  database.sql('DELETE FROM call_evidence').run();
  const [bare] = rowsOf();
  assert.equal(bare?.kind === 'call' && bare.call.evidence, null);
});

test('what retention took is not judged anew: what was found while it was there stays', async (t) => {
  const place = await ingested(t, (journal) => {
    journalScript(journal, CON)
      .open()
      .c2s(call(1, 'create_file', { path: '/w/a', content: 'x' }))
      .s2c(answer(1));
  });
  const { database } = place;
  const before = database.sql('SELECT * FROM call_evidence').all();
  for (const name of readdirSync(place.places.journal)) rmSync(join(place.places.journal, name));
  database.sql('UPDATE calls SET todo = todo | 16').run();
  const bodies = secondStageOf(place.ingest, place.places, database, null);
  while (await readBodies(bodies));
  assert.deepEqual(database.sql('SELECT * FROM call_evidence').all(), before);
});

test('what the user says of a tool counts first, one tool before all of a server', async (t) => {
  const place = await ingested(t, (journal) => {
    const script = journalScript(journal, CON).open({ name: 'desk' });
    script.c2s(call(1, 'delete_desk')).s2c(answer(1)).c2s(call(2, 'delete_chair')).s2c(answer(2));
  });
  const { database } = place;
  database.sql('UPDATE calls SET todo = todo | 16').run();
  const tools = { '*': { retry_safe: true, reversibility: 'reversible' }, delete_desk: { retry_safe: false } } as const;
  const said = () => ({ prices: {}, servers: { desk: { tools } } });
  const bodies = secondStageOf(place.ingest, place.places, database, null, said);
  while (await readBodies(bodies));
  assert.deepEqual(
    everyCall(database).map((one) => [one.retry_safe, one.reversibility, one.sources.retry_safe]),
    [
      [false, 'reversible', 'user'],
      [true, 'reversible', 'user'],
    ],
  );
});
