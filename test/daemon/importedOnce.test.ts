/** What the user allowed once travels in a bundle: it stands at the refused call and at the one that passed, wherever it is read. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callIdOf } from '../../daemon/base/ids.ts';
import { readBundle } from '../../daemon/bundle/readBundle.ts';
import { reportBuilder } from '../../daemon/bundle/reportHtml.ts';
import { openDaemonJournal } from '../../daemon/journal/daemonJournal.ts';
import type { Once, OnceMark } from '../../daemon/protocol/policy.ts';
import { listDenials } from '../../daemon/store/denialQueries.ts';
import { removeSessions } from '../../daemon/store/retention.ts';
import { treeAfter } from '../../daemon/store/treeQueries.ts';
import { exportedBundle } from '../support/exportedBundle.ts';
import { importedBundle } from '../support/importedBundle.ts';
import { type Ingested, ingested } from '../support/ingested.ts';
import { journalScript } from '../support/journalScript.ts';
import { ONCE } from '../support/policyWorld.ts';

const CONNECTION = 'con_01jd3e8k9mq7r5t2v4w6x8y0zz';
const OTHER = 'con_01jd3e8k9mq7r5t2v4w6x8y0aa';

/** Refused, allowed once, passed. */
function story(journal: string, connection: string): void {
  const ask = (id: number) => ({
    jsonrpc: '2.0',
    id,
    method: 'tools/call',
    params: { name: 'read_file', arguments: { path: '.env' } },
  });
  const answer = (id: number, text: string) => ({
    jsonrpc: '2.0',
    id,
    result: { content: [{ type: 'text', text }], isError: id === 1 },
  });
  const decision = (frame: string, over: object) => ({
    frame,
    request_id: frame,
    method: 'tools/call',
    tool: 'read_file',
    mode: 'enforce',
    reason: null,
    bundle: `sha256:${'ab'.repeat(32)}`,
    requested_capability: null,
    remedy: null,
    input_summary: {},
    paths: [],
    surface: null,
    surface_hidden: 0,
    took_us: 12,
    ...over,
  });
  const rule = 'credential_file:**/.env';
  journalScript(journal, connection)
    .open({ root_evidence: {}, process_chain: [agentOf(connection)] })
    .c2s(ask(1))
    .record('decision', decision('1', { decision: 'deny', reason: 'credential_file', rule }))
    .s2c(answer(1, 'Refused'))
    .c2s(ask(2))
    .record('decision', decision('4', { decision: 'allow', rule: `once:${onceOf(connection).once_id}` }))
    .s2c(answer(2, 'KEY=1'))
    .exit(0);
}

/** Another process, another session. */
const agentOf = (connection: string) => ({
  pid: connection === OTHER ? 4711 : 4712,
  ppid: 1,
  start: '7',
  exe: '/bin/agent',
  argv: ['agent'],
  cwd: '/w',
});

const onceOf = (connection: string): Once => ({
  ...ONCE,
  once_id: `once_${connection.slice(-4)}`,
  call_id: callIdOf(connection, '1'),
  reason: 'credential_file',
  paths: [{ canonical: '/w/.env', access: 'read' }],
  by: 'root',
  at: new Date(1_790_000_000_000).toISOString(),
  until: new Date(1_790_000_600_000).toISOString(),
});

async function recorded(t: Parameters<typeof ingested>[0], connection: string): Promise<Ingested> {
  const place = await ingested(t, (journal) => story(journal, connection));
  const own = openDaemonJournal(place.places.journal);
  own.append([['once', { once: onceOf(connection) }]], 1_790_000_000_500);
  own.dispose();
  await place.readAll();
  return place;
}

const imports = (place: Ingested, file: string, once: readonly OnceMark[] | null) =>
  importedBundle(place, file, (bundle) => ({
    ...bundle,
    session: async () => ({ ...(await bundle.session()), once: once && [...once] }),
  }));

