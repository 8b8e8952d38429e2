/** A bundle's way by the command line: out of one state folder, checked, shown, into another one, compared. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { waitUntilRead } from '../../daemon/cli/waitUntilRead.ts';
import { daemonClient } from '../../daemon/feed/daemonClient.ts';
import { DaemonFile } from '../../daemon/protocol/feed.ts';
import { Call } from '../../daemon/protocol/record.ts';
import { runCli, startCli } from '../support/cliRun.ts';
import { goodEntries, goodTexts, writeZip } from '../support/goodBundle.ts';
import { journalScript } from '../support/journalScript.ts';

const CONNECTION = 'con_01jd3e8k9mq7r5t2v4w6x8y0zz';
const SECRET = `ghp_${'aB3dE5gH7jK9mN2pQ4rS6tU8vW0xY1zAc4Ef'}`;
const place = realpathSync(mkdtempSync(join(tmpdir(), 'callgrove-bundles-')));
const [here, there] = [join(place, 'here'), join(place, 'there')];
const file = join(place, 'out.callgrove.zip');
const cli = (home: string, ...args: string[]) => runCli([...args], { home, cwd: place });
let session = '';

before(async () => {
  for (const home of [here, there]) mkdirSync(join(home, 'journal'), { recursive: true, mode: 0o700 });
  const script = journalScript(join(here, 'journal'), CONNECTION).open();
  for (let id = 1; id <= 5; id++) {
    script
      .c2s({
        jsonrpc: '2.0',
        id,
        method: 'tools/call',
        params: { name: 'read', arguments: { path: `/w/${id}`, api_key: SECRET } },
      })
      .s2c({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text: 'fine' }] } });
  }
  script.exit();
  const { stdout } = await cli(here, 'sessions', '--all', '--json');
  session = JSON.parse(stdout)[0].session_id;
});
after(async () => {
  for (const home of [here, there]) await cli(home, 'daemon', 'stop');
  rmSync(place, { recursive: true, force: true });
});

test('a preview writes nothing and says what would leave', async () => {
  const { code, stdout, stderr } = await cli(here, 'export', session, '--all', '--preview');
  assert.equal(code, 0, stderr);
  assert.match(stdout, /5 calls, 10 frames/);
  assert.match(stdout, /github-token +frames\.ndjson +body/);
  assert.match(stdout, /The bundle would have/);
  assert.ok(!stdout.includes(SECRET));
  assert.ok(!existsSync(file));
});

test('exported once, not over it, private to the user', async () => {
  const first = await cli(here, 'export', 'last', '--all', '-o', file);
  assert.equal(first.code, 0, first.stderr);
  assert.match(first.stdout, /out\.callgrove\.zip: /);
  if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600);
  const again = await cli(here, 'export', 'last', '--all', '-o', file);
  assert.deepEqual([again.code, /is there already/.test(again.stderr)], [2, true]);
  const forced = await cli(here, 'export', 'last', '--all', '-o', file, '--force', '--json');
  assert.equal(JSON.parse(forced.stdout).manifest.counts.calls, 5);
  for (const args of [['--bodies', 'some'], ['--max-size', 'big'], []])
    assert.equal(
      (await cli(here, 'export', 'last', '--all', ...(args.length > 0 ? ['-o', join(place, 'x.zip'), ...args] : [])))
        .code,
      2,
    );
});

test('verified: whole, changed, with a secret', async () => {
  const good = await cli(place, 'verify', file);
  assert.equal(good.code, 0, good.stdout);
  assert.match(good.stdout, /5 calls and 10 frames, every hash and record right, no secret found/);
  const texts = goodTexts();
  const planted = writeZip(place, goodEntries({ ...texts, 'README.md': `# ${SECRET}\n` }), {}, 'planted.zip');
  const secret = await cli(place, 'verify', planted, '--json');
  assert.equal(secret.code, 1);
  const told = JSON.parse(secret.stdout);
  assert.deepEqual([told.ok, told.problems[0].code, told.secrets[0].rule], [false, 'secret', 'github-token']);
  assert.ok(!secret.stdout.includes(SECRET));
  const bytes = readFileSync(file);
  bytes[200] = (bytes[200] ?? 0) ^ 1;
  writeFileSync(join(place, 'bad.zip'), bytes);
  const bad = await cli(place, 'verify', join(place, 'bad.zip'));
  assert.equal(bad.code, 1);
  assert.match(bad.stdout, /damaged|malformed/);
  assert.equal((await cli(place, 'verify', join(place, 'none.zip'))).code, 2);
  const unmasked = await cli(here, 'export', 'last', '--all', '-o', join(place, 'raw.zip'), '--no-redact');
  assert.match(unmasked.stderr, /may hold secrets/);
  assert.match((await cli(place, 'verify', join(place, 'raw.zip'))).stdout, /made without masking/);
});

test('opened: a report made anew, and nothing of a bad bundle', async (t) => {
  const opened = await cli(place, 'open', file, '--no-open', '--json');
  assert.equal(opened.code, 0, opened.stderr);
  const report = fileURLToPath(JSON.parse(opened.stdout).url);
  t.after(() => rmSync(dirname(report), { recursive: true, force: true }));
  assert.match(readFileSync(report, 'utf8'), /Content-Security-Policy/);
  assert.equal(statSync(dirname(report)).mode & 0o777, 0o700);
  const hostile = goodTexts();
  const script = writeZip(
    place,
    goodEntries({ ...hostile, 'report.html': '<script>alert("planted")</script>' }),
    {},
    'script.zip',
  );
  const anew = await cli(place, 'open', script, '--no-open', '--json');
  const second = fileURLToPath(JSON.parse(anew.stdout).url);
  t.after(() => rmSync(dirname(second), { recursive: true, force: true }));
  assert.ok(!readFileSync(second, 'utf8').includes('planted'));
  const changed = goodEntries().map((one) =>
    one.name === 'calls.ndjson' ? { ...one, content: String(one.content).replace('src/cart', 'src/caRt') } : one,
  );
  const bad = await cli(place, 'open', writeZip(place, changed, {}, 'changed.zip'), '--no-open');
  assert.deepEqual([bad.code, /is not shown: calls\.ndjson is not what/.test(bad.stderr)], [1, true]);
});

test('imported beside other sessions, once, and compared', async () => {
  const first = await cli(there, 'import', file, '--json');
  assert.equal(first.code, 0, first.stderr);
  assert.deepEqual(JSON.parse(first.stdout), { file, ok: true, session_id: session, already: false });
  assert.equal(JSON.parse((await cli(there, 'import', file, '--json')).stdout).already, true);
  // That is no matter for whoever looks after the daemon.
  assert.doesNotMatch((await cli(there, 'daemon', 'status')).stdout, /refused/);
  const shown = JSON.parse((await cli(there, 'show', session, '--summary', '--json')).stdout);
  assert.deepEqual([shown.session_id, shown.source, shown.tool_calls], [session, 'imported', 5]);
  const calls = (await cli(there, 'calls', '--session', session, '--all', '--json')).stdout.trim().split('\n');
  assert.equal(calls.length, 5);
  assert.equal((await cli(there, 'diff', session, session, '--all')).code, 0);
  const frozen = await cli(there, 'freeze', 'session', session, '--all');
  assert.match(frozen.stderr, /It was imported/);
  const own = await cli(here, 'import', file);
  assert.deepEqual([own.code, /is one of this machine/.test(own.stderr)], [3, true]);
  const bad = await cli(there, 'import', join(place, 'bad.zip'));
  assert.deepEqual([bad.code, /is not imported/.test(bad.stderr)], [1, true]);
});

test('what was called a moment ago is in it', async () => {
  const { port, token } = DaemonFile.parse(JSON.parse(readFileSync(join(here, 'daemon.json'), 'utf8')));
  const client = daemonClient({ port, token, home: here });
  try {
    for (let n = 0; n < 20; n++) {
      const id = `con_01jd3e8k9mq7r5t2v4w6x8y${String(100 + n)}`;
      journalScript(join(here, 'journal'), id, 1_790_000_000_000 + n * 3_600_000)
        .open({
          process_chain: [
            { pid: 2 ** 22 + 100 + n, ppid: 1, start: '7', exe: '/bin/agent', argv: ['agent'], cwd: '/w' },
          ],
        })
        .c2s({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'read', arguments: { n } } })
        .s2c({ jsonrpc: '2.0', id: 1, result: { content: [] } })
        .exit();
      assert.equal(await waitUntilRead(client, () => {}), true);
      await client.get(`/api/calls/call_${id.slice(4)}_1`, Call);
    }
  } finally {
    client.close();
  }
});

test('stopped by Ctrl+C it leaves nothing behind, and says so', async () => {
  const home = join(place, 'long');
  mkdirSync(join(home, 'journal'), { recursive: true, mode: 0o700 });
  const script = journalScript(join(home, 'journal'), CONNECTION).open();
  for (let id = 1; id <= 600; id++)
    script
      .c2s({
        jsonrpc: '2.0',
        id,
        method: 'tools/call',
        params: { name: 'read', arguments: { id, text: words(id, 1500) } },
      })
      .s2c({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text: words(id + 1, 3000) }] } });
  script.exit();
  const folder = join(place, 'stopped');
  const temporary = join(place, 'scratch');
  for (const one of [folder, temporary]) mkdirSync(one);
  try {
    await cli(home, 'sessions', '--all', '--json');
    const env = { TMPDIR: temporary };
    const out = join(folder, 'out.zip');
    const child = startCli(['export', 'last', '--all', '-o', out, '--bodies', 'full'], { home, cwd: place, env });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const closed = once(child, 'close');
    const isWriting = () => readdirSync(folder).some((name) => name.endsWith('.part'));
    while (child.exitCode === null && !isWriting()) await sleep(2);
    child.kill('SIGINT');
    await closed;
    assert.equal(child.exitCode, 130, stderr);
    assert.match(stderr, /stopped: nothing was written/);
    assert.deepEqual([readdirSync(folder), readdirSync(temporary)], [[], []]);
  } finally {
    await cli(home, 'daemon', 'stop');
  }
});

const WORDS = 'cart total price order user page list item file name line test build run step state view part'.split(
  ' ',
);

/** Words in an order that packs badly, and are none of anybody's secrets. */
function words(seed: number, length: number): string {
  let text = '';
  for (let n = seed; text.length < length; n = (n * 48_271 + 11) % 2_147_483_647) text += `${WORDS[n % WORDS.length]} `;
  return text;
}
