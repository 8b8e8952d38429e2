/** What becomes of the decisions that proxies journal, and of what the daemon's own journal says of policy. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { callIdOf, makeConnectionId } from '../../daemon/base/ids.ts';
import { createIngest } from '../../daemon/ingestJournal.ts';
import { openDaemonJournal } from '../../daemon/journal/daemonJournal.ts';
import type { DecisionRecord, Freeze, Once } from '../../daemon/protocol/policy.ts';
import { Call } from '../../daemon/protocol/record.ts';
import { createRedactor } from '../../daemon/redact/redactor.ts';
import { readBodies, secondStageOf } from '../../daemon/stageB.ts';
import { readCall } from '../../daemon/store/callQueries.ts';
import type { Database } from '../../daemon/store/database.ts';
import { listDenials } from '../../daemon/store/denialQueries.ts';
import { refusedSince } from '../../daemon/store/freezeQueries.ts';
import { openStore } from '../../daemon/store/openStore.ts';
import { openFreezes, pinnedTools } from '../../daemon/store/policyRows.ts';
import { listSessions } from '../../daemon/store/sessionQueries.ts';
import { readFindings, readTrail } from '../../daemon/store/trailQueries.ts';
import { treeAfter } from '../../daemon/store/treeQueries.ts';
import { journalScript } from '../support/journalScript.ts';
import { ONCE } from '../support/policyWorld.ts';

const CON = makeConnectionId(1_790_000_000_000, new Uint8Array(10).fill(7));
const ALL = { workspace: null, all: true };
const BUNDLE = `sha256:${'ab'.repeat(32)}`;
const SECRET = 'ghp_16C7e42F292c6912E7710c838347Ae178B4a';
const redactor = await createRedactor({ machineKey: new Uint8Array(32) });

function home(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'callgrove-policy-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const places = { journal: join(folder, 'journal'), artifacts: join(folder, 'artifacts') };
  for (const one of Object.values(places)) mkdirSync(one);
  return { folder, places };
}

async function ingestAll(places: { journal: string; artifacts: string }, database: Database, items: number) {
  const ingest = createIngest({ places, database, redactor, machineKey: null, note: () => {} });
  const bodies = secondStageOf(ingest, places, database, null);
  ingest.follower.scan();
  while (await ingest.once({ items, bytes: 1e9 }));
  while (await readBodies(bodies));
}

const request = (id: number, name: string, args: object) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: args },
});
const answer = (id: number, text: string, isError = false) => ({
  jsonrpc: '2.0',
  id,
  result: { content: [{ type: 'text', text }], isError },
});

/** @param frame the ordinal of the chunk that holds the request */
function decision(frame: string, over: Partial<DecisionRecord>): DecisionRecord {
  return {
    frame,
    request_id: '1',
    method: 'tools/call',
    tool: 'read_file',
    decision: 'allow',
    mode: 'observe',
    reason: null,
    rule: null,
    bundle: BUNDLE,
    requested_capability: null,
    remedy: null,
    input_summary: {
      requested_path: 'a.txt',
      cwd: '/w',
      canonical_path: '/w/a.txt',
      allowed_root: '/w',
      symlinks: [],
      operation_class: 'read',
    },
    paths: [],
    surface: `sha256:${'cd'.repeat(32)}`,
    surface_hidden: 0,
    took_us: 12,
    ...over,
  };
}

function tell(journal: string): void {
  journalScript(journal, CON)
    .open({ root_evidence: {} })
    .c2s(request(1, 'read_file', { path: 'a.txt' }))
    .record('decision', decision('1', {}))
    .s2c(answer(1, 'fine'))
    .c2s(request(2, 'read_file', { path: `l/${SECRET}` }))
    .record(
      'decision',
      decision('4', {
        decision: 'would_deny',
        reason: 'symlink_escape',
        rule: 'root:/w',
        requested_capability: `read:l/${SECRET}`,
        remedy: 'stay inside',
        input_summary: {
          ...decision('4', {}).input_summary,
          requested_path: `l/${SECRET}`,
          canonical_path: `/o/${SECRET}`,
        },
        paths: [
          {
            argument: 'path',
            requested: `l/${SECRET}`,
            canonical: `/o/${SECRET}`,
            access: 'read',
            symlinks: ['/w/l'],
            flags: [],
            reason: 'symlink_escape',
          },
        ],
      }),
    )
    .s2c(answer(2, 'went on'))
    .c2s(request(3, 'write_file', { path: '/etc/passwd' }))
    .record(
      'decision',
      decision('7', {
        tool: 'write_file',
        decision: 'deny',
        mode: 'enforce',
        reason: 'write_outside_root',
        rule: 'root:/w',
      }),
    )
    .s2c(answer(3, 'Refused by policy', true))
    .c2s(request(4, 'read_file', { path: 'a.txt' }))
    .record(
      'decision',
      decision('10', { decision: 'deny', mode: 'enforce', reason: 'server_frozen', rule: 'freeze:frz_1' }),
    )
    .s2c(answer(4, 'Frozen', true))
    .c2s(request(5, 'write_file', { path: 'AGENTS.md' }))
    .record(
      'decision',
      decision('13', {
        tool: 'write_file',
        paths: [
          {
            argument: 'path',
            requested: 'AGENTS.md',
            canonical: '/w/AGENTS.md',
            access: 'write',
            symlinks: [],
            flags: ['instruction_file'],
            reason: null,
          },
        ],
      }),
    )
    .s2c(answer(5, 'written'))
    // Of another form, and of a frame that is none: skipped.
    .record('decision', { frame: 'x', decision: 'deny' })
    .record('decision', null);
}

