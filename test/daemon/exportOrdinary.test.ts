/**
 * Ordinary work is not damaged: real sessions with the real file-system server in a project with nothing secret in it,
 * exported in full. Every place that was masked is looked at; whoever worked there and where is all that may be.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { readBundle } from '../../daemon/bundle/readBundle.ts';
import { openStore } from '../../daemon/store/openStore.ts';
import { exportedBundle } from '../support/exportedBundle.ts';
import { ingestedIn } from '../support/ingested.ts';
import { ordinaryPlace } from '../support/ordinaryPlace.ts';
import { ordinarySession } from '../support/ordinarySession.ts';

const CALLS = 200;

test('three real sessions', async (t) => {
  const place = ordinaryPlace();
  t.after(() => place.remove());
  await ordinarySession(place, CALLS);
  const wrong: string[] = [];
  let [chars, calls, masked] = [0, 0, 0];
  for (const name of ['fs', 'api', 'editor']) {
    const home = join(place.state, name);
    const places = { journal: join(home, 'journal'), artifacts: join(home, 'artifacts') };
    const { database } = openStore(join(home, 'callgrove.db'), new Date());
    try {
      const store = await ingestedIn(home, places, database);
      const session = String(database.sql('SELECT session_id FROM sessions').get()?.session_id);
      const { file, manifest } = await exportedBundle(store, session);
      calls += manifest.counts.calls;
      for (const { rule, member, where, count } of manifest.redaction) {
        masked += count;
        // The project's `.env` has a password in a URL, and `fs` reads it.
        if (rule === 'url-password' && name === 'fs') continue;
        if (!['home', 'user', 'host'].includes(rule)) wrong.push(`${name}: ${rule} in ${member} ${where}, ${count}`);
      }
      const bundle = await readBundle(file);
      for await (const frame of bundle.frames()) chars += frame.body?.length ?? 0;
      bundle.dispose();
    } finally {
      database.dispose();
    }
  }
  t.diagnostic(
    `${wrong.length} false positives in ${calls} calls with ${chars} characters; ${masked} places name the user or the home folder`,
  );
  for (const line of wrong) t.diagnostic(line);
  assert.ok(calls > 100 && chars > 50_000, `${calls} ${chars}`);
  assert.deepEqual(wrong, []);
});
