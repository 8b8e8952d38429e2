/** What came in a bundle stands beside our own: the same when it is passed on, comparable, foreign, and never instead of ours. */
import assert from 'node:assert/strict';
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createAnswers } from '../../daemon/answers.ts';
import { readBundle } from '../../daemon/bundle/readBundle.ts';
import { verifyBundle } from '../../daemon/bundle/verifyBundle.ts';
import { bundleScan } from '../../daemon/bundleScan.ts';
import { importedLines } from '../../daemon/importedLines.ts';
import { policyAct } from '../../daemon/policyActs.ts';
import type { BundleReader } from '../../daemon/protocol/bundle.ts';
import { Call } from '../../daemon/protocol/record.ts';
import { createRedactor } from '../../daemon/redact/redactor.ts';
import { openStore } from '../../daemon/store/openStore.ts';
import { removableSessions, removeSessions } from '../../daemon/store/retention.ts';
import { sessionHeads } from '../../daemon/store/sessionQueries.ts';
import { exportedBundle } from '../support/exportedBundle.ts';
import { importedBundle } from '../support/importedBundle.ts';
import { type Ingested, ingested, ingestedIn } from '../support/ingested.ts';
import { journalScript } from '../support/journalScript.ts';

const CONNECTION = 'con_01jd3e8k9mq7r5t2v4w6x8y0zz';
const SECRET = `ghp_${'aB3dE5gH7jK9mN2pQ4rS6tU8vW0xY1zAc4Ef'}`;
const redactor = await createRedactor({ machineKey: new Uint8Array(32).fill(9) });

function story(journal: string, connection = CONNECTION, other = ''): void {
  const script = journalScript(journal, connection)
    .open({
      cwd: '/home/ada/w',
      plain: { HOME: '/home/ada' },
      process_chain: [
        { pid: 2 ** 22 + other.length, ppid: 1, start: '7', exe: '/bin/agent', argv: ['agent'], cwd: '/home/ada/w' },
      ],
    })
    .c2s({
      jsonrpc: '2.0',
      id: 0,
      method: 'initialize',
      params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'claude-code', version: '2.1' } },
    })
    .s2c({
      jsonrpc: '2.0',
      id: 0,
      result: { protocolVersion: '2025-06-18', capabilities: {}, serverInfo: { name: 'fs', version: '1' } },
    })
    .raw('stderr', 'ready\n')
    .c2s({ jsonrpc: '2.0', method: 'notifications/initialized' })
    .raw('s2c', 'a word that is no JSON\n');
  for (let id = 1; id <= 12; id++) {
    script
      .c2s({
        jsonrpc: '2.0',
        id,
        method: 'tools/call',
        params: {
          name: id % 3 ? 'read' : 'write',
          arguments: { path: `/home/ada/w/${id}.txt`, token: SECRET, other },
          _meta: { progressToken: id },
        },
      })
      .s2c({
        jsonrpc: '2.0',
        method: 'notifications/progress',
        params: { progressToken: id, progress: 1, message: `half of ${id}` },
      })
      .wait(5)
      .s2c({
        jsonrpc: '2.0',
        id,
        result: {
          content: [{ type: 'text', text: `result ${id} ${'x'.repeat(id * 400)}` }],
          ...(id === 5 ? { isError: true } : {}),
        },
      });
  }
  script.exit(3);
}

const sessionIn = (place: Ingested) =>
  String(place.database.sql('SELECT session_id FROM sessions ORDER BY n LIMIT 1').get()?.session_id);

/** Every member's text, by name. */
async function texts(file: string): Promise<Record<string, string>> {
  const bundle = await readBundle(file);
  const found: Record<string, string> = {};
  for (const name of bundle.names) {
    found[name] = '';
    for await (const piece of bundle.text(name)) found[name] += piece;
  }
  bundle.dispose();
  return found;
}