const session = (database: Database) => {
  const [head] = listSessions(database, ALL, null, () => 'title').sessions;
  assert.ok(head);
  return head;
};

function dump(database: Database) {
  const { session: one, denials } = session(database);
  return {
    calls: ['1', '4', '7', '10', '13'].map((key) => readCall(database, callIdOf(CON, key), () => null)),
    one,
    denials,
    list: listDenials(database, { ...ALL, session_id: null, limit: 100 }),
    findings: readFindings(database, one.session_id),
    trail: readTrail(database, one.session_id),
  };
}

test('decisions become rows, denials and findings, whole and masked, whatever the batches', async (t) => {
  const { folder, places } = home(t);
  tell(places.journal);
  const store = openStore(join(folder, 'a.db'), new Date());
  t.after(() => store.database.dispose());
  await ingestAll(places, store.database, 5000);
  const seen = dump(store.database);
  const [allowed, observed, denied, frozen] = seen.calls.map((call) => Call.parse(call));

  assert.deepEqual(allowed?.policy, {
    bundle: BUNDLE,
    mode: 'observe',
    decision: 'allow',
    reason: null,
    rule: null,
    surface: `sha256:${'cd'.repeat(32)}`,
    surface_hidden: 0,
  });
  assert.equal(allowed?.input_summary.canonical_path, '/w/a.txt');
  assert.equal(allowed?.input_summary.operation_class, 'read');
  assert.deepEqual(
    [observed?.outcome, observed?.policy.decision, observed?.adapter.altered],
    ['success', 'would_deny', false],
  );
  assert.equal(observed?.input_summary.redaction_class, 'masked');
  assert.deepEqual(
    [denied?.outcome, denied?.layers, denied?.adapter.altered],
    ['denied', { transport: null, rpc: null, tool: null }, true],
  );
  assert.equal(denied?.error?.error_class, 'path_denied');
  assert.equal(denied?.error_message, 'Refused by policy');
  assert.equal(frozen?.error?.error_class, 'lane_frozen');

  assert.deepEqual([seen.one.denied_calls, seen.one.successful_calls, seen.denials], [2, 3, 3]);
  assert.deepEqual(
    seen.list.denials.map(({ decision, reason, tool }) => [decision, reason, tool]),
    [
      ['would_deny', 'symlink_escape', 'read_file'],
      ['deny', 'write_outside_root', 'write_file'],
      ['deny', 'server_frozen', 'read_file'],
    ],
  );
  assert.deepEqual(seen.list.denials[0]?.paths[0]?.symlinks, ['/w/l']);
  assert.equal(seen.list.denials[0]?.remedy, 'stay inside');
  assert.deepEqual(
    seen.findings.map(({ kind, call_id }) => [kind, call_id]),
    [['instruction_written', callIdOf(CON, '13')]],
  );
  assert.deepEqual(
    seen.trail.map(({ kind }) => kind),
    ['denial', 'denial', 'denial'],
  );
  assert.ok(!JSON.stringify(seen).includes(SECRET));
  assert.ok(!readFileSync(join(folder, 'a.db')).includes(SECRET));

  const again = openStore(join(folder, 'b.db'), new Date());
  t.after(() => again.database.dispose());
  await ingestAll(places, again.database, 1);
  assert.deepEqual(dump(again.database), seen);
});

