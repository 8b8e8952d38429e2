/** Captures that are handed over, kept and asked for again: through the real journal, database and redactor. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { makeConnectionId } from '../../daemon/base/ids.ts';
import { placesOf } from '../../daemon/base/places.ts';
import { captureRecords } from '../../daemon/captureRecords.ts';
import { compactOwn } from '../../daemon/compactOwn.ts';
import { createIngest } from '../../daemon/ingestJournal.ts';
import { openDaemonJournal } from '../../daemon/journal/daemonJournal.ts';
import { DAEMON_CONNECTION_ID } from '../../daemon/protocol/daemonJournal.ts';
import type { Capture } from '../../daemon/protocol/workbench.ts';
import { createRedactor } from '../../daemon/redact/redactor.ts';
import { prune } from '../../daemon/retention.ts';
import { settle } from '../../daemon/settle.ts';
import { readCapture, readFresh, sessionHarness } from '../../daemon/store/captureQueries.ts';
import { knownContent } from '../../daemon/store/captureRows.ts';
import { openStore } from '../../daemon/store/openStore.ts';
import { listSessions, sessionHeads } from '../../daemon/store/sessionQueries.ts';
import { treeWindow } from '../../daemon/store/treeQueries.ts';
import type { Keep } from '../../daemon/workerMessages.ts';
import { digestOf, fakeCapture, instruction, server, setting } from '../support/fakeCapture.ts';
import { journalScript } from '../support/journalScript.ts';

const KEY = new Uint8Array(32).fill(7);
const T0 = 1_790_000_000_000;
const SECRET = `ghp_${'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7xC0fR2hJ5'}`;

interface Context {
  after(work: () => void): void;
}

async function open(t: Context, home = mkdtempSync(join(tmpdir(), 'callgrove-harness-'))) {
  const places = placesOf(home, join);
  for (const folder of [places.journal, places.artifacts]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { database } = openStore(places.database, new Date());
  const redactor = await createRedactor({ machineKey: KEY });
  const ingest = createIngest({ places, database, redactor, machineKey: KEY, note: () => {} });
  const own = openDaemonJournal(places.journal);
  t.after(() => {
    own.dispose();
    database.dispose();
    rmSync(home, { recursive: true, force: true });
  });
  const read = async () => {
    ingest.follower.scan();
    while (await ingest.once());
  };
  const keep = async (what: Keep, at: number) => {
    const { records, kept } = captureRecords(what, knownContent(database), at);
    own.append(records, at);
    await read();
    return { ...kept, kinds: records.map(([kind]) => kind) };
  };
  return { places, database, ingest, own, read, keep };
}

/** A connection whose agent called a tool at `at`. */
function session(journal: string, at: number, seed: number): void {
  const agent = { pid: 2 ** 22 + seed, ppid: 1, start: '7', exe: '/bin/agent', argv: ['agent'], cwd: '/w' };
  const id = makeConnectionId(at, new Uint8Array(10).fill(seed));
  const con = journalScript(journal, id, at).open({ process_chain: [agent] });
  con.c2s({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'read_file', arguments: {} } });
  con.s2c({ jsonrpc: '2.0', id: 1, result: { content: [] } }).exit();
}

const at = (ms: number) => ({ captured_at: new Date(ms).toISOString() });
const started = (session_id: string, capture: Capture, origin: 'session' | 'event' = 'session'): Keep => ({
  kind: 'session',
  session_id,
  origin,
  agent: 'claude-code',
  capture,
});