for (const bodies of ['full', 'head', 'shape', 'none'] as const)
  test(`out, in and out again: equal but for the mark (bodies: ${bodies})`, async (t) => {
    const here = await ingested(t, (journal) => story(journal));
    const session = sessionIn(here);
    const first = await exportedBundle(here, session, { bodies });
    const there = await ingested(t, () => {});
    await importedBundle(there, first.file);
    const second = await exportedBundle(there, session, { bodies }, { name: 'again' });
    const [a, b] = [await texts(first.file), await texts(second.file)];
    assert.deepEqual(Object.keys(a).sort(), Object.keys(b).sort());
    for (const name of ['calls.ndjson', 'frames.ndjson', 'denials.ndjson', 'findings.ndjson'])
      assert.ok(b[name] === a[name], name);
    const marked = JSON.parse(a['session.json'] ?? '');
    marked.session.source = 'imported';
    assert.deepEqual(JSON.parse(b['session.json'] ?? ''), marked);
    const { created_at, source, members, ...rest } = first.manifest;
    const { created_at: _, source: mark, members: __, ...again } = second.manifest;
    assert.deepEqual(again, rest);
    assert.deepEqual(
      [source, mark],
      [
        { kind: 'recorded', imported_at: null },
        { kind: 'imported', imported_at: '2026-11-21T08:00:00.000Z' },
      ],
    );
    assert.ok(first.manifest.counts.calls > 12 && first.manifest.counts.frames > 38);
    assert.equal(a['frames.ndjson']?.match(/"call_id":null/g)?.length, 3);
    const bundle = await readBundle(second.file);
    assert.deepEqual((await verifyBundle(bundle, bundleScan(null, []))).problems, []);
    bundle.dispose();
  });

test('it is listed, shown and compared as one of ours is, and known as foreign', async (t) => {
  const here = await ingested(t, (journal) => story(journal));
  const session = sessionIn(here);
  const { file } = await exportedBundle(here, session);
  const mine = 'con_01jd3e8k9mq7r5t2v4w6x8y0aa';
  const there = await ingested(t, (journal) => story(journal, mine, 'changed'));
  const own = sessionIn(there);
  await importedBundle(there, file);
  const answers = createAnswers({ database: there.database, places: there.places, redactor, machineKey: null });
  const { sessions } = answers.sessions({ workspace: null, all: true }, null);
  assert.deepEqual(
    sessions.map(({ session: one }) => [one.session_id, one.source]).sort(),
    [
      [own, 'live'],
      [session, 'imported'],
    ].sort(),
  );
  // No workspace of this machine lists it.
  assert.equal(answers.sessions({ workspace: '/home/ada/w', all: false }, null).sessions.length, 1);
  const rowsOf = (filter: string) =>
    answers.window(
      { session_id: session, filter, everything: false, collapsed: [], from: 0, count: 50, follow: false },
      null,
    );
  const tree = rowsOf('');
  const rows = (tree.changed ?? []).flatMap((row) => (row.kind === 'call' ? [row.call] : []));
  assert.equal(rows.length, 12);
  assert.deepEqual([rows[4]?.outcome, rows[0]?.tool, rows[0]?.progress?.message], ['error', 'read', 'half of 1']);
  assert.match(rows[0]?.summary ?? '', /1\.txt/);
  const found = rowsOf('"result 7"');
  assert.equal(found.changed?.filter(({ kind }) => kind === 'call').length, 1);
  const callId = rows[0]?.call_id ?? '';
  assert.equal(answers.call(callId)?.session_id, session);
  const detail = await answers.detail(callId);
  assert.match(detail?.arguments ?? '', /"path": "~\/w\/1\.txt"/);
  assert.match(detail?.result ?? '', /^result 1 x+$/);
  assert.equal(detail?.frames.length, 3);
  const compared = await answers.runDiff(session, own);
  assert.equal(compared?.diff.calls.length, 12);
  assert.ok(compared?.diff.calls.every(({ status }) => status === 'changed'));
  assert.ok(compared?.diff.calls.every(({ changed }) => changed.includes('arguments') && !changed.includes('result')));
});

