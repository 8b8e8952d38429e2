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
  return callsAfter(database, question, 0, 100, () => null).calls.map(({ tool }) => tool);
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

/** The editor's own process: its handshakes belong to no conversation. */
const EDITOR = { process_chain: [{ pid: 9, ppid: 1, start: '7', exe: '/usr/bin/code', argv: ['code'], cwd: '/w' }] };
const hello = { jsonrpc: '2.0', id: 0, method: 'initialize', params: { clientInfo: { name: 'Visual Studio Code' } } };
const chat = (id: number) => {
  const message = call(id, 'read');
  return { ...message, params: { ...message.params, _meta: { 'vscode.conversationId': 'chat-1' } } };
};

test("an editor's handshakes are folded away once a conversation has come, or the editor is gone", async (t) => {
  const made = await ingested(t, (journal) => {
    journalScript(journal, connection(1)).open(EDITOR).c2s(hello).s2c(answer(0));
  });
  const { database, places } = made;
  const folded = () => listed(database, null).map((head) => [head.calls, head.folded]);
  const last = (all: boolean) => resolveSession(database, 'last', { workspace: all ? null : '/w', all });
  assert.deepEqual(folded(), [[0, false]], 'connected: one sees that the server runs');
  assert.equal(listed(database, '/w').length, 1);

  // A second server's connection, of the same editor, in which the user talks to the agent.
  const second = journalScript(places.journal, connection(2), 1_790_000_001_000).open(EDITOR).c2s(hello).s2c(answer(0));
  second.c2s(chat(1)).s2c(answer(1));
  await made.readAll();
  assert.deepEqual(folded(), [
    [0, false],
    [1, false],
  ]);
  await made.ingest.end([connection(1)]);
  assert.deepEqual(folded(), [
    [0, true],
    [1, false],
  ]);
  assert.deepEqual(
    listed(database, '/w').map(({ calls }) => calls),
    [1],
  );
  const [empty] = listed(database, null);
  const byId = resolveSession(database, empty?.session.session_id ?? '', { workspace: '/w', all: false });
  assert.equal(byId.kind, 'found', 'its id finds it all the same');
  assert.equal(resolveSession(database, 'last~1', { workspace: '/w', all: false }).kind, 'none');
  assert.equal(last(true).kind, 'found');

  journalScript(places.journal, 'daemon_0').record('pin', { session_id: empty?.session.session_id, pinned: true });
  await made.readAll();
  assert.equal(listed(database, '/w').length, 2, 'what the user pinned is listed');
});

test('a session that shows nothing stays in the list where it is all that is known of its agent', async (t) => {
  const { database } = await ingested(t, (journal) => {
    const params = { clientInfo: { name: 'another' } };
    journalScript(journal, connection(1))
      .open()
      .c2s({ ...hello, params })
      .s2c(answer(0))
      .exit();
  });
  assert.deepEqual(
    listed(database, '/w').map(({ folded }) => folded),
    [false],
  );
});

test('a server that died in the handshake is no empty session', async (t) => {
  const { database } = await ingested(t, (journal) => {
    journalScript(journal, connection(1)).open(EDITOR).c2s(hello).exit(3);
  });
  assert.deepEqual(
    listed(database, '/w').map(({ folded }) => folded),
    [false],
  );
});
