/** An import is read while it is written: nobody is shown it before its end, and nothing of it stays where that says it was wrong. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { BundleError } from '../../daemon/bundle/bundleError.ts';
import { readBundle } from '../../daemon/bundle/readBundle.ts';
import { importSession } from '../../daemon/importSession.ts';
import { createRedactor } from '../../daemon/redact/redactor.ts';
import { openConnections } from '../../daemon/store/connectionRows.ts';
import { listSessions, sessionHeads } from '../../daemon/store/sessionQueries.ts';
import { takeBackImports } from '../../daemon/takeBack.ts';
import { exportedBundle } from '../support/exportedBundle.ts';
import { assertNothingOf, importedBundle } from '../support/importedBundle.ts';
import { importFuzzed } from '../support/importFuzzed.ts';
import { type Ingested, ingested } from '../support/ingested.ts';
import { journalScript } from '../support/journalScript.ts';
import { captured, story } from '../support/travelledStory.ts';

const redactor = await createRedactor();
const WRONG = new BundleError('damaged', 'its last member is not what its manifest says');

async function travelled(t: Parameters<typeof ingested>[0]): Promise<{ file: string; id: string }> {
  const here = await ingested(t, story);
  const id = String(here.database.sql('SELECT session_id FROM sessions').get()?.session_id);
  await captured(here, id);
  const { file } = await exportedBundle(here, id, { with_instructions: true });
  return { file, id };
}

/** @param finish called when all of it is written but its end */
async function importInto({ places }: Ingested, file: string, finish: () => Promise<void>): Promise<string | null> {
  const bundle = await readBundle(file);
  const place = { journal: places.journal, redactor, at: new Date(), onProgress: () => {}, isWanted: async () => true };
  try {
    return await importSession({ bundle, finish }, 'ab'.repeat(32), place);
  } finally {
    bundle.dispose();
  }
}

const listed = ({ database }: Ingested) =>
  listSessions(database, { workspace: null, all: true }, null, () => '').sessions.map(
    ({ session }) => session.session_id,
  );
const headOf = ({ database }: Ingested, id: string) => sessionHeads(database, [id], () => '')[0];
const takeBack = ({ database, places, ingest }: Ingested) => {
  const removed = takeBackImports(database, places);
  ingest.forget(removed.removed_connection_ids);
  return removed;
};

test('it is read before its end, and listed behind it', async (t) => {
  const { file, id } = await travelled(t);
  const there = await ingested(t, () => {});
  await importInto(there, file, async () => {
    await there.readAll();
    const head = headOf(there, id);
    assert.deepEqual([head?.folded, head?.session.source, listed(there)], [true, 'imported', []]);
    assert.ok((head?.calls ?? 0) > 5);
    assert.equal(openConnections(there.database).length, 1);
    assert.deepEqual(takeBack(there).removed_session_ids, []);
  });
  await there.readAll();
  assert.deepEqual([headOf(there, id)?.folded, listed(there), openConnections(there.database)], [false, [id], []]);
  assert.deepEqual(takeBack(there).removed_session_ids, []);
});

test('found wrong at last it is taken back as a whole, and may come again', async (t) => {
  const { file, id } = await travelled(t);
  const there = await ingested(t, () => {});
  const wrong = importInto(there, file, async () => {
    await there.readAll();
    assert.ok(headOf(there, id));
    throw WRONG;
  });
  await assert.rejects(wrong, WRONG);
  await there.readAll();
  assert.deepEqual([headOf(there, id)?.folded, listed(there)], [true, []]);
  assert.deepEqual(takeBack(there).removed_session_ids, [id]);
  assertNothingOf(there);
  await importedBundle(there, file);
  assert.deepEqual([listed(there), headOf(there, id)?.calls], [[id], 7]);
});