test('a freeze and its thaw stand in the sessions that they concern, and are found again in a rebuild', async (t) => {
  const { folder, places } = home(t);
  tell(places.journal);
  const store = openStore(join(folder, 'a.db'), new Date());
  t.after(() => store.database.dispose());
  await ingestAll(places, store.database, 5000);
  const { session_id } = session(store.database).session;
  const own = openDaemonJournal(places.journal);
  t.after(() => own.dispose());
  const at = new Date(1_790_000_000_000).toISOString();
  const freeze: Freeze = {
    freeze_id: 'frz_1',
    kind: 'server',
    target: 'fs',
    processes: [],
    by: 'ada',
    reason: `saw ${SECRET}`,
    at,
  };
  const tools = { read_file: `sha256:${'1'.repeat(64)}` };
  own.append(
    [
      ['freeze', { freeze, sessions: [session_id] }],
      ['accept', { server: 'fs', contract: `sha256:${'2'.repeat(64)}`, tools, by: 'ada', at }],
      ['widening', { session_id, at, asked: [{ item: '/mode', evidence: 'It would only observe.' }] }],
    ],
    1_790_000_000_500,
  );
  await ingestAll(places, store.database, 5000);
  assert.deepEqual(
    openFreezes(store.database).map(({ freeze_id, by }) => [freeze_id, by]),
    [['frz_1', 'ada']],
  );
  assert.deepEqual(pinnedTools(store.database)[0]?.tools, tools);
  const refused = refusedSince(store.database, freeze);
  assert.deepEqual(refused, [{ tool: 'fs/read_file', calls: 1 }]);
  own.append([['thaw', { freeze_id: 'frz_1', by: 'ada', reason: null, at, refused }]], 1_790_000_001_000);
  await ingestAll(places, store.database, 5000);
  assert.deepEqual(openFreezes(store.database), []);
  const again = openStore(join(folder, 'b.db'), new Date());
  t.after(() => again.database.dispose());
  await ingestAll(places, again.database, 1);
  for (const { database } of [store, again]) {
    const rows = treeAfter(
      database,
      { session_id, everything: false, condition: { sql: '', values: [] } },
      '',
      100,
    ).rows;
    const events = rows.flatMap((row) => (row.kind === 'frozen' || row.kind === 'thawed' ? [row.sentence] : []));
    assert.match(events[0] ?? '', /^server fs was frozen by ada: saw /);
    assert.equal(events[1], 'server fs was thawed by ada; 1 call was refused meanwhile (fs/read_file 1×)');
    assert.ok(!JSON.stringify(rows).includes(SECRET));
    assert.ok(readFindings(database, session_id).some(({ kind }) => kind === 'policy_widening'));
    assert.deepEqual(openFreezes(database), []);
  }
});

test('what was allowed once stands at the refused call and at the one that passed, whichever is read first', async (t) => {
  const { folder, places } = home(t);
  const once: Once = {
    ...ONCE,
    call_id: callIdOf(CON, '1'),
    reason: 'credential_file',
    paths: [{ canonical: '/w/.env', access: 'read' }],
    at: new Date(1_790_000_000_000).toISOString(),
    until: new Date(1_790_000_600_000).toISOString(),
  };
  const asks = (id: number) => request(id, 'read_file', { path: '.env' });
  const refusal = {
    decision: 'deny',
    mode: 'enforce',
    reason: 'credential_file',
    rule: 'credential_file:**/.env',
  } as const;
  const script = journalScript(places.journal, CON)
    .open({ root_evidence: {} })
    .c2s(asks(1))
    .record('decision', decision('1', refusal))
    .s2c(answer(1, 'Refused', true));
  const store = openStore(join(folder, 'a.db'), new Date());
  t.after(() => store.database.dispose());
  await ingestAll(places, store.database, 5000);
  const { session_id } = session(store.database).session;
  const rows = (database: Database) =>
    treeAfter(database, { session_id, everything: false, condition: { sql: '', values: [] } }, '', 100).rows.flatMap(
      (row) => (row.kind === 'call' ? [row.call] : []),
    );
  const before = rows(store.database)[0];
  assert.equal(before?.once, null);

  const own = openDaemonJournal(places.journal);
  t.after(() => own.dispose());
  own.append([['once', { once }]], 1_790_000_000_500);
  await ingestAll(places, store.database, 5000);
  const given = { once_id: 'once_1', refused: once.call_id, by: 'ada', at: once.at, until: once.until, passed: null };
  const open = rows(store.database)[0];
  assert.deepEqual(open?.once, given);
  assert.ok((open?.rev ?? 0) > (before?.rev ?? 0), 'viewers hear of it');

  script
    .c2s(asks(2))
    .record('decision', decision('4', { mode: 'enforce', rule: 'once:once_1' }))
    .s2c(answer(2, 'KEY=1'));
  await ingestAll(places, store.database, 5000);
  const passed = { ...given, passed: callIdOf(CON, '4') };
  assert.ok((rows(store.database)[0]?.rev ?? 0) > (open?.rev ?? 0), 'viewers hear that it was used');
  const again = openStore(join(folder, 'b.db'), new Date());
  t.after(() => again.database.dispose());
  await ingestAll(places, again.database, 1);
  for (const { database } of [store, again]) {
    assert.deepEqual(
      rows(database).map((call) => call.once),
      [passed, passed],
    );
    assert.deepEqual(listDenials(database, { ...ALL, session_id, limit: 10 }).once, [passed]);
  }
});
