/** An import is read while it is written: nobody is shown it before its end, and nothing of it stays where that says it was wrong. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { placesOf } from '../../daemon/base/places.ts';
import { BundleError } from '../../daemon/bundle/bundleError.ts';
import { readBundle } from '../../daemon/bundle/readBundle.ts';
import { importSession } from '../../daemon/importSession.ts';
import type { BundleReader } from '../../daemon/protocol/bundle.ts';
import { createRedactor } from '../../daemon/redact/redactor.ts';
import { prune } from '../../daemon/retention.ts';
import { openConnections } from '../../daemon/store/connectionRows.ts';
import { countEverything } from '../../daemon/store/counts.ts';
import { listSessions, sessionHeads } from '../../daemon/store/sessionQueries.ts';
import { sessionsIn } from '../../daemon/store/workspaceRoots.ts';
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
    assert.deepEqual(countEverything(there.database), { sessions: 0, calls: 0, open_connections: 0 });
    assert.deepEqual(sessionsIn(there.database, head?.session.workspace ?? '/w'), []);
    assert.deepEqual(takeBack(there).removed_session_ids, []);
  });
  await there.readAll();
  assert.deepEqual([headOf(there, id)?.folded, listed(there), openConnections(there.database)], [false, [id], []]);
  assert.deepEqual(takeBack(there).removed_session_ids, []);
});

test('its journal begins with a word on whose it is, so that it is nobody’s only for a moment', async (t) => {
  const { file, id } = await travelled(t);
  const there = await ingested(t, () => {});
  await importedBundle(there, file, (bundle) => ({
    ...bundle,
    async *calls() {
      await there.readAll();
      assert.deepEqual([openConnections(there.database).length, headOf(there, id)?.calls], [1, 0]);
      yield* bundle.calls();
    },
  }));
  assert.equal(headOf(there, id)?.calls, 7);
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

test('a bundle that was refused has changed nothing of an import that is here, though it names it everywhere', async (t) => {
  const [A, B] = ['con_01jd3e8k9mq7r5t2v4w6x8y0aa', 'con_01jd3e8k9mq7r5t2v4w6x8y0bb'];
  const threeCalls = (connection: string, pid: number) => (journal: string) => {
    const agent = { pid, ppid: 1, start: '7', exe: '/bin/agent', argv: ['agent'], cwd: '/w' };
    const script = journalScript(journal, connection).open({ process_chain: [agent] });
    for (let id = 1; id <= 3; id++)
      script
        .c2s({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'read', arguments: { id } } })
        .s2c({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text: `r${id}` }] } });
    script.exit();
  };
  const exportOf = async (connection: string, pid: number) => {
    const here = await ingested(t, threeCalls(connection, pid));
    const id = String(here.database.sql('SELECT session_id FROM sessions').get()?.session_id);
    return { id, file: (await exportedBundle(here, id)).file };
  };
  const [mine, theirs] = [await exportOf(A, 2 ** 22 + 1), await exportOf(B, 2 ** 22 + 2)];
  const there = await ingested(t, () => {});
  await importedBundle(there, mine.file);
  const rows = () =>
    ['sessions', 'session_connections', 'connections', 'calls', 'imported_calls', 'events', 'gaps'].map((table) =>
      JSON.stringify(there.database.sql(`SELECT * FROM ${table}`).all(), (key, value) => (key === 'rev' ? 0 : value)),
    );
  const before = rows();
  const bundle = await readBundle(theirs.file);
  t.after(() => bundle.dispose());
  const hostile: BundleReader = {
    ...bundle,
    async session() {
      const session = await bundle.session();
      const [own] = session.connections;
      const again = { ...own!, connection_id: A, server_name: 'another', ended_how: 'killed', lost_calls: 99 } as const;
      return { ...session, connections: [...session.connections, again] };
    },
    async *calls() {
      for await (const call of bundle.calls())
        yield { ...call, parent_call_id: `call_${A.slice(4)}_1`, parent_candidates: [`call_${A.slice(4)}_1`] };
    },
  };
  const place = {
    journal: there.places.journal,
    redactor,
    at: new Date(),
    onProgress: () => {},
    isWanted: async () => true,
  };
  const finish = async () => {
    await there.readAll();
    assert.deepEqual([headOf(there, mine.id)?.calls, headOf(there, theirs.id)?.calls], [3, 3]);
    throw WRONG;
  };
  await assert.rejects(importSession({ bundle: hostile, finish }, 'ab'.repeat(32), place), WRONG);
  await there.readAll();
  assert.deepEqual(takeBack(there).removed_session_ids, [theirs.id]);
  assert.deepEqual(rows(), before);
  // What it stood for comes as a whole.
  await importedBundle(there, theirs.file);
  assert.deepEqual([headOf(there, mine.id)?.calls, headOf(there, theirs.id)?.calls], [3, 3]);
});

test('one that was refused beside another that failed goes when it has ended', async (t) => {
  const { file } = await travelled(t);
  const there = await ingested(t, () => {});
  const first = importInto(there, file, async () => {
    await there.readAll();
    await importInto(there, file, async () => {
      await there.readAll();
      const [open] = openConnections(there.database);
      // The one that came first dies; the other one's journal is still written.
      await there.ingest.end([open?.connection_id ?? '']);
      assert.equal(takeBack(there).removed_session_ids.length, 1);
    });
    await there.readAll();
    assert.equal(takeBack(there).removed_connection_ids.length, 1);
    throw WRONG;
  });
  await assert.rejects(first, WRONG);
  assert.deepEqual([openConnections(there.database), takeBack(there).removed_connection_ids], [[], []]);
  assertNothingOf(there);
});

test('retention leaves the journal of an import alone while it is written', async (t) => {
  const { file } = await travelled(t);
  const there = await ingested(t, () => {});
  await importInto(there, file, async () => {
    await there.readAll();
    const [name = ''] = readdirSync(there.places.journal);
    // As if it had come to its second segment.
    writeFileSync(join(there.places.journal, name.replace('.0000.', '.0001.')), '');
    there.database.sql('UPDATE positions SET segment = 1, offset = 0').run();
    const places = placesOf(there.folder, join);
    const { report } = prune(there.database, places, { max_age_days: 0, max_bytes: 0 }, Date.now() + 60_000, false);
    assert.deepEqual([report.segments, report.sessions, existsSync(join(there.places.journal, name))], [0, 0, true]);
  });
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
