/** A session as a bundle: everything that was recorded, masked, in the order it was, and as large as is wanted. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { readBundle } from '../../daemon/bundle/readBundle.ts';
import type { FrameLine } from '../../daemon/protocol/bundle.ts';
import type { Call } from '../../daemon/protocol/record.ts';
import { exportedBundle } from '../support/exportedBundle.ts';
import { ingested } from '../support/ingested.ts';
import { journalScript } from '../support/journalScript.ts';

const CONNECTION = 'con_01jd3e8k9mq7r5t2v4w6x8y0zz';
const SECRET = `ghp_${'aB3dE5gH7jK9mN2pQ4rS6tU8vW0xY1zAc4Ef'}`;

/** @param calls how many of one tool, of `bytes` each way */
const story =
  (calls: number, bytes = 200) =>
  (journal: string) => {
    const script = journalScript(journal, CONNECTION).open({
      argv: ['server-fs', '--token', 'Zx8kQ0vT2mN4'],
      cwd: '/home/ada/w',
      plain: { HOME: '/home/ada' },
    });
    for (let id = 1; id <= calls; id++) {
      const text = `${id} `.repeat(Math.ceil(bytes / 4));
      script.c2s({
        jsonrpc: '2.0',
        id,
        method: 'tools/call',
        params: { name: 'read', arguments: { path: `/home/ada/w/${id}.txt`, token: SECRET, text } },
      });
      script.wait(5);
      script.s2c({
        jsonrpc: '2.0',
        id,
        result: { content: [{ type: 'text', text: `${SECRET} ${text}` }], ...(id % 7 === 0 ? { isError: true } : {}) },
      });
    }
    script.exit();
  };

async function sessionOf(database: {
  sql(text: string): { get(): Record<string, unknown> | undefined };
}): Promise<string> {
  return String(database.sql('SELECT session_id FROM sessions ORDER BY n LIMIT 1').get()?.session_id);
}

async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const value of values) list.push(value);
  return list;
}

test('every call and every frame is there, masked, and can be read again', async (t) => {
  const place = await ingested(t, story(20));
  const session = await sessionOf(place.database);
  const { file, manifest, bytes } = await exportedBundle(place, session);
  const bundle = await readBundle(file);
  t.after(() => bundle.dispose());
  assert.deepEqual(bundle.manifest, manifest);
  const calls: Call[] = await all(bundle.calls());
  const frames: FrameLine[] = await all(bundle.frames());
  assert.equal(calls.length, 20);
  assert.equal(frames.length, 40);
  assert.deepEqual(manifest.counts, {
    calls: 20,
    frames: 40,
    denials: 0,
    findings: manifest.counts.findings,
    captures: 0,
  });
  assert.equal(frames.filter(({ role, kept }) => role === 'request' && kept === 'full').length, 20);
  const first = frames[0];
  assert.match(first?.body ?? '', /"path":"~\/w\/1\.txt","token":"<secret:github-token#[0-9a-f]{8}>"/);
  const whole = JSON.stringify([calls, frames, await bundle.session(), manifest]);
  for (const word of [SECRET, '/home/ada', 'Zx8kQ0vT2mN4', '"ada"']) assert.ok(!whole.includes(word), word);
  const session_ = await bundle.session();
  assert.equal(session_.session.session_id, session);
  assert.match(
    session_.connections[0]?.command.join(' ') ?? '',
    /^server-fs --token <secret:argv-credential#\w+>$|^server-fs --token <secret:[\w-]+#\w+>$/,
  );
  assert.equal(session_.connections[0]?.cwd, '~/w');
  assert.ok(
    manifest.redaction.some(
      ({ rule, member, where }) => rule === 'github-token' && member === 'frames.ndjson' && where === 'body',
    ),
  );
  assert.ok(bytes > 0);
  // Neither a spool nor a part is left.
  assert.deepEqual(
    readdirSync(place.folder).filter((name) => /part|tmp/.test(name)),
    [],
  );
});

