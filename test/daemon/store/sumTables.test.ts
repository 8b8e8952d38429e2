/** What a session's head adds up: the same as by a look at each call, and without one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Database, openDatabase } from '../../../daemon/store/database.ts';
import { putEvidence } from '../../../daemon/store/evidenceRows.ts';
import { MIGRATIONS, migrate } from '../../../daemon/store/migrations.ts';
import { openStore } from '../../../daemon/store/openStore.ts';
import { sessionHeads } from '../../../daemon/store/sessionQueries.ts';
import { SPEND_COLUMNS } from '../../../daemon/store/sessionSpend.ts';
import { SUM_INDEXES } from '../../../daemon/store/sumTables.ts';
import { SESSION, storeStory } from '../../support/storeStory.ts';

const spendBy = (database: Database) => sessionHeads(database, [SESSION], () => '')[0]?.session.spend_by;

/** @param priced by tool, what each call of it cost; null for nothing */
function told(database: Database, priced: readonly (readonly [tool: string, usd: number | null])[]): number[] {
  const tell = storeStory(database);
  for (const [tool] of priced) tell.end(tell.call({ tool }));
  tell.commit();
  return database
    .sql('SELECT n, session FROM calls ORDER BY n')
    .all()
    .map(({ n, session }, index) => {
      const [, usd] = priced[index]!;
      const spend = usd === null ? undefined : { estimated_usd: usd, actual_usd: null, source: null, price_date: null };
      const lane = index % 2 ? 'a_lane' : null;
      putEvidence(database, Number(n), Number(session), { ...(spend && { spend }), credential_lane: lane });
      return Number(n);
    });
}

test('what calls cost is added up by server, tool and lane; a call judged again counts once', (t) => {
  const { database } = openStore(':memory:', new Date(0));
  t.after(() => database.dispose());
  const [first, second] = told(database, [
    ['read', 0.5],
    ['read', 0.25],
    ['write', 1],
    ['list', null],
  ]);
  const by = spendBy(database);
  assert.deepEqual(by?.tool, { 'filesystem/read': 0.75, 'filesystem/write': 1 });
  assert.deepEqual(by?.lane, { unknown: 1.5, a_lane: 0.25 });
  const session = Number(database.sql('SELECT session FROM calls').get()?.session);
  putEvidence(database, first ?? 0, session, {
    spend: { estimated_usd: 9, actual_usd: 0.1, source: null, price_date: null },
  });
  putEvidence(database, second ?? 0, session, {});
  assert.deepEqual(spendBy(database)?.tool, { 'filesystem/read': 0.1, 'filesystem/write': 1 });
});

test('sums look at no call', (t) => {
  const { database } = openStore(':memory:', new Date(0));
  t.after(() => database.dispose());
  const plan = database
    .once(`EXPLAIN QUERY PLAN SELECT ${SPEND_COLUMNS} FROM sessions s`)
    .all()
    .map(({ detail }) => String(detail));
  assert.ok(
    plan.some((step) => /USING COVERING INDEX evidence_spend /.test(step)),
    plan.join('\n'),
  );
  assert.ok(!plan.some((step) => /(?:SCAN|SEARCH) (?:c|calls)\b/.test(step)), plan.join('\n'));
});

test('what was paid for before has its place after the step', (t) => {
  const database = openDatabase(':memory:', 'write');
  t.after(() => database.dispose());
  migrate(database, MIGRATIONS.slice(0, MIGRATIONS.indexOf(SUM_INDEXES)));
  const tell = storeStory(database);
  for (const tool of ['read', 'write']) tell.end(tell.call({ tool }));
  tell.commit();
  database.exec(`
    INSERT INTO call_evidence (call, session, files_created, files_modified, files_deleted, files_moved, api_calls,
        messages_sent, processes_run, other_effects, unproven, estimated_usd, record)
      SELECT n, session, 0, 0, 0, 0, 0, 0, 0, 0, 0, iif(tool = 'read', 0.5, NULL), '{}' FROM calls;
  `);
  migrate(database);
  assert.deepEqual(spendBy(database)?.tool, { 'filesystem/read': 0.5 });
});
