/** `npm start` as a process without a terminal: what it shows, what is recorded, what is left after Ctrl+C. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { makeSampleRepository } from '../../daemon/sampleRepository.ts';
import { runCli } from '../support/cliRun.ts';

test('the repository: a checkout with a failing test and 2 MB to read', () => {
  const repository = makeSampleRepository();
  try {
    assert.ok(readFileSync(join(repository.root, 'data/catalogue.csv')).length >= 2_000_000);
    assert.equal(spawnSync(process.execPath, ['--test'], { cwd: repository.root, stdio: 'ignore', env: {} }).status, 1);
    if (repository.git) {
      const { stdout } = spawnSync('git', ['status', '--porcelain', '--branch'], {
        cwd: repository.root,
        encoding: 'utf8',
      });
      assert.equal(stdout, '## main\n');
    }
  } finally {
    repository.dispose();
  }
  assert.equal(existsSync(repository.root), false);
});

test('the sample: the tree grows, the page is named, Ctrl+C stops everything and leaves the record', async () => {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'callgrove-start-')));
  const script = resolve(import.meta.dirname, '../../daemon/sample.ts');
  const env = { PATH: process.env.PATH ?? '', HOME: home, LANG: 'C.UTF-8', CALLGROVE_HOME: home };
  const child = spawn(process.execPath, [script], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (more: string) => {
    errors += more;
  });
  try {
    await new Promise<void>((resolvePromise, reject) => {
      child.stdout.setEncoding('utf8').on('data', (more: string) => {
        text += more;
        if (text.includes('To trace your own server')) resolvePromise();
      });
      child.on('exit', () => reject(new Error(`ended before: ${text}\n${errors}`)));
    });
    assert.match(text, /page +http:\/\/127\.0\.0\.1:\d+\/#code=/);
    assert.match(text, /The agent is done/);
    for (const tool of ['list_directory', 'search_files', 'edit_file', 'write_file', 'trigger-sampling-request']) {
      assert.match(text, new RegExp(`✓ .*${tool}`), tool);
    }
    assert.match(text, /✓ sampling\/createMessage ← everything/);
    assert.match(text, /✓ elicitation\/create ← everything/);
    assert.match(text, /✗ filesystem · read_text_file/);
    assert.match(text, /✓ everything · trigger-long-running-operation .*8 progress/);
    const root = /repository +(\S+)/.exec(text)?.[1]?.replace(/,$/, '') ?? '';
    assert.ok(existsSync(root));
    const listed = await runCli(['sessions', '--all', '--json'], { home });
    assert.equal(JSON.parse(listed.stdout).length, 1, listed.stdout + listed.stderr);
    const calls = await runCli(['calls', '--all', '--json', '--filter', 'tool:read_text_file'], { home });
    const sizes = calls.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).output.returned_bytes);
    assert.ok(Math.max(...sizes) > 2_000_000);
    child.kill('SIGINT');
    const [code] = await once(child, 'exit');
    assert.equal(code, 0, errors);
    assert.equal(existsSync(root), false);
    assert.equal((await runCli(['daemon', 'status'], { home })).code, 1);
    assert.ok(readdirSync(join(home, 'journal')).length >= 2);
  } finally {
    if (child.exitCode === null) child.kill('SIGKILL');
    await runCli(['daemon', 'stop'], { home });
    rmSync(home, { recursive: true, force: true });
  }
});
