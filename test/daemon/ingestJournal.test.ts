import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeConnectionId } from '../../daemon/base/ids.ts';
import { createIngest } from '../../daemon/ingestJournal.ts';
import { StateLostError } from '../../daemon/journalStates.ts';
import { createRedactor } from '../../daemon/redact/redactor.ts';
import { readBodies, secondStageOf } from '../../daemon/stageB.ts';
import { callFrames, callsAfter } from '../../daemon/store/callQueries.ts';
import type { Database } from '../../daemon/store/database.ts';
import { openStore } from '../../daemon/store/openStore.ts';
import { bodyBacklog } from '../../daemon/store/secondStage.ts';
import { listSessions } from '../../daemon/store/sessionQueries.ts';
import { treeWindow } from '../../daemon/store/treeQueries.ts';
import { journalScript } from '../support/journalScript.ts';

const CON = makeConnectionId(1_790_000_000_000, new Uint8Array(10).fill(7));
const CON2 = makeConnectionId(1_790_000_000_000, new Uint8Array(10).fill(9));
const redactor = await createRedactor({ machineKey: new Uint8Array(32) });
const EVERYTHING = { sql: '', values: [] };
const ALL = { workspace: null, all: true };
const title = (facts: { agent_id: string; first_tools: readonly string[] }) => `${facts.agent_id} ${facts.first_tools}`;

function home(t: { after(work: () => void): void }) {
  const folder = mkdtempSync(join(tmpdir(), 'callgrove-ingest-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const places = { journal: join(folder, 'journal'), artifacts: join(folder, 'artifacts') };
  for (const one of Object.values(places)) mkdirSync(one);
  return { folder, places };
}

async function ingestAll(places: { journal: string; artifacts: string }, database: Database, items = 5000) {
  const notes: string[] = [];
  const ingest = createIngest({
    places,
    database,
    redactor,
    machineKey: null,
    note: (sentence) => notes.push(sentence),
  });
  const bodies = secondStageOf(ingest, places, database, null);
  ingest.follower.scan();
  while (await ingest.once({ items, bytes: 1e9 }));
  while (await readBodies(bodies));
  return { ingest, notes };
}

/** Everything that stands in the database, without what counts commits. */
function dump(database: Database) {
  const calls = callsAfter(
    database,
    { ...ALL, session_id: null, condition: EVERYTHING, errors: false, limit: null },
    0,
    1e6,
    () => null,
  ).calls;
  const sessions = listSessions(database, ALL, null, title).sessions.map(({ rev, ...head }) => head);
  const rows = (sql: string) =>
    database
      .sql(sql)
      .all()
      .map(({ rev, n, call, ...row }) => row);
  return {
    calls,
    sessions,
    raw: rows('SELECT * FROM calls ORDER BY connection, ordinal, part'),
    frames: rows('SELECT * FROM call_frames ORDER BY ordinal, part'),
    strays: rows('SELECT * FROM strays ORDER BY connection, ordinal, part'),
    gaps: rows('SELECT * FROM gaps'),
    turns: rows('SELECT * FROM turns'),
  };
}

function story(journal: string) {
  const con = journalScript(journal, CON).open();
  con.c2s({
    jsonrpc: '2.0',
    id: 0,
    method: 'initialize',
    params: { protocolVersion: '2025-06-18', clientInfo: { name: 'claude-code', version: '2.1' } },
  });
  con.s2c({
    jsonrpc: '2.0',
    id: 0,
    result: { protocolVersion: '2025-06-18', serverInfo: { name: 'secure-fs', version: '0.2' } },
  });
  con.c2s({ jsonrpc: '2.0', method: 'notifications/initialized' });
  con.c2s({
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name: 'read_file', arguments: { path: '/w/a.txt' }, _meta: { progressToken: 1 } },
  });
  con.s2c({
    jsonrpc: '2.0',
    method: 'notifications/progress',
    params: { progressToken: 1, progress: 1, total: 2, message: 'half way' },
  });
  con.s2c({ jsonrpc: '2.0', id: 'x', method: 'sampling/createMessage', params: { messages: [] } });
  con.c2s({ jsonrpc: '2.0', id: 'x', result: { content: { type: 'text', text: 'answer' } } });
  con.s2c({ jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text: 'hello world of files' }] } });
  const line = `${JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'write_file', arguments: { path: '/w/ü.txt' } } })}\n`;
  con
    .raw('c2s', Buffer.from(line).subarray(0, 90))
    .segment()
    .raw('stderr', 'noise\n')
    .raw('c2s', Buffer.from(line).subarray(90));
  con.s2c({
    jsonrpc: '2.0',
    id: 2,
    result: { isError: true, content: [{ type: 'text', text: 'EACCES: not allowed' }] },
  });
  con.raw('s2c', 'this is no json\n');
  con.record('gap', {
    lost_chunks: { c2s: 2, s2c: 1, stderr: 0 },
    bytes: 99,
    reason: 'ENOSPC',
    since: new Date().toISOString(),
    mid_line: { c2s: false, s2c: false },
  });
  con.raw(
    'c2s',
    `${JSON.stringify({ jsonrpc: '2.0', id: 3, method: 'tools/call', params: { name: 'a' } })}\n${JSON.stringify({ jsonrpc: '2.0', id: 4, method: 'tools/call', params: { name: 'b' } })}\n`,
  );
  con.s2c({ jsonrpc: '2.0', id: 4, result: { content: [] } });
  con.exit();
  return con;
}