test('a writer that died is one that did not come to its end', async (t) => {
  const { file, id } = await travelled(t);
  const there = await ingested(t, () => {});
  await importInto(there, file, async () => {
    await there.readAll();
    const [open] = openConnections(there.database);
    assert.equal(open?.proxy_pid, process.pid);
    await there.ingest.end([open?.connection_id ?? '']);
    assert.deepEqual(takeBack(there).removed_session_ids, [id]);
  });
  assertNothingOf(there);
});

test('one that is not wanted is checked only, and leaves what is there alone', async (t) => {
  const { file, id } = await travelled(t);
  const there = await ingested(t, (journal) =>
    journalScript(journal, 'con_01jd3e8k9mq7r5t2v4w6x8y0aa')
      .open({
        process_chain: [{ pid: 2 ** 22 + 9, ppid: 1, start: '7', exe: '/bin/agent', argv: ['agent'], cwd: '/w' }],
      })
      .c2s({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'read', arguments: {} } })
      .exit(),
  );
  await importedBundle(there, file);
  const before = [listed(there), headOf(there, id)?.calls];
  // The same once more, and one that its asker breaks off.
  await importedBundle(there, file);
  assert.equal(takeBack(there).removed_connection_ids.length, 1);
  const bundle = await readBundle(file);
  t.after(() => bundle.dispose());
  const place = { journal: there.places.journal, redactor, at: new Date(), onProgress: () => {} };
  const asked = { bundle, finish: async () => {} };
  assert.equal(await importSession(asked, 'cd'.repeat(32), { ...place, isWanted: async () => false }), null);
  const wrong = { bundle, finish: () => Promise.reject(WRONG) };
  await assert.rejects(importSession(wrong, 'cd'.repeat(32), { ...place, isWanted: async () => false }), WRONG);
  await assert.rejects(
    importSession(asked, 'cd'.repeat(32), { ...place, isWanted: () => Promise.reject(new Error('no daemon')) }),
    /no daemon/,
  );
  await there.readAll();
  assert.deepEqual(takeBack(there).removed_session_ids, []);
  assert.deepEqual([listed(there), headOf(there, id)?.calls], before);
  assert.equal(there.database.sql('SELECT count(*) AS n FROM imports').get()?.n, 1);
  assert.deepEqual(readdirSync(there.places.journal).filter((name) => name.startsWith('imp_')).length, 1);
});

test('what an earlier version wrote has no end, and is whole', async (t) => {
  const { file, id } = await travelled(t);
  const there = await ingested(t, () => {});
  await importedBundle({ ...there, readAll: async () => {} }, file);
  const [name = ''] = readdirSync(there.places.journal);
  const path = join(there.places.journal, name);
  writeFileSync(path, asBefore(readFileSync(path)));
  await there.readAll();
  assert.deepEqual([listed(there), headOf(there, id)?.calls, openConnections(there.database)], [[id], 7, []]);
  assert.deepEqual(takeBack(there).removed_session_ids, []);
});

test('of three hundred bundles that somebody tampered with, each is there as a whole or not at all', (t) =>
  importFuzzed(t, 11, 300));

/** A journal as it was written before its writer was named and its end was. */
function asBefore(journal: Buffer): Buffer {
  const lineEnd = (from: number) => journal.indexOf('\n', from) + 1;
  const pieces: Buffer[] = [journal.subarray(0, lineEnd(0))];
  for (let at = lineEnd(0); at < journal.length; ) {
    const start = lineEnd(at);
    const head = JSON.parse(journal.toString('utf8', at, start));
    let payload = journal.subarray(start, start + head.n);
    if (head.k === 'import') {
      const { importer: _, ...record } = JSON.parse(payload.toString('utf8'));
      payload = Buffer.from(JSON.stringify(record));
    }
    if (head.k !== 'import_end')
      pieces.push(Buffer.from(`${JSON.stringify({ ...head, n: payload.length })}\n`), payload);
    at = start + head.n;
  }
  return Buffer.concat(pieces);
}