test('texts and versions stand once; a session is compared with the one before; a rebuild says the same', async (t) => {
  const { places, database, read, keep } = await open(t);
  session(places.journal, T0, 1);
  session(places.journal, T0 + 60_000, 2);
  await read();
  const ids = listSessions(database, { workspace: null, all: true }, null, () => 'a title').sessions.map(
    ({ session: { session_id } }) => session_id,
  );
  const [one = '', two = ''] = ids;
  const before = fakeCapture(
    { harness_id: `hv_${'a'.repeat(24)}`, instruction_source: [instruction('CLAUDE.md', 'be kind')] },
    at(T0 + 1000),
    ['be kind'],
  );
  const after = fakeCapture(
    {
      harness_id: `hv_${'b'.repeat(24)}`,
      instruction_source: [instruction('CLAUDE.md', 'be quick')],
      servers: [server('filesystem', '2.4.0', { command: ['srv', '--token', SECRET] })],
    },
    at(T0 + 61_000),
    ['be kind', 'be quick'],
  );
  const first = await keep(started(one, before), T0 + 1000);
  const second = await keep(started(two, after), T0 + 61_000);
  assert.deepEqual(first.kinds, ['harness_text', 'harness', 'capture']);
  assert.deepEqual(second.kinds, ['harness_text', 'harness', 'capture']);
  const changed = fakeCapture({ ...after.harness, harness_id: `hv_${'c'.repeat(24)}`, servers: [] }, at(T0 + 70_000), [
    'be quick',
  ]);
  await keep(started(two, changed, 'event'), T0 + 70_000);

  const look = (db = database) => {
    const head = listSessions(db, { workspace: null, all: true }, null, () => 'a title').sessions;
    const window = treeWindow(db, {
      session_id: two,
      everything: false,
      condition: { sql: '', values: [] },
      collapsed: [],
      from: 0,
      count: 10,
      follow: false,
    });
    return { head, window, harness: sessionHarness(db, two) };
  };
  const { head, window, harness } = look();
  assert.deepEqual(
    head.map(({ workbench }) => workbench),
    [null, '2 changes: CLAUDE.md edited; filesystem new'],
  );
  assert.deepEqual(
    window?.rows.map((row) => row.kind),
    ['workbench', 'call', 'harness_changed'],
  );
  assert.equal(window?.total, 3);
  assert.equal(harness?.since?.session_id, one);
  assert.equal(harness?.since?.differences[0]?.text_diff?.includes('+be quick'), true);
  assert.deepEqual(head[1]?.session.harness, [after.harness.harness_id, changed.harness.harness_id]);
  assert.equal(readCapture(database, after.harness.harness_id)?.head.session_id, two);
  assert.equal(readCapture(database, second.capture_ids[0] ?? '')?.capture.texts[digestOf('be quick')], 'be quick');

  // From the journal alone, with the same ids.
  const again = mkdtempSync(join(tmpdir(), 'callgrove-harness-'));
  const copy = placesOf(again, join);
  mkdirSync(copy.journal, { recursive: true });
  for (const name of readdirSync(places.journal)) {
    writeFileSync(join(copy.journal, name), readFileSync(join(places.journal, name)));
  }
  const rebuilt = await open(t, again);
  await rebuilt.read();
  const plain = (value: unknown) => JSON.parse(JSON.stringify(value, (name, one) => (name === 'rev' ? 0 : one)));
  assert.deepEqual(plain(look(rebuilt.database)), plain(look()));
});

/** An agent's process: what it asks its server outside of conversations, and calls in conversations that it names. */
function talk(journal: string, at: number, seed: number, exe: string, conversations: readonly string[]) {
  const agent = { pid: 2 ** 22 + seed, ppid: 1, start: '7', exe, argv: [exe], cwd: '/w' };
  const con = journalScript(journal, makeConnectionId(at, new Uint8Array(10).fill(seed)), at);
  con.open({ process_chain: [agent] });
  con.c2s({ jsonrpc: '2.0', id: 0, method: 'tools/list', params: {} });
  con.s2c({ jsonrpc: '2.0', id: 0, result: { tools: [] } });
  for (const [i, name] of conversations.entries()) {
    const params = { name: 'read_file', arguments: {}, _meta: { 'vscode.conversationId': name } };
    con.wait(10_000);
    con.c2s({ jsonrpc: '2.0', id: i + 1, method: 'tools/call', params });
    con.s2c({ jsonrpc: '2.0', id: i + 1, result: { content: [] } });
  }
  con.exit();
}

