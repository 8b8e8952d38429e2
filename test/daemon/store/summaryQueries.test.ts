import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SessionSummary } from '../../../daemon/protocol/summary.ts';
import { sessionTitle } from '../../../daemon/record/sessionTitle.ts';
import { sessionSummary } from '../../../daemon/store/summaryQueries.ts';
import { ingested } from '../../support/ingested.ts';
import { journalScript } from '../../support/journalScript.ts';

const rpc = (id: number, rest: object) => ({ jsonrpc: '2.0', id, ...rest });
const call = (id: number, name: string) =>
  rpc(id, { method: 'tools/call', params: { name, arguments: { path: 'a' } } });
const text = (id: number, words: string, isError = false) =>
  rpc(id, { result: { content: [{ type: 'text', text: words }], ...(isError ? { isError } : {}) } });

test('a session is added up by server and tool; what failed leads to its first call', async (t) => {
  const { database } = await ingested(t, (journal) => {
    const script = journalScript(journal, 'con_01jd5t3k7m8n9p0q1r2s3t4v5w').open();
    script.c2s(call(1, 'read_text_file')).s2c(text(1, 'fine'));
    script.c2s(call(2, 'read_text_file')).s2c(text(2, "ENOENT: no such file or directory, open 'a'", true));
    script.c2s(call(3, 'write_file')).s2c(text(3, 'fine')).exit();
  });
  const { session_id } = database.sql('SELECT session_id FROM sessions').get() ?? {};
  const summary = SessionSummary.parse(sessionSummary(database, String(session_id), sessionTitle));
  const counts = (list: SessionSummary['by']['tool']) => list.map(({ name, calls, failed }) => [name, calls, failed]);
  assert.deepEqual(counts(summary.by.server), [['fs', 3, 1]]);
  assert.deepEqual(counts(summary.by.tool), [
    ['read_text_file', 2, 1],
    ['write_file', 1, 0],
  ]);
  assert.ok((summary.by.tool[0]?.bytes ?? 0) > 0);
  assert.equal(summary.failures[0]?.error_class, 'not_found');
  assert.equal(summary.failures[0]?.call_id, summary.session.first_failing_call);
  const named = [...summary.repeats.skip, ...summary.repeats.verify_first, ...summary.repeats.safe_to_repeat];
  assert.equal(named.length, 3);
  assert.equal(sessionSummary(database, 'ses_ffffffffffffffff', sessionTitle), null);
});

test('an answer whose tokens nobody counts is told in bytes, and no answer is not', async (t) => {
  const { database } = await ingested(t, (journal) => {
    const script = journalScript(journal, 'con_01jd5t3k7m8n9p0q1r2s3t4v5w').open();
    script.c2s(call(1, 'read_text_file')).s2c(text(1, 'fine'));
    script.c2s(call(2, 'read_text_file')).s2c(text(2, 'a long text '.repeat(30_000)));
    script
      .c2s(call(3, 'read_text_file'))
      .s2c(rpc(3, { error: { code: -32603, message: 'no' } }))
      .exit();
  });
  const { session_id } = database.sql('SELECT session_id FROM sessions').get() ?? {};
  const [share] = SessionSummary.parse(sessionSummary(database, String(session_id), sessionTitle)).by.tool;
  assert.equal(share?.tokens, 1);
  const { bytes, uncounted_bytes } = share;
  assert.ok((uncounted_bytes ?? 0) > 360_000 && (bytes ?? 0) > (uncounted_bytes ?? 0), `${bytes} ${uncounted_bytes}`);
  assert.ok((uncounted_bytes ?? 0) < 361_000, `${uncounted_bytes}`);
});
