/**
 * Judging anew: whatever older rules left in the database, afterwards it says what a database says that was built from the
 * same journals only now.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeConnectionId } from '../../daemon/base/ids.ts';
import type { Database } from '../../daemon/store/database.ts';
import { judgeAgain } from '../../daemon/store/secondStage.ts';
import { ingested } from '../support/ingested.ts';
import { journalScript } from '../support/journalScript.ts';

const START = 1_790_000_000_000;
const id = (n: number) => makeConnectionId(START + n, new Uint8Array(10).fill(n));
const call = (n: number, name: string, args: object = {}) => ({
  jsonrpc: '2.0',
  id: n,
  method: 'tools/call',
  params: { name, arguments: args },
});
const answer = (n: number, text: string, isError = false) => ({
  jsonrpc: '2.0',
  id: n,
  result: { content: [{ type: 'text', text }], isError },
});
const tool = (name: string, description: string, annotations: object) => ({
  ...{ name, description, annotations },
  inputSchema: { type: 'object', properties: {} },
});

/** Two agents, one after the other, with lists of tools, failures, repeats and credentials. */
function tell(journal: string): void {
  for (const [n, print] of [
    [1, 'aaaaaaaa'],
    [2, 'bbbbbbbb'],
  ] as const) {
    const agent = { pid: 5000 + n, ppid: 1, start: `${n}`, exe: '/bin/agent', argv: ['agent'], cwd: '/w' };
    const expires_at = new Date(START + 5).toISOString();
    const claims = { issuer: null, subject: 'ada', scopes: ['repo'], expires_at };
    const tools = [
      tool('send', n === 1 ? 'Sends.' : 'Sends\u200b it.', { destructiveHint: true }),
      tool('look', 'Looks.', { readOnlyHint: true }),
    ];
    const script = journalScript(journal, id(n), START + n * 3_600_000)
      .open({
        name: 'github',
        process_chain: [agent],
        root_evidence: { CLAUDE_PROJECT_DIR: '/w' },
        environment: { GITHUB_TOKEN: print },
        credentials: { 'env:GITHUB_TOKEN': { fingerprint: print, claims } },
      })
      .c2s({ jsonrpc: '2.0', id: 'list', method: 'tools/list' })
      .s2c({ jsonrpc: '2.0', id: 'list', result: { tools } });
    let at = 0;
    const say = (name: string, args: object, text: string, isError = false) => {
      at++;
      script.c2s(call(at, name, args)).s2c(answer(at, text, isError));
    };
    say('look', {}, 'seen');
    for (let i = 0; i < 6; i++) say('send', { to: 'ada' }, 'ECONNRESET', true);
    say('send', { to: 'ada' }, 'sent');
    say('look', { deep: true }, 'HTTP 403: Forbidden', n === 2);
    for (let i = 0; i < 5; i++) say('look', { over: 1 }, 'again');
    script.c2s(call(99, 'send', { to: 'bob' })).exit(1);
  }
}

const DERIVED = {
  call_evidence: 'SELECT * FROM call_evidence ORDER BY call',
  calls: 'SELECT n, exact_key, args_key, result_key, summary, error_message, redacted, todo FROM calls ORDER BY n',
  findings: 'SELECT * FROM findings ORDER BY finding_id',
  lanes_seen: 'SELECT * FROM lanes_seen ORDER BY connection, session, lane',
  trail:
    'SELECT event_id, session_id, kind, at, sort, server, before, after, sentence, changes FROM trail ORDER BY event_id',
  tool_facts: 'SELECT * FROM tool_facts ORDER BY sha256',
  definition_costs: 'SELECT * FROM definition_costs ORDER BY sha256',
  listed_contracts: 'SELECT * FROM listed_contracts ORDER BY connection, at',
} as const;

const dump = (database: Database) =>
  Object.fromEntries(Object.entries(DERIVED).map(([table, sql]) => [table, database.sql(sql).all()]));

/** As rules of before would have left it. */
const STALE: Readonly<Record<string, string>> = {
  nothing: '',
  'another lane of every call': `
    UPDATE call_evidence SET lane = 'old/env:X#dddddddd', record = json_set(record, '$.credential_lane', 'old/env:X#dddddddd');
    INSERT INTO lanes_seen SELECT connection, session, 'old/env:X#dddddddd', at FROM lanes_seen;
    INSERT INTO trail (event_id, session_id, kind, at, sort, server, before, after, sentence, rev)
      SELECT 'evl_' || substr(k.connection_id, 5) || '_' || CAST(l.at AS INTEGER), s.session_id, 'credential_changed', l.at, 'x', 'github', 'a', 'old/env:X#dddddddd', 'a', 1
      FROM lanes_seen l JOIN connections k ON k.n = l.connection JOIN sessions s ON s.n = l.session
      WHERE l.lane LIKE 'old%' ON CONFLICT (event_id) DO UPDATE SET sentence = 'stale';`,
  'no evidence': `DELETE FROM call_evidence; DELETE FROM lanes_seen; DELETE FROM trail WHERE kind = 'credential_changed'; DELETE FROM findings;`,
  'other attempts, recoveries and payments': `UPDATE call_evidence SET attempt = 7, resume = 'skip', repeats = 'no', seen = 'unknown', recovery = 'retried', recovered_by = 1, payment = 'asked'`,
  'other findings': `
    INSERT INTO findings SELECT 'fnd_' || n, 'malformed_success', 'error', n, (SELECT session_id FROM sessions LIMIT 1), 'old', 1 FROM calls WHERE event = 'tool_call';
    INSERT INTO findings SELECT 'fne_' || n, 'credential_expired', 'error', n, (SELECT session_id FROM sessions LIMIT 1), 'old', 1 FROM calls WHERE event = 'tool_call';
    INSERT INTO findings SELECT 'fnh_' || n, 'hidden_unicode', 'error', n, (SELECT session_id FROM sessions LIMIT 1), 'old', 1 FROM calls WHERE method = 'tools/list';
    UPDATE findings SET evidence = 'stale', severity = 'info';`,
  'other facts of tools': `UPDATE tool_facts SET facts = json_set(facts, '$.hints.readOnlyHint', json('true')); UPDATE definition_costs SET bytes = 1`,
};

test('judged anew, a database says what one says that is built only now', async (t) => {
  const fresh = dump((await ingested(t, tell)).database);
  for (const table of Object.keys(DERIVED)) assert.ok((fresh[table]?.length ?? 0) > 0, `${table} has rows`);
  const kinds = new Set(fresh.findings?.map(({ kind }) => kind));
  for (const kind of ['unsafe_repeat', 'retry_storm', 'loop', 'credential_expired', 'hidden_unicode', 'contract_drift'])
    assert.ok(kinds.has(kind), kind);
  for (const [name, sql] of Object.entries(STALE)) {
    const { database, readAll } = await ingested(t, tell);
    database.exec(sql);
    if (sql !== '') assert.notDeepEqual(dump(database), fresh, name);
    assert.ok(judgeAgain(database, null) > 0);
    await readAll();
    const now = dump(database);
    for (const table of Object.keys(DERIVED)) assert.deepEqual(now[table], fresh[table], `${table}: ${name}`);
  }
});