test('nothing may be done to it but naming and throwing it away', async (t) => {
  const here = await ingested(t, (journal) => story(journal));
  const session = sessionIn(here);
  const { file } = await exportedBundle(here, session);
  const there = await ingested(t, () => {});
  await importedBundle(there, file);
  const { database, places } = there;
  const context = { database, places, openOf: () => null, now: new Date() };
  const call_id = `call_${CONNECTION.slice(4)}_6`;
  for (const action of [
    { act: 'freeze', kind: 'session', target: session, reason: null },
    { act: 'thaw', kind: 'session', target: session, reason: null },
    { act: 'allow', call_id, once: true },
    { act: 'allow', call_id, once: false },
    { act: 'deny', call_id },
  ] as const) {
    assert.throws(() => policyAct(action, context), /It was imported/, JSON.stringify(action));
  }
  there.ingest.writer.mark(session, { label: 'theirs', pinned: true });
  there.ingest.writer.commit(
    () => {},
    () => [],
  );
  const [head] = sessionHeads(database, [session], () => '');
  assert.deepEqual([head?.session.label, head?.session.pinned, head?.open_connections], ['theirs', true, 0]);
  there.ingest.writer.mark(session, { pinned: false });
  there.ingest.writer.commit(
    () => {},
    () => [],
  );
  // It is as old as its import, not as its calls.
  const [removable] = removableSessions(database);
  assert.equal(removable?.last_at, Date.parse('2026-11-21T08:00:00.000Z'));
  removeSessions(database, [removable?.n ?? 0], [CONNECTION]);
  for (const table of ['imports', 'imported_calls', 'imported_captures', 'calls', 'sessions'])
    assert.equal(database.sql(`SELECT count(*) AS n FROM ${table}`).get()?.n, 0, table);
});

test('what is ours is never replaced: our own session, our own connection, a second bundle of one session', async (t) => {
  const here = await ingested(t, (journal) => story(journal));
  const session = sessionIn(here);
  const { file } = await exportedBundle(here, session);
  const before = (await texts(file))['calls.ndjson'];
  await importedBundle(here, file);
  assert.equal(
    here.database.sql('SELECT refused FROM imports').get()?.refused,
    `session ${session} is one of this machine`,
  );
  const again = await exportedBundle(here, session, {}, { name: 'still' });
  assert.equal((await texts(again.file))['calls.ndjson'], before);
  assert.equal(again.manifest.source.kind, 'recorded');

  const there = await ingested(t, () => {});
  await importedBundle(there, file);
  const other = await exportedBundle(here, session, { bodies: 'none' }, { name: 'other' });
  await importedBundle(there, other.file);
  assert.deepEqual(
    there.database
      .sql('SELECT refused FROM imports ORDER BY refused')
      .all()
      .map(({ refused }) => refused),
    [null, `session ${session} was imported before`],
  );
  assert.equal(there.database.sql('SELECT count(*) AS n FROM calls').get()?.n, 13);
});

test('a database that is built anew has it again, with the same ids', async (t) => {
  const here = await ingested(t, (journal) => story(journal));
  const session = sessionIn(here);
  const { file } = await exportedBundle(here, session);
  const there = await ingested(t, () => {});
  await importedBundle(there, file);
  const first = await exportedBundle(there, session, {}, { name: 'first' });
  there.database.dispose();
  for (const name of readdirSync(there.folder)) if (name.startsWith('callgrove.db')) rmSync(join(there.folder, name));
  const { database } = openStore(join(there.folder, 'callgrove.db'), new Date());
  const anew = await ingestedIn(there.folder, there.places, database);
  const second = await exportedBundle(anew, session, {}, { name: 'second' });
  const [a, b] = [await texts(first.file), await texts(second.file)];
  for (const name of ['calls.ndjson', 'frames.ndjson', 'session.json']) assert.ok(b[name] === a[name], name);
  database.dispose();
});

test('the machine that takes it in masks what its own rules find', async (t) => {
  const here = await ingested(t, (journal) => story(journal));
  const session = sessionIn(here);
  const { file } = await exportedBundle(here, session, { redact: false });
  copyFileSync(file, join(here.folder, 'raw.zip'));
  const there = await ingested(t, () => {});
  await importedBundle(there, file);
  const rows = JSON.stringify([
    there.database.sql('SELECT summary, error_message FROM calls').all(),
    there.database.sql('SELECT record FROM imports').all(),
    (await texts((await exportedBundle(there, session, { redact: false }, { name: 'kept' })).file))['calls.ndjson'],
  ]);
  assert.ok(!rows.includes(SECRET));
  const masked = await exportedBundle(there, session, {}, { name: 'masked' });
  const all: BundleReader = await readBundle(masked.file);
  t.after(() => all.dispose());
  assert.ok(!JSON.stringify(await texts(masked.file)).includes(SECRET));
});

