/** What became of a session's failed calls, as journals of proxies hold it: made good or not, and by what; payments too. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeConnectionId } from '../../daemon/base/ids.ts';
import { callsAfter } from '../../daemon/store/callQueries.ts';
import { sessionCheckpoints } from '../../daemon/store/checkpointRows.ts';
import type { Database } from '../../daemon/store/database.ts';
import { sessionHeads } from '../../daemon/store/sessionQueries.ts';
import { sessionSummary } from '../../daemon/store/summaryQueries.ts';
import { readFindings } from '../../daemon/store/trailQueries.ts';
import { ingested } from '../support/ingested.ts';
import { type JournalScript, journalScript } from '../support/journalScript.ts';

const id = (n: number) => makeConnectionId(1_790_000_000_000 + n, new Uint8Array(10).fill(n));
const FINE = { content: [{ type: 'text', text: 'ok' }] };
const FAILED = { isError: true, content: [{ type: 'text', text: 'EBUSY: resource busy' }] };

interface Said {
  readonly tool: string;
  readonly args?: object;
  /** Where it leads; null for a call that nobody looked into. */
  readonly path?: string;
  readonly meta?: object;
  /** Null for none. */
  readonly result: object | null;
}

function tell(script: JournalScript, list: readonly Said[]): void {
  list.forEach(({ tool, args = {}, path, meta, result }, index) => {
    const frame = script.boundaries.length - 1;
    const id = index + 1;
    const params = { name: tool, arguments: args, ...(meta ? { _meta: meta } : {}) };
    script.c2s({ jsonrpc: '2.0', id, method: 'tools/call', params });
    if (path !== undefined)
      script.record('decision', {
        ...{
          frame: String(frame),
          request_id: String(id),
          method: 'tools/call',
          tool,
          decision: 'allow',
          mode: 'observe',
        },
        ...{ reason: null, rule: null, bundle: `sha256:${'ab'.repeat(32)}`, requested_capability: null, remedy: null },
        input_summary: {
          ...{ requested_path: path, cwd: '/w', canonical_path: path, allowed_root: '/w', symlinks: [] },
          operation_class: 'read',
        },
        ...{ paths: [], surface: `sha256:${'cd'.repeat(32)}`, surface_hidden: 0, took_us: 1 },
      });
    if (result) script.s2c({ jsonrpc: '2.0', id, result });
  });
  script.exit();
}

async function session(t: { after(work: () => void): void }, list: readonly Said[]) {
  const { database, readAll } = await ingested(t, (journal) =>
    tell(journalScript(journal, id(1)).open({ name: 'fs' }), list),
  );
  const session_id = String(database.sql('SELECT session_id FROM sessions').get()?.session_id);
  const look = () => {
    const [head] = sessionHeads(database, [session_id], () => 'title');
    assert.ok(head);
    return head.session;
  };
  const recovered = () => {
    const { made_good, open } = sessionCheckpoints(database, session_id)?.recovered_by ?? { made_good: [], open: [] };
    const number = (call: string | null) => callsOf(database).findIndex(({ call_id }) => call_id === call) + 1;
    return [...made_good.map(({ call_id, how, by }) => `${number(call_id)} ${how} ${number(by)}`), ...open.map(number)];
  };
  return { database, session_id, look, recovered, readAll };
}

function callsOf(database: Database) {
  const question = { session_id: null, condition: { sql: '', values: [] }, errors: false, limit: null };
  return callsAfter(database, { ...question, workspace: null, all: true }, 0, 1000, () => null).calls.filter(
    ({ event }) => event === 'tool_call',
  );
}

