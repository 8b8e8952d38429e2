/** Which sessions a workspace's list holds. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeConnectionId } from '../../../daemon/base/ids.ts';
import { callsAfter } from '../../../daemon/store/callQueries.ts';
import type { Database } from '../../../daemon/store/database.ts';
import { resolveCall, resolveSession } from '../../../daemon/store/resolve.ts';
import { listSessions } from '../../../daemon/store/sessionQueries.ts';
import { ingested } from '../../support/ingested.ts';
import { journalScript } from '../../support/journalScript.ts';

const connection = (n: number) => makeConnectionId(1_790_000_000_000, new Uint8Array(10).fill(n));
const call = (id: number, name: string) => ({ jsonrpc: '2.0', id, method: 'tools/call', params: { name } });
const answer = (id: number) => ({ jsonrpc: '2.0', id, result: { content: [] } });

const listed = (database: Database, workspace: string | null) =>
  listSessions(database, { workspace, all: workspace === null }, null, () => 'title').sessions;

function toolsOf(database: Database, workspace: string | null): (string | null)[] {
  const scope = { workspace, all: workspace === null };
  const condition = { sql: '', values: [] };
  const question = { ...scope, session_id: null, condition, errors: false, limit: null };
  return callsAfter(database, question, 0, 100).calls.map(({ tool }) => tool);
}

test('one agent in two folders is one session, listed in both; each call is in the list of its own', async (t) => {
  const { folder, database } = await ingested(t, (journal, home) => {
    for (const [n, name] of ['first', 'second'].entries()) {
      mkdirSync(join(home, name));
      journalScript(journal, connection(n + 1), 1_790_000_000_000 + n * 1000)
        .open({ root_evidence: { PROJECT_DIR: join(home, name) } })
        .c2s(call(1, name))
        .s2c(answer(1))
        .exit();
    }
  });
  const [first, second] = [join(folder, 'first'), join(folder, 'second')];
  const [session, ...others] = listed(database, null);
  assert.ok(session);
  assert.deepEqual(others, []);
  for (const place of [first, second]) {
    assert.deepEqual(listed(database, place), [session]);
    const found = resolveSession(database, 'last', { workspace: place, all: false });
    assert.deepEqual(found, { kind: 'found', id: session.session.session_id });
  }
  assert.equal(session.session.workspace, first, 'the record names where it began');
  assert.deepEqual(session.listed_in.toSorted(), [first, second]);
  assert.deepEqual(listed(database, folder), []);
  assert.deepEqual(toolsOf(database, first), ['first']);
  assert.deepEqual(toolsOf(database, second), ['second']);
  assert.deepEqual(toolsOf(database, null), ['first', 'second']);
  const last = resolveCall(database, 'last', { workspace: first, all: false });
  assert.equal(last.kind === 'found' && last.id, `call_${connection(1).slice(4)}_1`);
});
