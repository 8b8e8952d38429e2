/** From a journal to error objects: what stands beside the answers counts, too, and nothing secret of it is shown. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAnswers } from '../../daemon/answers.ts';
import { makeConnectionId } from '../../daemon/base/ids.ts';
import type { HttpExchange } from '../../daemon/protocol/journal.ts';
import type { CallError } from '../../daemon/protocol/record.ts';
import { failureLine, failureOfStatus } from '../../daemon/proxy/httpFailure.ts';
import { createRedactor } from '../../daemon/redact/redactor.ts';
import { callsAfter } from '../../daemon/store/callQueries.ts';
import type { Database } from '../../daemon/store/database.ts';
import { ingested } from '../support/ingested.ts';
import { journalScript } from '../support/journalScript.ts';

const START = 1_790_000_000_000;
const CON = makeConnectionId(START, new Uint8Array(10).fill(4));
const SECRET = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';
const call = (id: number, name = 'echo') => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: {} },
});

function everyCall(database: Database, errors = false) {
  const question = { session_id: null, condition: { sql: '', values: [] }, errors, limit: null };
  return callsAfter(database, { ...question, workspace: null, all: true }, 0, 1000, () => null).calls;
}
const shown = (error: CallError | null | undefined) =>
  error && [error.error_class, error.auth_cause, error.retry_after_ms, error.rule];

test('the headers of a refusal say why, and when to come back', async (t) => {
  const refusal = (status: number) =>
    failureOfStatus({
      shown: 'https://h/mcp',
      status,
      wwwAuthenticate: undefined,
      retryAfter: undefined,
      location: undefined,
      credential: 'accepted',
      inSession: false,
      said: null,
    });
  const exchange = (id: string, status: number, told: Record<string, string>): HttpExchange => {
    const { error_class, message, code, may_have_run } = refusal(status);
    return {
      m: 100,
      method: 'POST',
      ids: [id],
      status,
      request_headers: null,
      response_headers: null,
      told,
      headers_ms: 1,
      end_ms: 2,
      reconnects: 0,
      failure: { error_class, message, code, may_have_run },
      own_answer: true,
    };
  };
  const { database } = await ingested(t, (journal) => {
    const con = journalScript(journal, CON).open({ transport: 'http', url: 'https://h.example/mcp', headers: {} });
    const refused = (id: number, status: number, told: Record<string, string>) =>
      con
        .c2s(call(id))
        .record('http', { exchanges: [exchange(String(id), status, told)] })
        .raw('s2c', failureLine(String(id), refusal(status)));
    refused(1, 429, { 'x-ratelimit-reset': String(START / 1000 + 60), 'x-ratelimit-remaining': '0' });
    refused(2, 401, { 'www-authenticate': 'error="invalid_token", error_description="The token was revoked"' });
    refused(3, 401, {});
    refused(4, 403, { 'www-authenticate': 'error="insufficient_scope", scope="a b"' });
  });
  const [rate, revoked, accepted, scope] = everyCall(database);
  assert.equal(rate?.error?.error_class, 'rate_limited');
  // Counted from when it was said, a few milliseconds after the journal began.
  assert.ok(Math.abs((rate?.error?.retry_after_ms ?? 0) - 60_000) < 100, String(rate?.error?.retry_after_ms));
  assert.deepEqual(shown(revoked?.error), ['auth_expired', 'revoked', null, 'token.revoked']);
  assert.deepEqual(shown(accepted?.error), ['auth_expired', 'unknown', null, 'callgrove.accepted_before']);
  assert.deepEqual(shown(scope?.error), ['permission_denied', 'missing_scope', null, 'oauth.insufficient_scope']);
});

test("a dead server's last words say why; they are masked, and the last ones are kept", async (t) => {
  const place = await ingested(t, (journal) => {
    const con = journalScript(journal, CON).open();
    for (let line = 0; line < 50; line++) con.raw('stderr', `chatter ${line} ${'x'.repeat(2000)}\n`);
    con
      .c2s(call(1))
      .c2s(call(2))
      .raw('stderr', `Error: API_TOKEN ${SECRET} is invalid, please set another one\n`)
      .record('exit', { code: 1, signal: null, error: null });
  });
  const [first, second] = everyCall(place.database);
  for (const one of [first, second])
    assert.deepEqual(shown(one?.error), ['server_crashed', null, null, 'stderr.configuration']);
  const redactor = await createRedactor({ machineKey: new Uint8Array(32) });
  const answers = createAnswers({ database: place.database, places: place.places, redactor, machineKey: null });
  const detail = await answers.detail(first?.call_id ?? '');
  assert.match(detail?.last_words ?? '', /is invalid, please set another one/);
  assert.ok(!detail?.last_words?.includes(SECRET));
  assert.ok((detail?.last_words?.length ?? 0) <= 5000, 'no more than its end');
  assert.ok(!JSON.stringify(place.database.sql('SELECT * FROM call_evidence').all()).includes(SECRET));
});

test('a call that went well has no last words; judged again, an error is the same', async (t) => {
  const place = await ingested(t, (journal) => {
    journalScript(journal, CON)
      .open()
      .raw('stderr', 'listening\n')
      .c2s(call(1))
      .s2c({ jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text: 'fine' }] } })
      .c2s(call(2))
      .s2c({
        jsonrpc: '2.0',
        id: 2,
        result: { isError: true, content: [{ type: 'text', text: 'ENOENT: no such file' }] },
      })
      .c2s(call(3))
      .s2c({ jsonrpc: '2.0', id: 3, error: { code: -32602, message: 'Invalid params' } })
      .c2s(call(4))
      .s2c({
        jsonrpc: '2.0',
        id: 4,
        result: { content: [{ type: 'text', text: '{"ok":false,"error":"token_expired"}' }] },
      })
      .exit();
  });
  const { database } = place;
  const errors = () => everyCall(database).map(({ error }) => error);
  const before = errors();
  assert.deepEqual(
    before.map((error) => error?.error_class ?? null),
    [null, 'not_found', 'invalid_arguments', 'auth_expired'],
  );
  assert.deepEqual(
    everyCall(database, true).map(({ outcome }) => outcome),
    ['error', 'error', 'success'],
    'what claims to be a success is listed with the errors',
  );
  database.sql('UPDATE calls SET todo = todo | 16').run();
  await place.readAll();
  assert.deepEqual(errors(), before);
  const redactor = await createRedactor({ machineKey: new Uint8Array(32) });
  const answers = createAnswers({ database, places: place.places, redactor, machineKey: null });
  const [fine] = everyCall(database);
  assert.equal((await answers.detail(fine?.call_id ?? ''))?.last_words, undefined);
});