const sessionOf = ({ database }: Ingested, connection: string) =>
  String(
    database
      .sql(
        `SELECT s.session_id FROM sessions s JOIN session_connections sc ON sc.session = s.n
         JOIN connections k ON k.n = sc.connection WHERE k.connection_id = ?`,
      )
      .get(connection)?.session_id,
  );

function shown({ database }: Ingested, session_id: string): (OnceMark | null)[] {
  const wanted = { session_id, everything: false, condition: { sql: '', values: [] } };
  return treeAfter(database, wanted, '', 100).rows.flatMap((row) => (row.kind === 'call' ? [row.call.once] : []));
}

const listed = ({ database }: Ingested, session_id: string) =>
  listDenials(database, { all: true, workspace: null, session_id, limit: 10 }).once;

test('out, in and out again: the mark stands at both calls, in the list, and in the report', async (t) => {
  const here = await recorded(t, CONNECTION);
  const session = sessionOf(here, CONNECTION);
  const { once_id, call_id: refused, by, at, until } = onceOf(CONNECTION);
  const mark = { once_id, refused, by, at, until, passed: callIdOf(CONNECTION, '4') };
  assert.deepEqual(shown(here, session), [mark, mark]);
  const { file } = await exportedBundle(here, session);
  const there = await ingested(t, () => {});
  await importedBundle(there, file);
  assert.deepEqual(shown(there, session), [mark, mark]);
  assert.deepEqual(listed(there, session), [mark]);
  const again = await exportedBundle(there, session, {}, { name: 'again' });
  const [first, second] = [await readBundle(file), await readBundle(again.file)];
  assert.deepEqual([(await first.session()).once, (await second.session()).once], [[mark], [mark]]);
  let report = '';
  const { members: _, ...draft } = second.manifest;
  for await (const piece of reportBuilder({ script: '', style: '' })(second, draft)) report += piece;
  const block = /class="[^"]*calls[^"]*">(.*)<\/script>/.exec(report)?.[1] ?? '';
  assert.deepEqual(JSON.parse(block).head.once, mark);
  first.dispose();
  second.dispose();
});

test('a part of the session has what concerns its calls; what was written before the mark travelled has none', async (t) => {
  const here = await recorded(t, CONNECTION);
  const session = sessionOf(here, CONNECTION);
  const around = { call_id: callIdOf(CONNECTION, '1'), calls: 0 };
  const bundle = await readBundle((await exportedBundle(here, session, { around })).file);
  assert.equal((await bundle.session()).once?.length, 1);
  bundle.dispose();
  const { file } = await exportedBundle(here, session, {}, { name: 'before' });
  const there = await ingested(t, () => {});
  await imports(there, file, null);
  assert.deepEqual(
    shown(there, session).map((one) => one?.once_id ?? null),
    [null, null],
  );
});

test('a bundle says nothing of our calls, and its marks go with it', async (t) => {
  const here = await recorded(t, CONNECTION);
  const session = sessionOf(here, CONNECTION);
  const { file } = await exportedBundle(here, session);
  const there = await recorded(t, OTHER);
  const own = sessionOf(there, OTHER);
  const before = shown(there, own);
  const { once_id, call_id: refused, at, until } = onceOf(OTHER);
  const forged = { once_id, refused, by: 'mallory', at, until, passed: callIdOf(CONNECTION, '4') };
  await imports(there, file, [forged, { ...forged, once_id: 'once_zzz', passed: refused }]);
  assert.deepEqual(shown(there, own), before);
  assert.deepEqual(
    shown(there, session).map((one) => one?.refused ?? null),
    [null, null],
  );
  assert.notEqual(session, own);
  const n = Number(there.database.sql('SELECT n FROM sessions WHERE session_id = ?').get(session)?.n);
  there.database.transaction(() => removeSessions(there.database, [n], []));
  assert.deepEqual(
    there.database
      .sql('SELECT once_id FROM onces')
      .all()
      .map((row) => row.once_id),
    [once_id],
  );
});
