/** `callgrove report` on a real recording of a real server with a planted bug; its reproduction where Callgrove is not. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import * as z from 'zod';
import { readBundle } from '../../../daemon/bundle/readBundle.ts';
import { runCli } from '../../support/cliRun.ts';
import { recordBug } from '../../support/recordBug.ts';

const home = realpathSync(mkdtempSync(join(tmpdir(), 'callgrove-report-')));
const elsewhere = realpathSync(mkdtempSync(join(tmpdir(), 'somewhere-else-')));
const TOKEN = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';
/** The test itself is the agent: its workspace is where the tests run. */
const cli = (...args: string[]) => runCli(args[0] === 'daemon' ? args : [...args, '--all'], { home });
const Made = z.object({
  folder: z.string(),
  report: z.string(),
  bundle: z.string(),
  repro: z.string().nullable(),
  reproduced: z.enum(['yes', 'no', 'not tried']),
  may_run: z.boolean(),
});
const made = async (...args: string[]) => {
  const { code, stdout, stderr } = await cli('report', ...args, '--json');
  assert.equal(code, 0, stderr);
  return Made.parse(JSON.parse(stdout));
};

before(() =>
  recordBug(home, [
    ['add', { price: 3, note: `token ${TOKEN}` }],
    ['add', { price: 4 }],
    ['discount', { percent: 150 }],
    ['add', { price: 5 }],
    ['total', { order: `of ${home}` }],
    ['refuse', {}],
  ]),
);
after(async () => {
  await cli('daemon', 'stop');
  for (const folder of [home, elsewhere])
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
});

test('with consent it is run, made small, and its script alone shows the bug elsewhere', async () => {
  const { report, bundle, repro, reproduced } = await made('last', '-o', join(home, 'out'), '--run');
  assert.equal(reproduced, 'yes');
  assert.ok(repro);
  const text = readFileSync(report, 'utf8');
  for (const part of [
    '# cart: total fails',
    'test-agent 3.1 called `total` on the server `cart` (stdio)',
    'Cannot take a discount of 150 percent',
    '**Reproduced: yes.** 4 messages show it, and none of them can be left out.',
    '- server: buggy-server 1.2.3',
    '- protocol: 2025-06-18',
    `- Node: ${process.versions.node}`,
  ])
    assert.ok(text.includes(part), `${part} is not in\n${text}`);
  const frames = readFileSync(join(repro, 'frames.ndjson'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    frames.map(({ method, params }) => params?.name ?? method),
    ['initialize', 'notifications/initialized', 'discount', 'total'],
  );
  assert.equal(frames.at(-1).params.arguments.order, 'of ~');

  cpSync(repro, join(elsewhere, 'repro'), { recursive: true });
  assert.deepEqual(readdirSync(elsewhere), ['repro']);
  const run = spawnSync(process.execPath, ['repro.mjs'], {
    cwd: join(elsewhere, 'repro'),
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: elsewhere },
  });
  assert.equal(run.status, 1, run.stderr);
  assert.match(run.stdout, /The failure shows/);

  const reader = await readBundle(bundle, {});
  try {
    const calls = [];
    for await (const call of reader.calls()) calls.push(call.tool ?? call.method);
    assert.ok(calls.includes('total') && calls.includes('refuse'));
    assert.deepEqual(reader.manifest.options.around?.calls, 20);
    assert.ok(reader.names.includes('report.html'));
  } finally {
    reader.dispose();
  }
});

test('without it nothing is started: handshake and call alone, and the reason', async () => {
  const { report, repro, reproduced, folder } = await made('-o', join(home, 'quiet'), '--no-run');
  assert.equal(reproduced, 'not tried');
  assert.match(readFileSync(report, 'utf8'), /\*\*Reproduced: not tried\.\*\* It was not asked for\./);
  const frames = readFileSync(join(repro ?? '', 'frames.ndjson'), 'utf8')
    .trim()
    .split('\n');
  assert.deepEqual(
    frames.map((line) => JSON.parse(line).id ?? null),
    [1, null, 6],
  );
  // Nobody is at a terminal here.
  const asked = await made('-o', join(home, 'asked'));
  assert.match(readFileSync(asked.report, 'utf8'), /Nobody was there to be asked/);
  const again = await cli('report', '-o', folder);
  assert.deepEqual([again.code, again.stdout], [2, '']);
  assert.match(again.stderr, /is there already/);
});

