/** What was allowed once is used up once: by one of many processes that try, in time, and never by a file that says nothing. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { passOnce } from '../../daemon/passOnce.ts';
import { decide } from '../../daemon/policy/decide.ts';
import type { Once } from '../../daemon/protocol/policy.ts';
import { inventedWorld, ONCE, testPolicy, toolCall } from '../support/policyWorld.ts';

const WORLD = inventedWorld(['/ws/.git/', '/out/x.txt']);
const NOW = Date.parse('2026-01-01T00:05:00.000Z');
const onceOf = (rest: Partial<Once> = {}): Once => ({ ...ONCE, ...rest });

function folderOf(t: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'callgrove-once-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

function pass(folder: string, nowMs = NOW, path = '/out/x.txt'): string | null {
  const policy = testPolicy(WORLD, ['/ws']);
  const found = passOnce(folder, nowMs, (once) => decide(policy, { ...toolCall('read_file', { path }), once }, WORLD));
  return found?.rule ?? null;
}

test('once, and then the rule counts again', (t) => {
  const folder = folderOf(t, { 'once_1.json': JSON.stringify(onceOf()) });
  assert.equal(pass(folder), 'once:once_1');
  assert.equal(pass(folder), null);
  assert.deepEqual(readdirSync(folder), ['once_1.used'], 'what was used up stays on record');
});

test('allowed twice, it passes twice', (t) => {
  const second = onceOf({ once_id: 'once_2' });
  const folder = folderOf(t, { 'once_1.json': JSON.stringify(onceOf()), 'once_2.json': JSON.stringify(second) });
  assert.deepEqual([pass(folder), pass(folder), pass(folder)], ['once:once_1', 'once:once_2', null]);
});

test('another request uses nothing up', (t) => {
  const folder = folderOf(t, { 'once_1.json': JSON.stringify(onceOf()) });
  assert.equal(pass(folder, NOW, '/out'), null);
  assert.deepEqual(readdirSync(folder), ['once_1.json']);
});

test('after its time it counts no more', (t) => {
  const folder = folderOf(t, { 'once_1.json': JSON.stringify(onceOf()) });
  assert.equal(pass(folder, Date.parse(onceOf().until)), null);
  const never = folderOf(t, { 'once_1.json': JSON.stringify(onceOf({ until: 'some day' })) });
  assert.equal(pass(never), null, 'a time that is none is over');
});

test('what is no such file lets nothing through, and hides no other', (t) => {
  const folder = folderOf(t, {
    'a.json': '{"v":1,',
    'b.json': '[]',
    'c.json': JSON.stringify({ ...onceOf(), v: 2 }),
    'd.json.1.new': JSON.stringify(onceOf()),
    'e.json': JSON.stringify({ ...onceOf(), paths: 'all' }),
    'z.json': JSON.stringify(onceOf({ once_id: 'once_9' })),
  });
  mkdirSync(join(folder, 'f.json'));
  assert.equal(pass(folder), 'once:once_9');
  assert.equal(pass(folder), null);
  assert.equal(pass(join(folder, 'nowhere')), null);
});

test('of many processes that try at once, one passes each', { timeout: 120_000 }, async (t) => {
  const files = Array.from({ length: 20 }, (_, at) => onceOf({ once_id: `once_${at}` }));
  const folder = folderOf(t, Object.fromEntries(files.map((one) => [`${one.once_id}.json`, JSON.stringify(one)])));
  const script = `
    import { passOnce } from ${JSON.stringify(resolve(import.meta.dirname, '../../daemon/passOnce.ts'))};
    process.stdout.write('ready\\n');
    await new Promise((go) => process.stdin.once('data', go));
    for (let at = 0; at < 10; at++) {
      const passed = passOnce(${JSON.stringify(folder)}, ${NOW}, (once) => ({ decision: 'allow', rule: once.once_id }));
      if (passed) process.stdout.write(passed.rule + '\\n');
    }
    process.exit(0);
  `;
  const ready: (() => void)[] = [];
  const children = Array.from({ length: 6 }, () => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let text = '';
    const isReady = new Promise<void>((found) => ready.push(found));
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.includes('ready')) ready.shift()?.();
    });
    const ended = new Promise<string[]>((done) => child.once('close', () => done(text.trim().split('\n').slice(1))));
    return { child, isReady, ended };
  });
  await Promise.all(children.map(({ isReady }) => isReady));
  for (const { child } of children) child.stdin.end('go');
  const passed = (await Promise.all(children.map(({ ended }) => ended))).flat().filter((one) => one !== '');
  assert.deepEqual(passed.toSorted(), files.map(({ once_id }) => once_id).toSorted());
});
