/** An imported session is as whole as one of ours: the same tree, the same sums, the same marks, and nothing of ours is touched. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAnswers } from '../../daemon/answers.ts';
import type { BundleReader } from '../../daemon/protocol/bundle.ts';
import type { TreeRow } from '../../daemon/protocol/feed.ts';
import { createRedactor } from '../../daemon/redact/redactor.ts';
import { judgeAgain } from '../../daemon/store/secondStage.ts';
import { sessionHeads } from '../../daemon/store/sessionQueries.ts';
import { exportedBundle } from '../support/exportedBundle.ts';
import { importedBundle } from '../support/importedBundle.ts';
import { type Ingested, ingested } from '../support/ingested.ts';
import { CONNECTION, captured, story } from '../support/travelledStory.ts';

const redactor = await createRedactor({ machineKey: new Uint8Array(32).fill(9) });

const idOf = ({ database }: Ingested) =>
  String(database.sql('SELECT session_id FROM sessions ORDER BY n LIMIT 1').get()?.session_id);

const answersOf = ({ database, places }: Ingested) => createAnswers({ database, places, redactor, machineKey: null });

function treeOf(place: Ingested, session_id: string, filter = '', everything = true): readonly TreeRow[] {
  const wanted = { session_id, filter, everything, collapsed: [], from: 0, count: 200, follow: false };
  return answersOf(place).window(wanted, null).changed ?? [];
}

/** Without what is each database’s own: revisions, and the ids of events. */
function plain(row: TreeRow): object {
  const { rev: _, ...rest } = row.kind === 'call' ? row.call : row;
  if ('event_id' in rest) return { ...rest, event_id: null };
  if (!('evidence' in rest) || rest.evidence === null) return rest;
  // In a record what was not judged and what is not known are one.
  return { ...rest, evidence: { ...rest.evidence, reversibility: rest.evidence.reversibility ?? 'unknown' } };
}

async function both(t: { after(work: () => void): void }): Promise<{ here: Ingested; there: Ingested; id: string }> {
  const here = await ingested(t, story);
  const id = idOf(here);
  await captured(here, id);
  const { file } = await exportedBundle(here, id, { with_instructions: true });
  const there = await ingested(t, () => {});
  await importedBundle(there, file);
  return { here, there, id };
}

test('its tree has every row: workbench, changes, gaps, ends, and calls with what is known of them', async (t) => {
  const { here, there, id } = await both(t);
  const rows = treeOf(there, id);
  const kinds = rows.map(({ kind }) => kind);
  for (const kind of ['workbench', 'harness_changed', 'contract_changed', 'gap', 'event', 'call'] as const)
    assert.ok(kinds.includes(kind), kind);
  assert.equal(kinds[0], 'workbench');
  assert.deepEqual(rows.map(plain), treeOf(here, id).map(plain));
  // What lists are filtered by is there, too.
  for (const filter of ['is:failed', 'tokens:>6', 'lane:files_local', 'error:again'])
    assert.deepEqual(treeOf(there, id, filter).map(plain), treeOf(here, id, filter).map(plain), filter);
});

test('its head and its summary say what ours say', async (t) => {
  const { here, there, id } = await both(t);
  const head = (place: Ingested) => sessionHeads(place.database, [id], () => 'a title')[0]!;
  const [ours, theirs] = [head(here), head(there)];
  assert.deepEqual(
    { ...theirs, rev: 0, session: { ...theirs.session, title: '' } },
    // Its folder is no place of this machine, its user's name is masked.
    {
      ...ours,
      rev: 0,
      listed_in: [],
      session: { ...ours.session, title: '', source: 'imported', principal: theirs.session.principal },
    },
  );
  assert.ok(theirs.gaps === 1 && theirs.session.findings > 0 && theirs.session.retry.verify_first.length > 0);
  const sum = (place: Ingested) => {
    const summary = answersOf(place).summary(id);
    return { ...summary, session: null };
  };
  assert.deepEqual(sum(there), sum(here));
  assert.ok((answersOf(there).summary(id)?.failures.length ?? 0) > 1);
});

test('what a bundle does not sum up is summed from its calls, tokens by the tokenizer that counted them', async (t) => {
  const { here, id } = await both(t);
  const there = await ingested(t, () => {});
  const { file } = await exportedBundle(here, id, {}, { name: 'unsummed' });
  await importedBundle(there, file, (bundle) => ({
    ...bundle,
    session: async () => ({ ...(await bundle.session()), sums: null }),
  }));
  const text = (place: Ingested) => JSON.stringify(answersOf(place).summary(id));
  assert.match(text(here), /o200k_base/);
  assert.match(text(there), /o200k_base/);
});

test('judging anew leaves it as it was recorded', async (t) => {
  const { there, id } = await both(t);
  const before = treeOf(there, id);
  assert.equal(judgeAgain(there.database, null), 0);
  await there.readAll();
  assert.deepEqual(treeOf(there, id), before);
});

test('what a bundle names of ours is not touched', async (t) => {
  const { here, id } = await both(t);
  const rows = () =>
    JSON.stringify([
      here.database.sql('SELECT * FROM trail').all(),
      here.database.sql('SELECT * FROM findings').all(),
      here.database.sql('SELECT * FROM call_evidence').all(),
    ]);
  const before = rows();
  const mine = treeOf(here, id).find((row) => row.kind === 'call');
  const { file } = await exportedBundle(here, id);
  const other = 'ses_00000000000000ff';
  const moved = 'con_01jd3e8k9mq7r5t2v4w6x8y0aa';
  const rename = <T extends { call_id: string; connection_id: string }>(one: T): T => ({
    ...one,
    session_id: other,
    connection_id: moved,
    call_id: one.call_id.replace(CONNECTION.slice(4), moved.slice(4)),
    retry_of: mine?.kind === 'call' ? mine.call.call_id : null,
  });
  // The same bundle, under the name of another session: its events, findings and attempts still name ours.
  const hostile = (bundle: BundleReader): BundleReader => ({
    ...bundle,
    manifest: { ...bundle.manifest, session_id: other },
    session: async () => {
      const session = await bundle.session();
      return {
        ...session,
        session: { ...session.session, session_id: other },
        connections: session.connections.map((one) => ({ ...one, connection_id: moved })),
      };
    },
    async *calls() {
      for await (const call of bundle.calls()) yield rename(call);
    },
    async *frames() {},
    async *findings() {
      for await (const finding of bundle.findings()) yield { ...finding, session_id: other };
    },
  });
  await importedBundle(here, file, hostile);
  assert.equal(sessionHeads(here.database, [other], () => '')[0]?.session.source, 'imported');
  const now = JSON.parse(rows());
  const [trail, findings, evidence] = JSON.parse(before);
  const ours = (list: { session_id?: string }[]) => list.filter(({ session_id }) => session_id === id);
  assert.deepEqual([ours(now[0]), ours(now[1])], [trail, findings]);
  assert.deepEqual(now[2].slice(0, evidence.length), evidence);
});