test('what another version wrote is checked: completed where a member is missing, left out where it is no such record', async (t) => {
  const here = await ingested(t, (journal) => story(journal));
  const { file } = await exportedBundle(here, sessionIn(here));
  const importedAs = async (change: (text: string) => string) => {
    const there = await ingested(t, () => {});
    await importedBundle({ ...there, readAll: async () => {} }, file);
    const [name = ''] = readdirSync(there.places.journal).filter((one) => one.startsWith('imp_'));
    const path = join(there.places.journal, name);
    writeFileSync(path, change(readFileSync(path, 'latin1')), 'latin1');
    await there.readAll();
    return there;
  };
  const countIn = ({ database }: Ingested) => Number(database.sql('SELECT count(*) AS n FROM imported_calls').get()?.n);
  // Lengths stay as they are.
  const damaged = (text: string) =>
    text
      .replace('"late_answer_ms":null', '"late_answer_no":null')
      .replace('"direction":"c2s","tool":"write"', (found) => found.replace('c2s', 'c2x'));
  const trusted = await importedAs(damaged);
  const checked = await importedAs((text) =>
    damaged(text).replace(/"shape":"[0-9a-f]{16}"/, `"shape":"${'0'.repeat(16)}"`),
  );
  assert.equal(countIn(checked), countIn(trusted) - 1);
  const calls = (await texts((await exportedBundle(checked, sessionIn(here))).file))
    ['calls.ndjson']!.trimEnd()
    .split('\n');
  assert.equal(calls.length, countIn(checked));
  assert.ok(calls.every((line) => Call.safeParse(JSON.parse(line)).success));
});

test('what an earlier version kept in its database is read from there', async (t) => {
  const here = await ingested(t, (journal) => story(journal));
  const session = sessionIn(here);
  const there = await ingested(t, () => {});
  await importedBundle(there, (await exportedBundle(here, session)).file);
  const first = await texts((await exportedBundle(there, session, {}, { name: 'first' })).file);
  const { database, places } = there;
  for (const row of database.sql('SELECT * FROM imported_calls').all()) {
    const { segment, start } = JSON.parse(String(row.frames));
    const length = Number(row.line_bytes);
    const line = importedLines(places)(String(row.import_id), { segment, offset: start - length, length });
    const { call, frames } = JSON.parse(line ?? '');
    database
      .sql('UPDATE imported_calls SET record = ?, frames = ?, line_bytes = NULL WHERE call = ?')
      .run(JSON.stringify(call), JSON.stringify({ segment, start, list: frames }), Number(row.call));
  }
  const again = await texts((await exportedBundle(there, session, {}, { name: 'again' })).file);
  for (const name of ['calls.ndjson', 'frames.ndjson']) assert.ok(again[name] === first[name], name);
});

test('without its journal its rows are there still, and say that the rest is gone', async (t) => {
  const here = await ingested(t, (journal) => story(journal));
  const session = sessionIn(here);
  const there = await ingested(t, () => {});
  await importedBundle(there, (await exportedBundle(here, session)).file);
  const { database, places } = there;
  for (const name of readdirSync(places.journal)) if (name.startsWith('imp_')) rmSync(join(places.journal, name));
  const answers = createAnswers({ database, places, redactor, machineKey: null });
  const asked = { session_id: session, workspace: null, all: true, errors: false, limit: null, filter: '' };
  const { calls } = answers.calls(asked, null);
  assert.equal(calls.length, 12);
  assert.deepEqual([calls[0]?.session_id, calls[0]?.tool, calls[0]?.outcome], [session, 'read', 'success']);
  const detail = await answers.detail(calls[0]?.call_id ?? '');
  assert.deepEqual([detail?.arguments, detail?.result], [null, null]);
});

test('a text that ends in half a sign, before one that begins with the other half', async (t) => {
  const here = await ingested(t, (journal) => story(journal));
  const session = sessionIn(here);
  const { file } = await exportedBundle(here, session);
  const there = await ingested(t, () => {});
  const halves = (bundle: BundleReader): BundleReader => ({
    ...bundle,
    async *frames() {
      for await (const frame of bundle.frames()) {
        if (frame.call_id === null || frame.body === null) yield frame;
        else yield { ...frame, body: frame.role === 'request' ? '"a\ud83d' : '\ude00b"' };
      }
    },
  });
  await importedBundle(there, file, halves);
  const second = await exportedBundle(there, session, {}, { name: 'again' });
  const bodies = (await texts(second.file))
    ['frames.ndjson']!.trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    bodies
      .filter(({ call_id, role }) => call_id !== null && role !== 'progress')
      .slice(0, 2)
      .map(({ body }) => body),
    ['"a\ufffd', '\ufffdb"'],
  );
});
