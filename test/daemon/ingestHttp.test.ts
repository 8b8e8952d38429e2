/** What an HTTP server's journal becomes: the address, the last status, and failures on the way as what they are. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createAnswers } from '../../daemon/answers.ts';
import { makeConnectionId } from '../../daemon/base/ids.ts';
import { createIngest } from '../../daemon/ingestJournal.ts';
import { httpText } from '../../daemon/model/httpText.ts';
import type { HttpExchange } from '../../daemon/protocol/journal.ts';
import { type Failure, failureLine, failureOfStatus, failureOfWay } from '../../daemon/proxy/httpFailure.ts';
import { createRedactor } from '../../daemon/redact/redactor.ts';
import { callsAfter } from '../../daemon/store/callQueries.ts';
import { openStore } from '../../daemon/store/openStore.ts';
import { ingested } from '../support/ingested.ts';
import { journalScript } from '../support/journalScript.ts';

const CON = makeConnectionId(1_790_000_000_000, new Uint8Array(10).fill(7));

const told = (id: string, status: number | null, failure: Failure | null): HttpExchange => ({
  m: 100,
  method: 'POST',
  ids: [id],
  status,
  request_headers: null,
  response_headers: null,
  headers_ms: null,
  end_ms: 2,
  reconnects: 0,
  failure: failure && {
    error_class: failure.error_class,
    message: failure.message,
    code: failure.code,
    may_have_run: failure.may_have_run,
  },
  own_answer: failure !== null,
});
const ALL = {
  ...{ workspace: null, all: true, session_id: null, errors: false, limit: null },
  condition: { sql: '', values: [] },
};
const call = (id: number) => ({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'echo', arguments: {} } });

test('failures on the way are no answers of the server; one that may have run is lost', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'callgrove-http-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const places = { journal: join(folder, 'journal'), artifacts: join(folder, 'artifacts') };
  for (const one of Object.values(places)) mkdirSync(one);
  const refused = failureOfStatus({
    shown: 'http://h/mcp',
    status: 401,
    wwwAuthenticate: 'Bearer',
    retryAfter: undefined,
    location: undefined,
    credential: 'none',
    inSession: false,
    said: null,
  });
  const broken = failureOfWay('http://h/mcp', 'ECONNRESET', true);
  const own = (id: number, failure: Failure) => failureLine(String(id), failure);
  const con = journalScript(places.journal, CON).open({
    transport: 'http',
    url: 'https://h.example/mcp',
    headers: { authorization: '01234567' },
    name: null,
    argv: [],
  });
  con
    .c2s(call(1))
    .record('http', { exchanges: [told('1', 401, refused)] })
    .raw('s2c', own(1, refused));
  con
    .c2s(call(2))
    .record('http', { exchanges: [told('2', null, broken)] })
    .raw('s2c', own(2, broken));
  // The same words from the server itself, without the proxy's record before them, are the server's.
  con
    .c2s(call(3))
    .raw('s2c', own(3, refused))
    .record('http', { exchanges: [told('3', 200, null)] });
  con.record('http', { exchanges: 'no list' }).exit();

  const { database } = openStore(join(folder, 'callgrove.db'), new Date());
  const redactor = await createRedactor({ machineKey: new Uint8Array(32) });
  const ingest = createIngest({ places, database, redactor, machineKey: new Uint8Array(32), note: () => {} });
  ingest.follower.scan();
  // One record a turn: what is remembered between the record and the line goes through the database.
  while (await ingest.once({ items: 1, bytes: 1e9 }));
  const { calls } = callsAfter(database, ALL, 0, 100, () => null);
  assert.deepEqual(
    calls.map(({ outcome, layers }) => [outcome, layers]),
    [
      ['error', { transport: 'error', rpc: null, tool: null }],
      ['lost', { transport: 'error', rpc: null, tool: null }],
      ['error', { transport: 'ok', rpc: 'error', tool: null }],
    ],
  );
  const answers = createAnswers({ database, places, redactor, machineKey: new Uint8Array(32) });
  const transports = await Promise.all(calls.map(async ({ call_id }) => (await answers.detail(call_id))?.transport));
  assert.deepEqual(
    transports.map((transport) => [transport?.url, transport?.exchanges.map(httpText)]),
    [
      ['https://h.example/mcp', [`POST 401, 2.0 ms; auth_missing: ${refused.message}`]],
      ['https://h.example/mcp', [`POST without an answer, 2.0 ms; transport_error: ${broken.message}`]],
      ['https://h.example/mcp', ['POST 200, 2.0 ms']],
    ],
  );
  const [row] = database.sql('SELECT server, url, http_status FROM connections').all();
  assert.deepEqual({ ...row }, { server: 'h.example', url: 'https://h.example/mcp', http_status: 200 });
});

test('a refusal whose exchange is told after its call was judged is judged once more', async (t) => {
  const headers = { 'retry-after': '7', 'x-ratelimit-limit': '60', 'x-ratelimit-remaining': '0' };
  const exchange = { ...told('2', 429, null), told: headers };
  const refusal = { jsonrpc: '2.0', id: 2, error: { code: -32000, message: 'no' } };
  const fine = (id: number) => ({ jsonrpc: '2.0', id, result: { content: [] } });
  for (const isLate of [false, true]) {
    const one = await ingested(t, () => {});
    const con = journalScript(one.places.journal, CON).open({
      transport: 'http',
      url: 'http://h/mcp',
      name: null,
      argv: [],
    });
    con.c2s(call(1)).s2c(fine(1)).wait(1000);
    con.c2s(call(2));
    // As the proxy writes it: sent right behind the request's record.
    const sent = { ...exchange, m: con.boundaries.length - 2 + 1000 };
    if (!isLate) con.record('http', { exchanges: [sent] });
    con
      .s2c(refusal)
      .wait(1000)
      .c2s(call(3))
      .s2c({ ...refusal, id: 3 });
    await one.readAll();
    if (isLate) {
      const [, before] = callsAfter(one.database, ALL, 0, 100, () => null).calls;
      assert.deepEqual([before?.error?.error_class, before?.limits.retries_left], ['unknown', null]);
      con.record('http', { exchanges: [sent] });
      await one.readAll();
    }
    const [, refused, other] = callsAfter(one.database, ALL, 0, 100, () => null).calls;
    const { error_class, retry_after_ms } = refused?.error ?? {};
    assert.deepEqual(
      [error_class, retry_after_ms, refused?.limits.retries_left],
      ['rate_limited', 7000, 0],
      `${isLate}`,
    );
    assert.equal(other?.error?.error_class, 'unknown');
  }
});
