/** What is added up from records is what the database adds up. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { summaryFold } from '../../../daemon/model/summaryFold.ts';
import { bundledCalls } from '../../../daemon/store/bundleQueries.ts';
import { sessionSummary } from '../../../daemon/store/summaryQueries.ts';
import { type Ingested, ingested } from '../../support/ingested.ts';
import { journalScript } from '../../support/journalScript.ts';

const CONNECTION = 'con_01jd3e8k9mq7r5t2v4w6x8y0zz';

/** Of several tools, with what fails, is made again, lasts, and is not known. */
function story(journal: string): void {
  const script = journalScript(journal, CONNECTION).open({ name: 'files' });
  let id = 0;
  const ask = (method: string, params: unknown, answer: object) =>
    script
      .c2s({ jsonrpc: '2.0', id: ++id, method, params })
      .wait(5)
      .s2c({ jsonrpc: '2.0', id, ...answer });
  const call = (name: string, args: unknown, text: string, isError = false) =>
    ask('tools/call', { name, arguments: args }, { result: { content: [{ type: 'text', text }], isError } });
  const tool = (name: string, annotations: object) => ({ name, inputSchema: { type: 'object' }, annotations });
  ask(
    'tools/list',
    {},
    {
      result: {
        tools: [
          tool('read_file', { readOnlyHint: true }),
          tool('write_file', { readOnlyHint: false, idempotentHint: true }),
          tool('send_message', { readOnlyHint: false, openWorldHint: true }),
          tool('frob', {}),
        ],
      },
    },
  );
  for (let n = 0; n < 9; n++) call('read_file', { path: `/w/${n}` }, `text ${'x'.repeat(n * 50)}`);
  for (let n = 0; n < 4; n++)
    call('write_file', { path: '/w/a', content: 'x' }, n < 3 ? 'EACCES: permission denied' : 'done', n < 3);
  call('send_message', { to: 'ada', text: 'hi' }, 'sent');
  call('frob', {}, 'ENOENT: no such file or directory', true);
  ask('tools/call', { name: 'frob', arguments: {} }, { error: { code: -32602, message: 'Unknown tool: frob' } });
  script.c2s({
    jsonrpc: '2.0',
    id: 99,
    method: 'tools/call',
    params: { name: 'send_message', arguments: { to: 'bob' } },
  });
  script.exit(1);
}

function both({ database }: Ingested) {
  const row = database.sql('SELECT n, session_id FROM sessions').get();
  const fold = summaryFold();
  for (const { call } of bundledCalls(database, Number(row?.n), 0, Number.MAX_SAFE_INTEGER, 1000).calls) fold.add(call);
  const { session: _, findings: __, ...summary } = sessionSummary(database, String(row?.session_id), () => '')!;
  return { sums: fold.sums(), summary };
}

test('by server, tool and lane, effects, failures, repetitions', async (t) => {
  const { sums, summary } = both(await ingested(t, story));
  assert.deepEqual(sums, summary);
  assert.ok(sums.failures.length >= 3 && sums.effects.length >= 2 && sums.by.lane.length > 0);
  assert.ok(sums.tokenizer !== null && sums.unknown_effects > 0);
  assert.ok(sums.repeats.safe_to_repeat.length === 5 && sums.repeats.verify_first.length > 0);
});

test('of nothing', async (t) => {
  const { sums, summary } = both(
    await ingested(t, (journal) => {
      journalScript(journal, CONNECTION)
        .open()
        .c2s({ jsonrpc: '2.0', id: 1, method: 'resources/read', params: { uri: 'a://b' } })
        .s2c({ jsonrpc: '2.0', id: 1, result: { contents: [] } })
        .exit();
    }),
  );
  assert.deepEqual(sums, summary);
  assert.deepEqual([sums.by.tool, sums.effects, sums.tokenizer], [[], [], null]);
});