for (const [what, exe, agent] of [
  ['an editor that names conversations', '/usr/bin/code', 'vscode'],
  ['another agent that turns out to name them', '/usr/bin/claude', 'claude-code'],
] as const) {
  test(`${what}: its handshakes are no last time, whichever journal is read first`, async (t) => {
    const { places, database, ingest, read, keep } = await open(t);
    const settled = async (one = { database, ingest, read }) => {
      await one.read();
      while (settle(one.database, one.ingest.writer));
    };
    const starts = (db = database) =>
      db
        .once("SELECT session_id, at, sentence FROM captures WHERE origin = 'session' ORDER BY at")
        .all()
        .map(({ sentence }) => sentence);
    const seen = (text: string, ms: number) =>
      fakeCapture(
        { harness_id: `hv_${digestOf(text).slice(7, 31)}`, instruction_source: [instruction('CLAUDE.md', text)] },
        at(ms),
        [text],
      );
    const begin = async (text: string, ms: number) => {
      await settled();
      const [newest] = database
        .once(
          'SELECT session_id FROM sessions WHERE session_id NOT IN (SELECT session_id FROM captures) ORDER BY started_at',
        )
        .all();
      await keep(
        { kind: 'session', session_id: String(newest?.session_id), origin: 'session', agent, capture: seen(text, ms) },
        ms,
      );
      await settled();
    };
    const day = 24 * 3_600_000;
    talk(places.journal, T0, 1, exe, ['monday']);
    await begin('be kind', T0 + 1);
    await begin('be kind', T0 + 10_000);
    talk(places.journal, T0 + day, 2, exe, ['tuesday', 'tuesday, later']);
    await begin('be quick', T0 + day + 1);
    await begin('be quick', T0 + day + 10_000);
    await begin('be quick', T0 + day + 20_000);
    const expected = [null, null, '1 change: CLAUDE.md edited', '1 change: CLAUDE.md edited', 'same workbench'];
    assert.deepEqual(starts(), expected);
    assert.equal(
      database
        .once("SELECT count(*) AS n FROM trail WHERE kind = 'workbench' AND sentence = '1 change: CLAUDE.md edited'")
        .get()?.n,
      2,
    );

    // A rebuild that reads captures before there is a session, and one that reads them last.
    for (const first of [true, false]) {
      const again = placesOf(mkdtempSync(join(tmpdir(), 'callgrove-harness-')), join);
      mkdirSync(again.journal, { recursive: true });
      const rebuilt = await open(t, dirname(again.journal));
      const names = readdirSync(places.journal);
      const own = names.filter((name) => name.startsWith(DAEMON_CONNECTION_ID));
      const others = names.filter((name) => !own.includes(name));
      for (const list of first ? [own, others] : [others, own]) {
        for (const name of list) writeFileSync(join(again.journal, name), readFileSync(join(places.journal, name)));
        await settled(rebuilt);
      }
      assert.deepEqual(starts(rebuilt.database), expected, first ? 'captures first' : 'captures last');
    }
  });
}

test('no secret of a capture reaches the database, wherever it stands', async (t) => {
  const { places, database, keep } = await open(t);
  const own = 'my-very-own-word-81723';
  const print = createHmac('sha256', KEY).update(own).digest('hex').slice(0, 8);
  const text = `Deploy with ${SECRET} and ${own}.`;
  const capture = fakeCapture(
    {
      instruction_source: [instruction('CLAUDE.md', text)],
      servers: [server('git', '1.0.0', { command: ['git-server', '--api-key', own, SECRET], env: ['DEPLOY_TOKEN'] })],
    },
    { ...at(T0), fingerprints: { DEPLOY_TOKEN: print, HOME: 'aaaaaaaa' }, missing: [`could not read ${SECRET}`] },
    [text],
  );
  const { capture_ids } = await keep({ kind: 'capture', capture }, T0);
  const kept = readCapture(database, capture_ids[0] ?? '');
  assert.equal(kept?.capture.workbench.fingerprints?.DEPLOY_TOKEN, print);
  assert.match(Object.values(kept?.capture.texts ?? {})[0] ?? '', /^Deploy with <secret:.*> and <secret:.*>\.$/);
  database.pragma('wal_checkpoint(TRUNCATE)');
  const pages = readFileSync(places.database, 'latin1');
  for (const word of [SECRET, own]) {
    assert.equal(pages.includes(word), false, word);
    assert.equal(JSON.stringify(kept).includes(word), false, word);
  }
});