test('a journal becomes calls, a session, a tree and full text', async (t) => {
  const { folder, places } = home(t);
  story(places.journal);
  const { database } = openStore(join(folder, 'a.db'), new Date());
  t.after(() => database.dispose());
  const { ingest, notes } = await ingestAll(places, database);
  const { calls, sessions } = dump(database);
  assert.deepEqual(notes, []);
  assert.deepEqual(
    calls.map((call) => [call.tool ?? call.method, call.outcome, call.parent_candidates.length, call.summary]),
    [
      ['read_file', 'success', 0, '/w/a.txt'],
      ['sampling/createMessage', 'success', 1, 'messages: []'],
      ['write_file', 'error', 0, '/w/ü.txt'],
      ['a', 'lost', 0, ''],
      ['b', 'success', 0, ''],
    ],
  );
  assert.equal(calls[0]?.progress?.message, 'half way');
  assert.equal(calls[0]?.tool_version, 'secure-fs/0.2');
  assert.equal(calls[2]?.error_message, 'EACCES: not allowed');
  assert.equal(sessions.length, 1);
  const [head] = sessions;
  assert.equal(head?.calls, 5);
  assert.equal(head?.session.tool_calls, 4);
  assert.equal(head?.session.terminal_state, 'partial_success');
  assert.equal(head?.session.frames_lost, 3);
  assert.equal(head?.running_calls, 0);
  assert.equal(ingest.follower.backlogBytes(), 0);
  const question = {
    session_id: head!.session.session_id,
    everything: false,
    condition: EVERYTHING,
    collapsed: [],
    from: 0,
    count: 3,
    follow: true,
  };
  const window = treeWindow(database, question);
  assert.equal(window?.total, 7);
  assert.deepEqual(
    window?.rows.map((row) => (row.kind === 'call' ? row.call.tool : row.kind)),
    ['a', 'b', 'event'],
  );
  assert.deepEqual(
    callFrames(database, calls[0]!.call_id, () => null)?.frames.map(({ role }) => role),
    ['request', 'progress', 'response'],
  );
  assert.equal(database.sql("SELECT count(*) AS n FROM words WHERE words MATCH 'files'").get()?.n, 1);
});

test('what only one call can have caused stands below it, and is not said to be proven', async (t) => {
  const { folder, places } = home(t);
  const con = journalScript(places.journal, CON).open({
    root_evidence: { CLAUDE_PROJECT_DIR: folder },
  });
  const ask = (id: string) => con.s2c({ jsonrpc: '2.0', id, method: 'elicitation/create', params: { message: id } });
  const answer = (id: string) => con.c2s({ jsonrpc: '2.0', id, result: { action: 'accept' } });
  const call = (id: number) => {
    const _meta = { 'vscode.requestId': 'turn1' };
    const args = { path: join(folder, 'src', `${id}.ts`) };
    con.c2s({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: `tool${id}`, arguments: args, _meta } });
  };
  call(1);
  ask('one');
  con.s2c({ jsonrpc: '2.0', id: 'roots', method: 'roots/list' });
  answer('one');
  call(2);
  ask('either');
  answer('either');
  for (const id of [1, 2]) con.s2c({ jsonrpc: '2.0', id, result: { content: [] } });
  con.exit();
  for (const items of [1, 5000]) {
    const { database } = openStore(join(folder, `${items}.db`), new Date());
    await ingestAll(places, database, items);
    const session_id = dump(database).sessions[0]!.session.session_id;
    const question = { session_id, everything: false, condition: EVERYTHING, from: 0, count: 100, follow: false };
    const shown = (collapsed: string[]) =>
      treeWindow(database, { ...question, collapsed })?.rows.map((row) =>
        row.kind === 'call'
          ? `${row.call.depth} ${row.call.summary} <${row.call.children} ?${row.call.parent_candidates} ${row.call.parent_call_id}`
          : row.kind,
      );
    assert.deepEqual(shown([]), [
      'turn',
      '0 src/1.ts <1 ?0 null',
      // A step more: it names no turn, and stands below a call that does.
      '2 one <0 ?1 null',
      '0 src/2.ts <0 ?0 null',
      '0 either <0 ?2 null',
    ]);
    const [first] = dump(database).calls;
    assert.equal(shown([first!.call_id])?.length, 4, 'it folds with the call that it stands below');
    assert.equal(dump(database).calls[1]?.parent_call_id, null);
    assert.deepEqual(dump(database).calls[1]?.parent_candidates, [first!.call_id]);
    database.dispose();
  }
});

