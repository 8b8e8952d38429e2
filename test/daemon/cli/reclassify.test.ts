/** `reclassify` as a process, with a real daemon: the rules of today over what was recorded before them. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeConnectionId } from '../../../daemon/base/ids.ts';
import { type CliResult, runCli } from '../../support/cliRun.ts';
import { journalScript } from '../../support/journalScript.ts';

const id = (n: number) => makeConnectionId(1_790_000_000_000 + n, new Uint8Array(10).fill(n));

function record(journal: string, n: number): void {
  const script = journalScript(journal, id(n), 1_790_000_000_000 + n * 60_000).open({
    name: 'desk',
    process_chain: [{ pid: 2 ** 22 + 10 + n, ppid: 1, start: `${n}`, exe: '/bin/agent', argv: ['agent'], cwd: '/w' }],
  });
  for (let call = 1; call <= 3; call++)
    script
      .c2s({ jsonrpc: '2.0', id: call, method: 'tools/call', params: { name: 'book', arguments: { seat: call } } })
      .s2c({ jsonrpc: '2.0', id: call, result: { content: [{ type: 'text', text: 'booked' }] } });
  script.exit();
}

test('what the user says of a tool counts for calls that were recorded before, in one session or in all', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'callgrove-reclassify-'));
  t.after(async () => {
    await run('daemon', 'stop');
    rmSync(home, { recursive: true, force: true });
  });
  mkdirSync(join(home, 'journal'), { mode: 0o700 });
  for (const n of [1, 2]) record(join(home, 'journal'), n);
  const run = (...args: string[]): Promise<CliResult> => runCli(args, { home });
  const retrySafe = async () => {
    const { stdout, stderr } = await run('calls', '--all', '--json');
    const calls = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.equal(calls.length, 6, stderr);
    return calls.map(({ retry_safe, sources }) => `${retry_safe} ${sources.retry_safe}`);
  };
  const first = await run('reclassify', '--all', '--json');
  assert.deepEqual([first.code, JSON.parse(first.stdout).calls], [0, 6], first.stderr);
  assert.deepEqual(new Set(await retrySafe()), new Set(['null undefined']));
  mkdirSync(join(home, '.config'));
  const settings = { servers: { desk: { tools: { book: { retry_safe: false, effects: ['record_created'] } } } } };
  writeFileSync(join(home, '.config', 'callgrove.jsonc'), JSON.stringify(settings));
  const { stdout: sessions } = await run('sessions', '--all', '--json');
  const [one] = JSON.parse(sessions);
  // The settings file is looked at once a second.
  await new Promise((done) => setTimeout(done, 1100));
  const part = await run('reclassify', one.session_id, '--all', '--json');
  assert.deepEqual([part.code, JSON.parse(part.stdout).calls], [0, 3], part.stderr);
  assert.equal(JSON.parse(part.stdout).session_id, one.session_id);
  const said = await retrySafe();
  assert.deepEqual(said.filter((text) => text === 'false user').length, 3);
  const all = await run('reclassify', '--all');
  assert.match(all.stdout, /^6 calls judged anew in /);
  assert.deepEqual(new Set(await retrySafe()), new Set(['false user']));
});

test('without a session it is not guessed which', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'callgrove-reclassify-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const { code, stderr } = await runCli(['reclassify'], { home });
  assert.equal(code, 2);
  assert.match(stderr, /--all/);
});