test('a comparison with a fresh checkout is kept with both of its captures', async (t) => {
  const { database, keep } = await open(t);
  const result = {
    ref: 'HEAD',
    setup: { command: 'npm ci', source: 'package-lock.json', ran: true },
    rebuilt: [],
    not_prepared: [],
    hidden: [{ group: 'ignored' as const, item: '.env', detail: 'is not in git' }],
    test: null,
  };
  const [warm, fresh] = [fakeCapture({}, at(T0)), fakeCapture({}, at(T0 + 1))];
  const { fresh_id, capture_ids } = await keep({ kind: 'fresh', warm, fresh, result }, T0);
  const kept = readFresh(database, fresh_id ?? '');
  assert.equal(kept?.head.hidden, 1);
  assert.deepEqual([kept?.warm?.head.capture_id, kept?.fresh?.head.capture_id], capture_ids);
  assert.deepEqual(kept?.result, result);
});

test('a capture says how the tests ended when they were last run here', async (t) => {
  const { database, keep } = await open(t);
  const command = { command: 'npm test', source: 'package.json scripts.test', also: [] };
  const here = (ms: number) => fakeCapture({ test_command: command }, at(ms));
  const fresh = (warm: 'passed' | 'failed' | 'not_run') => ({
    kind: 'fresh' as const,
    warm: here(T0),
    fresh: here(T0),
    result: {
      ref: 'HEAD',
      setup: { command: null, source: null, ran: false },
      rebuilt: [],
      not_prepared: [],
      hidden: [],
      test: { command: 'npm test', warm, fresh: 'passed' as const, passes_once: [] },
    },
  });
  const resultNow = async (ms: number) => {
    const { capture_ids } = await keep({ kind: 'capture', capture: here(ms) }, ms);
    return readCapture(database, capture_ids[0] ?? '')?.capture.workbench.test_result?.result;
  };
  assert.equal(await resultNow(T0), undefined);
  await keep(fresh('passed'), T0 + 1);
  assert.equal(await resultNow(T0 + 2), 'passed');
  await keep(fresh('not_run'), T0 + 3);
  await keep(fresh('failed'), T0 + 4);
  assert.equal(await resultNow(T0 + 5), 'failed');
});

test('what commands captured stays where there is no session at all, until it is old', async (t) => {
  const { places, database, keep } = await open(t);
  const { capture_ids } = await keep({ kind: 'capture', capture: fakeCapture({}, at(T0), ['kind words']) }, T0);
  const left = (days: number) => {
    prune(database, places, { max_age_days: 14, max_bytes: 1e12 }, T0 + days * 86_400_000, false);
    return readCapture(database, capture_ids[0] ?? '') !== null;
  };
  assert.equal(left(1), true);
  assert.equal(left(15), false);
});

