/** What the page exports, asked of a real daemon over HTTP: what was looked at is to the byte what is fetched. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readBundle } from '../../daemon/bundle/readBundle.ts';
import { ExportPreview } from '../../daemon/protocol/api.ts';
import { DaemonFile } from '../../daemon/protocol/feed.ts';
import { runCli } from '../support/cliRun.ts';
import { recordBug } from '../support/recordBug.ts';

const home = realpathSync(mkdtempSync(join(tmpdir(), 'callgrove-exports-')));
const temporary = realpathSync(mkdtempSync(join(tmpdir(), 'callgrove-exports-tmp-')));
const TOKEN = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';
const env = { TMPDIR: temporary };
let daemon: DaemonFile;
let session = '';

const post = (path: string, body: unknown, token = daemon.token) =>
  fetch(`http://127.0.0.1:${daemon.port}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const get = (path: string, token = daemon.token) =>
  fetch(`http://127.0.0.1:${daemon.port}${path}`, { headers: { authorization: `Bearer ${token}` } });

before(async () => {
  await recordBug(home, [
    ['add', { price: 1, note: TOKEN }],
    ['refuse', {}],
  ]);
  await runCli(['daemon', 'start'], { home, env });
  daemon = DaemonFile.parse(JSON.parse(readFileSync(join(home, 'daemon.json'), 'utf8')));
  const { stdout } = await runCli(['report', '--all', '--no-run', '-o', join(home, 'x'), '--json'], { home, env });
  assert.match(stdout, /report\.md/);
  const listed = await runCli(['sessions', '--all', '--json'], { home, env });
  session = JSON.parse(listed.stdout)[0].session_id;
});
after(async () => {
  await runCli(['daemon', 'stop'], { home, env });
  for (const folder of [home, temporary])
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
});

test('what was previewed is what is fetched, masked, whole and private', async () => {
  const answer = await post(`/api/sessions/${session}/export`, { bodies: 'full', with_instructions: false });
  assert.equal(answer.status, 200);
  const preview = ExportPreview.parse(await answer.json());
  assert.equal(preview.manifest.options.bodies, 'full');
  assert.ok(
    preview.manifest.redaction.some(({ rule }) => /github/.test(rule)),
    JSON.stringify(preview.manifest.redaction),
  );
  assert.match(preview.file_name, /^callgrove-\d{4}-\d\d-\d\d-[0-9a-f]{8}\.callgrove\.zip$/);
  const fetched = await get(`/api/exports/${preview.export_id}`);
  assert.equal(fetched.headers.get('content-disposition'), `attachment; filename="${preview.file_name}"`);
  const bytes = Buffer.from(await fetched.arrayBuffer());
  assert.equal(bytes.length, preview.bytes);
  const file = join(home, 'fetched.zip');
  writeFileSync(file, bytes);
  const reader = await readBundle(file, {});
  try {
    assert.deepEqual(reader.manifest, preview.manifest);
    let text = '';
    for await (const piece of reader.text('report.html')) text += piece;
    assert.ok(!text.includes(TOKEN));
    assert.match(text, /<!doctype html>/);
  } finally {
    reader.dispose();
  }
});

test('another session, a wish that is none, no token, an export that is not there', async () => {
  assert.equal(
    (await post('/api/sessions/ses_nothing/export', { bodies: 'head', with_instructions: false })).status,
    404,
  );
  for (const wish of [
    {},
    { bodies: 'all', with_instructions: false },
    { bodies: 'head', with_instructions: false, redact: false },
  ])
    assert.equal((await post(`/api/sessions/${session}/export`, wish)).status, 400);
  assert.equal((await post(`/api/sessions/${session}/export`, {}, 'no')).status, 401);
  assert.equal((await get('/api/exports/nothing')).status, 404);
  assert.equal((await get('/api/exports/..%2f..%2fcallgrove.db')).status, 404);
});

test('the oldest goes when more are kept than are wanted, and all of them with the daemon', async () => {
  const ids: string[] = [];
  for (let n = 0; n < 5; n++) {
    const answer = await post(`/api/sessions/${session}/export`, { bodies: 'none', with_instructions: false });
    ids.push(ExportPreview.parse(await answer.json()).export_id);
  }
  assert.equal((await get(`/api/exports/${ids[0]}`)).status, 404);
  assert.equal((await get(`/api/exports/${ids[4]}`)).status, 200);
  assert.equal(readdirSync(temporary).filter((name) => name.startsWith('callgrove-export-')).length, 1);
  await runCli(['daemon', 'stop'], { home, env });
  assert.deepEqual(
    readdirSync(temporary).filter((name) => name.startsWith('callgrove-export-')),
    [],
  );
});
