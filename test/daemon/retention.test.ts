import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createAnswers } from '../../daemon/answers.ts';
import { makeConnectionId } from '../../daemon/base/ids.ts';
import { placesOf } from '../../daemon/base/places.ts';
import { createIngest } from '../../daemon/ingestJournal.ts';
import { goneText } from '../../daemon/model/goneText.ts';
import { createRedactor } from '../../daemon/redact/redactor.ts';
import { prune } from '../../daemon/retention.ts';
import { readBodies, secondStageOf } from '../../daemon/stageB.ts';
import { openStore } from '../../daemon/store/openStore.ts';
import { ingested } from '../support/ingested.ts';
import { journalScript } from '../support/journalScript.ts';

const DAY = 86_400_000;
const NOW = 1_790_000_000_000;
const redactor = await createRedactor({ machineKey: new Uint8Array(32) });

/** Four sessions of agents of their own: old, old and pinned, old and open, new. */
async function scene(t: { after(work: () => void): void }) {
  const places = placesOf(mkdtempSync(join(tmpdir(), 'callgrove-prune-')), join);
  t.after(() => rmSync(places.home, { recursive: true, force: true }));
  for (const folder of [places.journal, places.artifacts, places.control]) mkdirSync(folder);
  const ids = [1, 2, 3, 4].map((n) => makeConnectionId(NOW, new Uint8Array(10).fill(n)));
  ids.forEach((id, index) => {
    const start = index === 3 ? NOW - DAY : NOW - 30 * DAY;
    const agent = { pid: 100 + index, ppid: 1, start: '7', exe: '/bin/agent', argv: ['agent'], cwd: '/w' };
    const con = journalScript(places.journal, id, start).open({ process_chain: [agent] });
    con.c2s({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: `tool${index}`, arguments: { text: 'findme' } },
    });
    con.s2c({
      jsonrpc: '2.0',
      id: 1,
      result: { content: [{ type: 'text', text: 'z'.repeat(index === 0 ? 300_000 : 10) }] },
    });
    if (index !== 2) con.exit();
  });
  const { database } = openStore(places.database, new Date());
  t.after(() => database.dispose());
  const ingest = createIngest({ places, database, redactor, machineKey: null, note: () => {} });
  const readAll = async () => {
    const bodies = secondStageOf(ingest, places, database, null);
    ingest.follower.scan();
    while (await ingest.once());
    while (await readBodies(bodies));
  };
  await readAll();
  const sessionOf = (index: number) =>
    String(
      database
        .sql('SELECT s.session_id FROM sessions s JOIN calls c ON c.session = s.n WHERE c.tool = ?')
        .get(`tool${index}`)?.session_id,
    );
  ingest.writer.commit(
    () => ingest.writer.mark(sessionOf(1), { pinned: true }),
    () => [],
  );
  const tools = () =>
    database
      .sql('SELECT tool FROM calls ORDER BY tool')
      .all()
      .map((row) => row.tool);
  return { places, database, ingest, readAll, tools, ids };
}

test('what is over, not pinned and too old goes, with its journal; a dry run touches nothing', async (t) => {
  const { places, database, ingest, readAll, tools, ids } = await scene(t);
  const budget = { max_age_days: 14, max_bytes: 1e12 };
  const dry = prune(database, places, budget, NOW, true);
  assert.deepEqual(
    { ...dry.report, bytes: 0 },
    { segments: 1, artifacts: 0, sessions: 1, calls: 1, bytes: 0, dry_run: true },
  );
  assert.equal(readdirSync(places.journal).length, 4);
  assert.equal(readdirSync(places.artifacts).length, 1);

  const wet = prune(database, places, budget, NOW, false);
  ingest.forget(wet.removed_connection_ids);
  assert.equal(wet.report.sessions, 1);
  assert.deepEqual(tools(), ['tool1', 'tool2', 'tool3']);
  assert.deepEqual(wet.removed_connection_ids, [ids[0]]);
  assert.equal(readdirSync(places.journal).length, 3);
  // The artifact was kept a moment ago by the clock of the disk: it is too young to go by that of this test.
  assert.equal(readdirSync(places.artifacts).length, 1);
  const later = prune(database, places, budget, Date.now() + 2 * 3_600_000, false);
  assert.equal(later.report.artifacts, 1);
  assert.equal(readdirSync(places.artifacts).length, 0);
  await readAll();
  assert.ok(!tools().includes('tool0'), 'what was removed does not come back');
});

test('over the size, the oldest go until it fits; pinned and open ones never', async (t) => {
  const { places, database, tools } = await scene(t);
  prune(database, places, { max_age_days: 1e6, max_bytes: 0 }, NOW, false);
  assert.deepEqual(tools(), ['tool1', 'tool2']);
  assert.equal(database.sql("SELECT count(*) AS n FROM words WHERE words MATCH 'findme'").get()?.n, 2);
});

test('a call whose segment went says so, with the file and what keeps one; a pinned one keeps all of its segments', async (t) => {
  const id = makeConnectionId(NOW, new Uint8Array(10).fill(9));
  const { folder, database, places, ingest } = await ingested(t, (journal) => {
    const con = journalScript(journal, id).open();
    con.c2s({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'a', arguments: { path: '/x' } } });
    con.segment().s2c({ jsonrpc: '2.0', id: 1, result: { content: [] } });
  });
  const everywhere = { ...placesOf(folder, join), ...places };
  const answers = createAnswers({ database, places, redactor, machineKey: null });
  const call_id = `call_${id.slice(4)}_1`;
  const session = String(database.sql('SELECT session_id FROM sessions').get()?.session_id);
  const mark = (pinned: boolean) =>
    ingest.writer.commit(
      () => ingest.writer.mark(session, { pinned }),
      () => [],
    );
  const monthsLater = Date.now() + 90 * DAY;
  mark(true);
  prune(database, everywhere, { max_age_days: 14, max_bytes: 1e12 }, monthsLater, false);
  assert.deepEqual((await answers.detail(call_id))?.gone, []);
  mark(false);
  prune(database, everywhere, { max_age_days: 14, max_bytes: 1e12 }, monthsLater, false);
  const detail = await answers.detail(call_id);
  const file = `journal/${id}.0000.cgj`;
  assert.deepEqual(detail?.gone, [{ role: 'request', file }]);
  assert.equal(detail?.arguments, null);
  const text = detail ? goneText(detail) : '';
  assert.match(text, new RegExp(`^The request stood in ${file}\\. That file is gone: retention .*callgrove pin`));
});