test('captures go with their sessions; the journal is written anew, and a rebuild from it says the same', async (t) => {
  const { places, database, ingest, own, read, keep } = await open(t);
  session(places.journal, T0, 1);
  session(places.journal, T0 + 60_000, 2);
  await read();
  const [gone = '', stays = ''] = listSessions(database, { workspace: null, all: true }, null, () => '').sessions.map(
    ({ session: { session_id } }) => session_id,
  );
  const version = (letter: string, text: string) => ({
    harness_id: `hv_${letter.repeat(24)}`,
    instruction_source: [instruction('CLAUDE.md', text)],
  });
  for (let n = 0; n < 5; n++) own.append([['label', { session_id: stays, label: `label ${n}` }]], T0 + n);
  own.append([['pin', { session_id: stays, pinned: true }]], T0 + 9);
  own.append([['label', { session_id: 'ses_of_a_lost_index', label: 'still mine' }]], T0 + 9);
  await keep(started(gone, fakeCapture(version('a', 'old words'), at(T0 + 1000), ['old words'])), T0 + 1000);
  await keep(started(stays, fakeCapture(version('b', 'new words'), at(T0 + 61_000), ['new words'])), T0 + 61_000);
  // Old enough for the first session, and the other one is pinned.
  const day = 86_400_000;
  const { removed_session_ids } = prune(database, places, { max_age_days: 1, max_bytes: 1e12 }, T0 + 3 * day, false);
  assert.deepEqual(removed_session_ids, [gone]);
  assert.equal(readCapture(database, `hv_${'a'.repeat(24)}`), null);
  assert.equal(knownContent(database).text(digestOf('old words')), false);
  own.close();
  assert.equal(compactOwn(places.journal, database, T0 + 3 * day, 0), true);
  ingest.forget([DAEMON_CONNECTION_ID]);
  const daemonFiles = () => readdirSync(places.journal).filter((name) => name.startsWith(DAEMON_CONNECTION_ID));
  assert.equal(daemonFiles().length, 1);
  const words = readFileSync(join(places.journal, daemonFiles()[0] ?? ''), 'utf8');
  assert.equal(words.includes('old words'), false);
  assert.equal(words.includes('label 3'), false);
  for (const kept of ['new words', 'label 4', 'still mine']) assert.equal(words.includes(kept), true, kept);
  // What comes next is read on from there.
  await keep(
    started(stays, fakeCapture(version('c', 'newer words'), at(T0 + 62_000), ['newer words']), 'event'),
    T0 + 62_000,
  );
  assert.deepEqual(
    sessionHarness(database, stays)?.captures.map(({ origin }) => origin),
    ['session', 'event'],
  );

  const again = placesOf(mkdtempSync(join(tmpdir(), 'callgrove-harness-')), join);
  mkdirSync(again.journal, { recursive: true });
  for (const name of readdirSync(places.journal))
    writeFileSync(join(again.journal, name), readFileSync(join(places.journal, name)));
  const rebuilt = await open(t, again.home);
  await rebuilt.read();
  const head = sessionHeads(rebuilt.database, [stays], () => '')[0];
  assert.deepEqual([head?.session.label, head?.session.pinned], ['label 4', true]);
  assert.deepEqual(
    sessionHarness(rebuilt.database, stays)?.captures.map(({ capture_id }) => capture_id),
    sessionHarness(database, stays)?.captures.map(({ capture_id }) => capture_id),
  );
});

test('what a capture shows by itself becomes findings, each once for a session', async (t) => {
  const { places, database, read, keep } = await open(t);
  session(places.journal, T0, 1);
  await read();
  const [id = ''] = listSessions(database, { workspace: null, all: true }, null, () => '').sessions.map(
    ({ session: { session_id } }) => session_id,
  );
  const hidden = [{ line: 2, column: 5, code_point: 'U+200B', name: 'zero-width space' }];
  const capture = fakeCapture(
    {
      instruction_source: [instruction('CLAUDE.md', 'be kind', { hidden })],
      agent_settings: [
        setting('permissions.allow[Bash]', 'Bash'),
        setting('permissions.allow[Read]', 'Read', { path: '.claude/settings.local.json', tracked: false }),
      ],
      servers: [server('files', '1.0.0', { version_trap: '2025.8.21 is newer than 0.6.2 and older.' })],
    },
    at(T0 + 1000),
    ['be kind'],
  );
  await keep(started(id, capture), T0 + 1000);
  await keep(started(id, capture, 'event'), T0 + 2000);
  const found = sessionHarness(database, id)?.findings ?? [];
  assert.deepEqual(found.map(({ kind }) => kind).sort(), [
    'grant_from_repository',
    'hidden_unicode',
    'unpinned_server',
    'version_trap',
  ]);
  assert.equal(
    found.every(({ since }) => since === new Date(T0 + 1000).toISOString()),
    true,
  );
  assert.equal(sessionHeads(database, [id], () => '')[0]?.session.findings, 4);
});