test('another call by its id; the Markdown and the reproduction hold no secret', async () => {
  const listed = await cli('calls', '--json');
  const calls = listed.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const refuse = calls.find(({ tool }) => tool === 'refuse');
  const { report, reproduced } = await made('--call', refuse.call_id, '-o', join(home, 'refused'), '--run');
  assert.equal(reproduced, 'yes');
  assert.match(readFileSync(report, 'utf8'), /# cart: refuse answers with a protocol error/);
  const first = calls.find(({ tool }) => tool === 'add');
  const secret = await made('--call', first.call_id, '-o', join(home, 'secret'), '--run');
  assert.equal(secret.reproduced, 'yes', 'a call that succeeded shows the same result again');
  for (const folder of ['out', 'refused', 'secret'])
    for (const name of readdirSync(join(home, folder), { recursive: true, encoding: 'utf8' })) {
      const path = join(home, folder, name);
      if (!/\.(?:md|json|ndjson)$/.test(name)) continue;
      const text = readFileSync(path, 'utf8');
      assert.doesNotMatch(text, new RegExp(TOKEN), path);
      assert.ok(!text.includes(home), `${path} names the home folder`);
    }
});

test('wrong usage is said before anything is made', async () => {
  for (const [args, words] of [
    [['--run', '--no-run'], /opposite/],
    [['--call', 'call_nothing'], /no call call_nothing/],
    [['ses_nothing'], /no session ses_nothing/],
  ] as const) {
    const { code, stderr } = await cli('report', ...args);
    assert.equal(code, 2, stderr);
    assert.match(stderr, words);
  }
  assert.equal(existsSync(join(home, 'callgrove-report-cart-total')), false);
});

test('verify draws the report anew, and of a bundle that is not what it says none', async () => {
  const bundle = join(home, 'out', 'cart-total.callgrove.zip');
  const drawn = join(home, 'drawn.html');
  const right = await cli('verify', bundle, '--report', drawn, '--json');
  assert.equal(right.code, 0, right.stderr + right.stdout);
  const html = readFileSync(drawn, 'utf8');
  assert.match(html, /^<!doctype html>/);
  assert.match(html, /Cannot take a discount of 150 percent/);

  const bytes = readFileSync(bundle);
  const at = Math.floor(bytes.length / 2);
  bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  const broken = join(home, 'broken.callgrove.zip');
  writeFileSync(broken, bytes);
  const wrong = await cli('verify', broken, '--report', join(home, 'none.html'), '--json');
  assert.equal(wrong.code, 1);
  assert.equal(existsSync(join(home, 'none.html')), false);
});

test('nothing of an imported session is ever started, whatever was asked for', async () => {
  const other = realpathSync(mkdtempSync(join(tmpdir(), 'callgrove-imported-')));
  try {
    const bundle = join(home, 'out', 'cart-total.callgrove.zip');
    const imported = await runCli(['import', bundle], { home: other });
    assert.equal(imported.code, 0, imported.stderr);
    const args = ['report', '--all', '--run', '-o', join(other, 'again'), '--json'];
    const { code, stdout, stderr } = await runCli(args, { home: other });
    assert.equal(code, 0, stderr);
    const again = Made.parse(JSON.parse(stdout));
    assert.deepEqual([again.reproduced, again.may_run], ['not tried', false]);
    assert.match(readFileSync(join(other, 'again', 'report.md'), 'utf8'), /nothing of an imported session is started/);
    assert.doesNotMatch(stderr, /The reproduction starts/);
  } finally {
    await runCli(['daemon', 'stop'], { home: other });
    rmSync(other, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
});
