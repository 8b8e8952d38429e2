/** How a server ended, from the journal to the rows, records and lines that people see. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeConnectionId } from '../../daemon/base/ids.ts';
import { rowLines } from '../../daemon/cli/callLine.ts';
import { makePaint } from '../../daemon/cli/paint.ts';
import type { TreeRow } from '../../daemon/protocol/feed.ts';
import { readCall } from '../../daemon/store/callQueries.ts';
import type { Database } from '../../daemon/store/database.ts';
import { listSessions } from '../../daemon/store/sessionQueries.ts';
import { treeAfter, treeWindow } from '../../daemon/store/treeQueries.ts';
import { ingested } from '../support/ingested.ts';
import { type JournalScript, journalScript } from '../support/journalScript.ts';

const CON = makeConnectionId(1_790_000_000_000, new Uint8Array(10).fill(7));
const CON2 = makeConnectionId(1_790_000_000_000, new Uint8Array(10).fill(9));
const call = (id: number) => ({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: `tool${id}` } });
const answer = (id: number) => ({ jsonrpc: '2.0', id, result: { content: [] } });
const drawing = { terminal: { columns: 100, unicode: true }, paint: makePaint({ colour: false }), now: 0 };

const headOf = (database: Database) =>
  listSessions(database, { workspace: null, all: true }, null, () => 'title').sessions[0]!;

function rowsOf(database: Database, everything = false): TreeRow[] {
  const question = { session_id: headOf(database).session.session_id, everything, condition: { sql: '', values: [] } };
  const { rows } = treeAfter(database, question, '', 100);
  const window = treeWindow(database, { ...question, collapsed: [], from: 0, count: 100, follow: false });
  assert.deepEqual(window?.rows, rows);
  assert.equal(window?.total, rows.length, 'what is counted is what is there');
  return rows;
}

const drawn = (rows: readonly TreeRow[]) => rows.flatMap((row) => rowLines(row, drawing, 0).map((line) => line.trim()));

async function ended(t: { after(work: () => void): void }, tell: (con: JournalScript) => JournalScript) {
  const { database } = await ingested(t, (journal) => void tell(journalScript(journal, CON).open()));
  return database;
}

const signal = (name: string) => ['signal', { signal: name, to: 'proxy', reason: 'received' }] as const;
const died = (name: string) => ['exit', { code: null, signal: name, error: null }] as const;

test('a crash is told where it happened, and by every call that was lost in it', async (t) => {
  const database = await ended(t, (con) => con.c2s(call(1)).s2c(answer(1)).c2s(call(2)).exit(3));
  const rows = rowsOf(database);
  assert.deepEqual(
    rows.map(({ kind }) => kind),
    ['call', 'call', 'event'],
  );
  assert.deepEqual(drawn(rows).slice(2), [
    'no answer seen; may have reached the server; the server ended with exit code 3',
    '⏻ fs: The server ended with exit code 3, 1 request lost',
  ]);
  const [, lost] = rows;
  const record = lost?.kind === 'call' ? readCall(database, lost.call.call_id, () => null) : null;
  assert.equal(record?.outcome, 'lost');
  const { error_class, error_code, read_from } = record?.error ?? {};
  assert.deepEqual([error_class, error_code, read_from], ['server_crashed', '3', 'exit']);
  assert.equal(headOf(database).session.terminal_state, 'partial_success');
});

test('a signal that nobody sent through us is a crash, one that was passed on is not', async (t) => {
  const crashed = await ended(t, (con) =>
    con
      .c2s(call(1))
      .s2c(answer(1))
      .record(...died('SIGSEGV')),
  );
  assert.deepEqual(drawn(rowsOf(crashed)).at(-1), '⏻ fs: The server was ended by SIGSEGV');
  const stopped = await ended(t, (con) =>
    con
      .c2s(call(1))
      .s2c(answer(1))
      .record(...signal('SIGTERM'))
      .record(...died('SIGTERM')),
  );
  assert.equal(rowsOf(stopped).length, 1, 'an end that was asked for is no news');
  assert.equal(drawn(rowsOf(stopped, true)).at(-1), '⏻ fs: The server was stopped (SIGTERM)');
  const inCall = await ended(t, (con) =>
    con
      .c2s(call(1))
      .record(...signal('SIGTERM'))
      .record(...died('SIGTERM')),
  );
  const [row, event] = rowsOf(inCall);
  assert.match(row?.kind === 'call' ? String(row.call.outcome_note) : '', /; the server was stopped \(SIGTERM\)$/);
  assert.equal(event?.kind, 'event', 'calls were lost in it');
  const record = row?.kind === 'call' ? readCall(inCall, row.call.call_id, () => null) : null;
  assert.equal(record?.error?.error_class, 'transport_error');
});

test('a server that ended as it should is in the tree only where everything is', async (t) => {
  const database = await ended(t, (con) => con.c2s(call(1)).s2c(answer(1)).exit());
  assert.equal(rowsOf(database).length, 1);
  assert.equal(drawn(rowsOf(database, true)).at(-1), '⏻ fs: The server ended with exit code 0');
});

test('a server that never started makes a failed session that says why', async (t) => {
  const error = 'spawn no-such-server ENOENT';
  const database = await ended(t, (con) => con.record('exit', { code: null, signal: null, error }));
  assert.deepEqual(drawn(rowsOf(database)), [`⏻ fs: The server could not be started: ${error}`]);
  const head = headOf(database);
  assert.equal(head.session.terminal_state, 'failed');
  assert.deepEqual([head.calls, head.folded, head.servers], [0, false, ['fs']]);
});

test('beside servers that work it stands in the same session, at its time', async (t) => {
  const { database } = await ingested(t, (journal) => {
    const works = journalScript(journal, CON).open().c2s(call(1)).s2c(answer(1));
    const broken = journalScript(journal, CON2, 1_790_000_001_000).open({ name: 'broken' });
    broken.record('exit', { code: null, signal: null, error: 'spawn x ENOENT' });
    works.wait(5000).c2s(call(2)).s2c(answer(2)).exit();
  });
  assert.deepEqual(
    rowsOf(database).map((row) => (row.kind === 'call' ? row.call.tool : row.kind)),
    ['tool1', 'event', 'tool2'],
  );
  assert.deepEqual(headOf(database).servers.toSorted(), ['broken', 'fs']);
  assert.equal(headOf(database).session.terminal_state, 'success');
});

test('a killed proxy is the reason of what was lost with it', async (t) => {
  const { database, ingest } = await ingested(t, (journal) => void journalScript(journal, CON).open().c2s(call(1)));
  await ingest.end([CON]);
  const [row, event] = rowsOf(database);
  assert.match(row?.kind === 'call' ? String(row.call.outcome_note) : '', /; the proxy that recorded it was killed$/);
  assert.deepEqual(event?.kind === 'event' && [event.how, event.exit, event.lost_calls], ['killed', null, 1]);
});

test('an HTTP connection that the agent ended is no crash of a server', async (t) => {
  const http = { transport: 'http' as const, url: 'https://h.example/mcp', name: null, argv: [] };
  const { database } = await ingested(t, (journal) => {
    journalScript(journal, CON)
      .open(http)
      .c2s(call(1))
      .record(...signal('SIGTERM'))
      .record(...died('SIGTERM'));
  });
  const [row] = rowsOf(database);
  assert.match(
    row?.kind === 'call' ? String(row.call.outcome_note) : '',
    /; the agent ended the connection \(SIGTERM\)$/,
  );
});