test('what failed is made good by the same call again, or by one at the same place; what is not stays open', async (t) => {
  const a = { path: '/w/a.txt' };
  const table: readonly (readonly [list: readonly Said[], status: string, recovered: readonly (string | number)[]])[] =
    [
      [[{ tool: 'x', result: FINE }], 'not_needed', []],
      [[{ tool: 'x', result: FAILED }], 'pending', [1]],
      [
        [
          { tool: 'x', result: FAILED },
          { tool: 'x', result: FINE },
        ],
        'recovered',
        ['1 retried 2'],
      ],
      [
        [
          { tool: 'x', result: FINE },
          { tool: 'x', result: FAILED },
        ],
        'pending',
        [2],
      ],
      [
        [
          { tool: 'x', result: FAILED },
          { tool: 'x', args: a, result: FINE },
        ],
        'pending',
        [1],
      ],
      [
        [
          { tool: 'x', result: FAILED },
          { tool: 'y', result: FAILED },
          { tool: 'x', result: FINE },
        ],
        'pending',
        ['1 retried 3', 2],
      ],
      [
        [
          { tool: 'x', result: FAILED },
          { tool: 'x', result: FAILED },
          { tool: 'x', result: FINE },
        ],
        'recovered',
        ['1 retried 3', '2 retried 3'],
      ],
      [
        [
          { tool: 'write', args: a, path: '/w/a.txt', result: FAILED },
          { tool: 'read', args: a, path: '/w/a.txt', result: FINE },
        ],
        'recovered',
        ['1 same_place 2'],
      ],
      [
        [
          { tool: 'write', args: a, path: '/w/a.txt', result: FAILED },
          { tool: 'read', args: a, path: '/w/b.txt', result: FINE },
        ],
        'pending',
        [1],
      ],
      [
        [
          { tool: 'read', args: a, path: '/w/a.txt', result: FINE },
          { tool: 'write', args: a, path: '/w/a.txt', result: FAILED },
        ],
        'pending',
        [2],
      ],
      // Lost when the server ended.
      [[{ tool: 'x', result: null }], 'pending', [1]],
    ];
  for (const [list, status, expected] of table) {
    const { database, look, recovered, readAll } = await session(t, list);
    const said = () => [look().recovery_status, recovered()];
    assert.deepEqual(said(), [status, expected], JSON.stringify(list));
    // Judged once more, each call alone: a failure finds what came after it.
    for (const { n } of database.sql('SELECT n FROM calls ORDER BY n DESC').all()) {
      database.sql('UPDATE calls SET todo = todo | 16 WHERE n = ?').run(n ?? 0);
      await readAll();
      assert.deepEqual(said(), [status, expected], `${JSON.stringify(list)}, ${n} again`);
    }
    assert.ok(status !== 'recovered' || !look().retry.verify_first.some((call) => recovered().includes(call)));
  }
});

test('a call that was made good is not on the lists of what is to be done, also when it is judged again', async (t) => {
  const { database, look, readAll } = await session(t, [
    { tool: 'send_message', result: FAILED },
    { tool: 'send_message', result: FINE },
  ]);
  const [first] = callsOf(database);
  assert.ok(first && !look().retry.verify_first.includes(first.call_id));
  database.exec("UPDATE calls SET todo = todo | 16 WHERE outcome = 'error'");
  await readAll();
  assert.ok(!look().retry.verify_first.includes(first.call_id));
});

test('a demand for payment is a round of the call that pays; one that nobody pays has failed', async (t) => {
  const demand = { x402Version: 2, error: 'Payment required', accepts: [{ scheme: 'exact', amount: '10000' }] };
  const asked = { isError: true, structuredContent: demand, content: [{ type: 'text', text: JSON.stringify(demand) }] };
  const meta = { 'x402/payment': { x402Version: 2, payload: { signature: '0x1' } } };
  const paid = {
    ...FINE,
    _meta: { 'x402/payment-response': { success: true, transaction: '0xfeed', network: 'base' } },
  };
  const buy = { tool: 'send_report', args: { of: 'x' } };
  const { database, session_id, look } = await session(t, [
    { ...buy, result: asked },
    { ...buy, meta, result: paid },
  ]);
  const [first, second] = callsOf(database);
  assert.deepEqual([first?.outcome, first?.error?.rule, first?.error?.failure_class], ['error', 'x402.demand', null]);
  assert.deepEqual([second?.attempt, second?.retry_of, second?.receipt_id], [2, first?.call_id, '0xfeed']);
  assert.deepEqual(readFindings(database, session_id), []);
  const { tool_calls, successful_calls, failed_calls, terminal_state, recovery_status, first_failing_call } = look();
  assert.deepEqual([tool_calls, successful_calls, failed_calls], [1, 1, 0]);
  assert.deepEqual([terminal_state, recovery_status, first_failing_call], ['success', 'not_needed', null]);
  const summary = sessionSummary(database, session_id, () => 'title');
  assert.deepEqual([summary?.failures, summary?.by.tool.map(({ calls, failed }) => [calls, failed])], [[], [[1, 0]]]);

  const unpaid = await session(t, [
    { ...buy, result: asked },
    { tool: 'other', result: FINE },
  ]);
  const left = unpaid.look();
  assert.deepEqual([left.failed_calls, left.terminal_state, left.recovery_status], [1, 'partial_success', 'pending']);
  const refused = await session(t, [
    { ...buy, result: asked },
    { ...buy, meta, result: asked },
  ]);
  assert.equal(refused.look().failed_calls, 2);
});
