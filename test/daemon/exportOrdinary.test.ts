/**
 * Ordinary work is not damaged: real sessions with real servers in a project with nothing secret in it,
 * exported in full. Every place that was masked is looked at; whoever worked there and where is all that may be.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readBundle } from '../../daemon/bundle/readBundle.ts';
import { openStore } from '../../daemon/store/openStore.ts';
import { exportedBundle } from '../support/exportedBundle.ts';
import { ingestedIn } from '../support/ingested.ts';
import { ordinaryPlace } from '../support/ordinaryPlace.ts';
import { ORDINARY_SERVERS, ordinaryWork } from '../support/ordinaryServers.ts';
import { ordinarySession } from '../support/ordinarySession.ts';

const CALLS = 200;

test('three real sessions with the file-system server in a monorepo', async (t) => {
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

/** Places of a text that say who worked there and where, or that are the value of the server's own variable. */
const RIGHT = /~|<(?:user|host|email|secret:env-PROJECT_CODE)#[0-9a-f]{8}>/;

for (const server of ORDINARY_SERVERS)
  test(`an ordinary session with server-${server} passes undamaged`, async (t) => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'callgrove-ordinary-')));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const home = join(folder, 'state');
    const asked = await ordinaryWork(server, { home, folder });
    const places = { journal: join(home, 'journal'), artifacts: join(home, 'artifacts') };
    const { database } = openStore(join(home, 'callgrove.db'), new Date());
    t.after(() => database.dispose());
    const store = await ingestedIn(home, places, database);
    const session = String(database.sql('SELECT session_id FROM sessions').get()?.session_id);
    const masked = await exportedBundle(store, session);
    const raw = await exportedBundle(store, session, { redact: false }, { name: 'raw' });
    const rules = new Set(masked.manifest.redaction.map(({ rule }) => rule));
    // This server has a tool that prints its environment; in the others' traffic the value does not stand.
    assert.equal(rules.delete('env-PROJECT_CODE'), server === 'everything');
    const wrong = [...rules].filter((rule) => !['home', 'user', 'host'].includes(rule));
    const [a, b] = [await bodiesIn(masked.file), await bodiesIn(raw.file)];
    assert.equal(a.length, b.length);
    const other = a.flatMap((body, at) => (body === b[at] ? [] : [body]));
    const chars = b.reduce((sum, body) => sum + body.length, 0);
    t.diagnostic(
      `${wrong.length} false positives in ${asked} requests, ${b.length} messages with ${chars} characters; ${other.length} messages name the user, the machine, the home folder or the variable's value`,
    );
    assert.deepEqual(wrong, []);
    assert.deepEqual(
      other.filter((body) => !RIGHT.test(body)).map((body) => body.slice(0, 200)),
      [],
    );
    assert.ok(asked > 20 && chars > 20_000 && other.length < b.length / 2, `${asked} ${chars} ${other.length}`);
  });

async function bodiesIn(file: string): Promise<string[]> {
  const bundle = await readBundle(file);
  const bodies: string[] = [];
  for await (const frame of bundle.frames()) bodies.push(frame.body ?? '');
  bundle.dispose();
  return bodies;
}