test('one secret has one placeholder, in every member', async (t) => {
  const place = await ingested(t, story(3));
  const { file } = await exportedBundle(place, await sessionOf(place.database));
  const bundle = await readBundle(file);
  t.after(() => bundle.dispose());
  const whole = JSON.stringify([await all(bundle.calls()), await all(bundle.frames())]);
  assert.equal(new Set(whole.match(/<secret:github-token#[0-9a-f]{8}>/g)).size, 1);
});

test('how much of each message is there', async (t) => {
  const place = await ingested(t, story(4, 9000));
  const session = await sessionOf(place.database);
  const kept = async (bodies: 'full' | 'head' | 'shape' | 'none') => {
    const { file } = await exportedBundle(place, session, { bodies });
    const bundle = await readBundle(file);
    const frames = await all(bundle.frames());
    bundle.dispose();
    return frames[0]!;
  };
  const full = await kept('full');
  assert.equal(full.kept, 'full');
  assert.equal(JSON.parse(full.body ?? '').params.name, 'read');
  const head = await kept('head');
  assert.equal(head.kept, 'head');
  assert.ok(Buffer.byteLength(head.body ?? '') <= 2048 && (head.body ?? '').length > 1500);
  assert.ok(full.body?.startsWith(head.body ?? '-'));
  const shape = await kept('shape');
  assert.equal(shape.kept, 'shape');
  assert.equal(JSON.parse(shape.body ?? '').params.arguments.path, 'string(9)');
  assert.deepEqual([(await kept('none')).kept, (await kept('none')).body], ['none', null]);
});

test('a bundle that is too large leaves out bodies, then the oldest equal successes, and says so', async (t) => {
  const place = await ingested(t, story(300, 3000));
  const session = await sessionOf(place.database);
  const whole = await exportedBundle(place, session);
  const smaller = await exportedBundle(place, session, { max_bytes: Math.floor(whole.bytes * 0.9) });
  assert.ok(smaller.bytes <= whole.bytes * 0.9);
  assert.equal(smaller.manifest.cut[0]?.what, 'bodies');
  assert.equal(smaller.manifest.counts.calls, 300);
  const small = await exportedBundle(place, session, { max_bytes: 12_000 });
  assert.ok(small.bytes <= 12_000);
  assert.deepEqual(
    small.manifest.cut.map(({ what }) => what),
    ['bodies', 'calls'],
  );
  const bundle = await readBundle(small.file);
  t.after(() => bundle.dispose());
  const left = await all(bundle.calls());
  assert.equal(left.length, small.manifest.counts.calls);
  assert.equal(left.length + (small.manifest.cut[1]?.count ?? 0), 300);
  // What failed stays longer than what went well.
  assert.ok(left.filter(({ outcome }) => outcome === 'error').length >= Math.min(42, left.length));
  await assert.rejects(exportedBundle(place, session, { max_bytes: 500 }), /the smallest bundle of this session has/);
});

test('the calls around one', async (t) => {
  const place = await ingested(t, story(30));
  const session = await sessionOf(place.database);
  const call_id = `call_${CONNECTION.slice(4)}_21`;
  const { file, manifest } = await exportedBundle(place, session, { around: { call_id, calls: 3 } });
  const bundle = await readBundle(file);
  t.after(() => bundle.dispose());
  const calls = await all(bundle.calls());
  assert.equal(calls.length, 7);
  assert.equal(calls[3]?.call_id, call_id);
  assert.equal(manifest.cut.find(({ what }) => what === 'calls')?.count, 23);
  await assert.rejects(exportedBundle(place, session, { around: { call_id: 'call_x', calls: 3 } }), /there is no call/);
});

test('with --no-redact nothing is masked, and the bundle says so', async (t) => {
  const place = await ingested(t, story(2));
  const { file, manifest } = await exportedBundle(place, await sessionOf(place.database), { redact: false });
  const bundle = await readBundle(file);
  t.after(() => bundle.dispose());
  assert.equal(manifest.redacted, false);
  assert.ok(JSON.stringify(await all(bundle.frames())).includes(SECRET));
});

test('rules of the user’s own count', async (t) => {
  const place = await ingested(t, (journal) => {
    journalScript(journal, CONNECTION)
      .open()
      .c2s({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name: 'read', arguments: { ticket: 'ACME-4711-internal' } },
      })
      .s2c({ jsonrpc: '2.0', id: 1, result: { content: [] } })
      .exit();
  });
  const { file, manifest } = await exportedBundle(
    place,
    await sessionOf(place.database),
    {},
    { rules: [{ name: 'acme', pattern: 'ACME-\\d+-internal' }] },
  );
  const bundle = await readBundle(file);
  t.after(() => bundle.dispose());
  assert.match((await all(bundle.frames()))[0]?.body ?? '', /"ticket":"<secret:user-acme#[0-9a-f]{8}>"/);
  assert.ok(manifest.redaction.some(({ rule }) => rule === 'user-acme'));
});
