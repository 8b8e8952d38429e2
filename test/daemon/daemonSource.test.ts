/** The threads joined: what is answered while the one that reads the journal fails again and again. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { placesOf } from '../../daemon/base/places.ts';
import { startDaemonSource } from '../../daemon/daemonSource.ts';
import { openDatabase } from '../../daemon/store/database.ts';
import { journalScript } from '../support/journalScript.ts';

test('who asks how things stand gets an answer and the reason, though nothing can be read', async (t) => {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'callgrove-source-')));
  const places = placesOf(home, join);
  for (const folder of [places.journal, places.artifacts, places.control]) mkdirSync(folder, { recursive: true });
  const daemon = await startDaemonSource({
    home,
    script: (name) => new URL(`../../daemon/${name}.ts`, import.meta.url),
    log: () => {},
    onFatal: (sentence) => assert.fail(sentence ?? 'vanished'),
  });
  t.after(async () => {
    await daemon.stop();
    daemon.dispose();
    rmSync(home, { recursive: true, force: true });
  });
  assert.deepEqual((await daemon.source.status()).notes, []);
  // What a full disk does, as far as it can be done anywhere: the next write fails.
  const other = openDatabase(places.database, 'write');
  other.exec("CREATE TRIGGER full BEFORE INSERT ON connections BEGIN SELECT raise(ABORT, 'disk is full'); END");
  other.dispose();
  journalScript(places.journal, 'con_01jd5t3k7m8n9p0q1r2s3t4v5w').open();
  for (;;) {
    const { notes, journal_bytes } = await daemon.source.status();
    assert.ok(journal_bytes >= 0);
    if (notes.some((note) => /^reading the journal stopped and was begun anew: disk is full$/.test(note))) break;
    await sleep(20);
  }
  assert.ok((await daemon.source.status()).journal_bytes > 0);
  for (;;) {
    const prune = { act: 'prune', max_age_days: null, max_bytes: null, dry_run: true } as const;
    const said = await daemon.source.act(prune).then(
      () => '',
      (error: Error) => error.message,
    );
    if (said === 'nothing can be written at the moment: disk is full') break;
    await sleep(20);
  }
});
