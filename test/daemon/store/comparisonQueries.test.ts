/** What comparing two runs asks of the database: which calls count, and what is shown of single ones. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeConnectionId } from '../../../daemon/base/ids.ts';
import { comparableCalls, comparedHeads } from '../../../daemon/store/comparisonQueries.ts';
import { listSessions } from '../../../daemon/store/sessionQueries.ts';
import { ingested } from '../../support/ingested.ts';
import { journalScript } from '../../support/journalScript.ts';

test('the agent’s own calls are compared; heads come by id, and none for a call that is not there', async (t) => {
  const { database } = await ingested(t, (journal) => {
    const id = makeConnectionId(1_790_000_000_000, new Uint8Array(10).fill(1));
    const script = journalScript(journal, id).open();
    script.c2s({ jsonrpc: '2.0', id: 0, method: 'tools/list' }).s2c({ jsonrpc: '2.0', id: 0, result: { tools: [] } });
    script.c2s({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'read', arguments: { path: 'a' } } });
    script.s2c({ jsonrpc: '2.0', id: 1, result: { content: [] } });
    script.c2s({ jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'write', arguments: {} } });
    script.s2c({ jsonrpc: '2.0', id: 2, result: { content: [{ type: 'text', text: 'no' }], isError: true } }).exit();
  });
  const [only] = listSessions(database, { workspace: null, all: true }, null, () => 'title').sessions;
  const calls = comparableCalls(database, only?.session.session_id ?? '');
  assert.deepEqual(
    calls.map(({ tool, outcome }) => [tool, outcome]),
    [
      ['fs/read', 'success'],
      ['fs/write', 'error'],
    ],
  );
  const ids = calls.map(({ call_id }) => call_id);
  const heads = comparedHeads(database, [...ids, 'call_01k00000000000000000000000_1', 'nonsense']);
  assert.deepEqual(Object.keys(heads), ids);
  assert.deepEqual(
    Object.values(heads).map(({ server, tool, outcome }) => [server, tool, outcome]),
    [
      ['fs', 'read', 'success'],
      ['fs', 'write', 'error'],
    ],
  );
});