test('stopped after any record, it goes on to the same rows', async (t) => {
  const { folder, places } = home(t);
  const con = story(places.journal);
  const whole = openStore(join(folder, 'whole.db'), new Date());
  await ingestAll(places, whole.database);
  const expected = dump(whole.database);
  whole.database.dispose();
  for (let stop = 1; stop <= con.boundaries.length; stop++) {
    const file = join(folder, `stop-${stop}.db`);
    const first = openStore(file, new Date());
    const ingest = createIngest({ places, database: first.database, redactor, machineKey: null, note: () => {} });
    ingest.follower.scan();
    await ingest.once({ items: stop, bytes: 1e9 });
    first.database.dispose();
    const second = openStore(file, new Date());
    await ingestAll(places, second.database);
    assert.deepEqual(dump(second.database), expected, `stopped after ${stop} records`);
    second.database.dispose();
  }
});

test('what the user said survives the loss of the database', async (t) => {
  const { folder, places } = home(t);
  story(places.journal);
  const probe = journalScript(places.journal, CON2).open({ process_chain: [] });
  probe.c2s({ jsonrpc: '2.0', id: 0, method: 'server/discover' }).s2c({ jsonrpc: '2.0', id: 0, result: {} }).exit();
  const first = openStore(join(folder, 'first.db'), new Date());
  await ingestAll(places, first.database);
  const id = dump(first.database).sessions[0]!.session.session_id;
  const own = journalScript(places.journal, 'daemon_0', 1_790_000_900_000);
  own
    .record('label', { session_id: id, label: 'mine' })
    .record('pin', { session_id: id, pinned: true })
    .record('label', { session_id: id, label: 'yours' });
  await ingestAll(places, first.database);
  const second = openStore(join(folder, 'second.db'), new Date());
  await ingestAll(places, second.database);
  assert.deepEqual(dump(second.database), dump(first.database));
  const { sessions } = dump(second.database);
  assert.equal(sessions.length, 1, 'a probe makes no session that is listed');
  assert.equal(sessions[0]?.session.label, 'yours');
  assert.equal(sessions[0]?.session.pinned, true);
  first.database.dispose();
  second.database.dispose();
});

test('a killed proxy loses its open calls, and nothing else', async (t) => {
  const { folder, places } = home(t);
  const con = journalScript(places.journal, CON).open();
  con.c2s({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'slow' } });
  con.raw('s2c', '{"jsonrpc":"2.0","id":1,"res');
  const { database } = openStore(join(folder, 'a.db'), new Date());
  t.after(() => database.dispose());
  const { ingest } = await ingestAll(places, database);
  assert.equal(dump(database).sessions[0]?.session.terminal_state, 'running');
  await ingest.end([CON]);
  const { calls, sessions, strays } = dump(database);
  assert.equal(calls[0]?.outcome, 'lost');
  assert.equal(sessions[0]?.session.terminal_state, 'lost');
  assert.equal(strays.length, 1);
});

for (const [direction, state] of [
  ['s2c', 'success'],
  ['c2s', 'lost'],
] as const) {
  test(`a session without tool calls, whose last request (${direction}) nobody answered: ${state}`, async (t) => {
    const { folder, places } = home(t);
    const con = journalScript(places.journal, CON).open();
    con.c2s({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
    con.s2c({ jsonrpc: '2.0', id: 1, result: { tools: [] } });
    con[direction]({ jsonrpc: '2.0', id: 2, method: direction === 's2c' ? 'roots/list' : 'ping' });
    const { database } = openStore(join(folder, 'a.db'), new Date());
    t.after(() => database.dispose());
    const { ingest } = await ingestAll(places, database);
    await ingest.end([CON]);
    assert.equal(dump(database).sessions[0]?.session.terminal_state, state);
  });
}

test('under another machine key it does not go on from what it cannot read', async (t) => {
  const { folder, places } = home(t);
  story(places.journal);
  const { database } = openStore(join(folder, 'a.db'), new Date());
  t.after(() => database.dispose());
  await ingestAll(places, database);
  const options = { places, database, redactor, machineKey: new Uint8Array(32).fill(1), note: () => {} };
  assert.throws(() => createIngest(options), StateLostError);
});

test('bodies are left as soon as the thread is wanted elsewhere, and what has been read of them is kept', async (t) => {
  const { folder, places } = home(t);
  const con = journalScript(places.journal, CON).open();
  const count = 150;
  for (let id = 0; id < count; id++)
    con.c2s({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'read', arguments: { path: `/w/${id}` } } });
  const { database } = openStore(join(folder, 'callgrove.db'), new Date());
  t.after(() => database.dispose());
  const ingest = createIngest({ places, database, redactor, machineKey: null, note: () => {} });
  const bodies = secondStageOf(ingest, places, database, null);
  ingest.follower.scan();
  while (await ingest.once());
  assert.equal(bodyBacklog(database), count);
  assert.ok(await readBodies(bodies, 1000, () => true));
  const left = bodyBacklog(database);
  assert.ok(left > 0 && left < count, String(left));
  assert.ok(await readBodies(bodies, 1000, () => false));
  assert.equal(bodyBacklog(database), 0);
  assert.equal(await readBodies(bodies), null);
});
