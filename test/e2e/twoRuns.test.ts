/** Two real runs of one task by a real agent, in a warm folder and in a fresh clone of it, where a hidden file decides. */
import assert from 'node:assert/strict';
import { mkdirSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { RunDiff } from '../../daemon/protocol/comparison.ts';
import { runCli } from '../support/cliRun.ts';
import { git, repository, tempFolder, writeFiles } from '../support/gitFolder.ts';
import { prepareBrowser } from '../support/prepareBrowser.ts';
import { runAgent, type ScriptedModel, startModel, type Turn } from '../support/realAgent.ts';

const cleaners: (() => void)[] = [];
const base = realpathSync(tempFolder({ after: (work) => cleaners.push(work) }));
const state = join(base, 'state');
const callgrove = resolve(import.meta.dirname, '../../daemon/callgrove.ts');
const filesystem = createRequire(import.meta.url).resolve('@modelcontextprotocol/server-filesystem/dist/index.js');

after(async () => {
  await runCli(['daemon', 'stop'], { home: state });
  for (const clean of cleaners) clean();
});

/** What the model asks for: a file that both have, then one that only the warm folder has. */
function turns(root: string): Turn[] {
  const read = (path: string) => () => ({ tool: 'mcp_files_read_text_file', args: { path: join(root, path) } });
  return [read('README.md'), read('settings.local.json'), () => 'done'];
}

async function runIn(root: string, model: ScriptedModel): Promise<readonly string[]> {
  const server = [process.execPath, filesystem, root];
  const { code, output, answers } = await runAgent({
    cwd: root,
    home: join(base, 'agent-home'),
    model,
    servers: {
      files: {
        command: process.execPath,
        args: [callgrove, 'run', '--name', 'files', '--home', state, '--', ...server],
      },
    },
    turns: turns(root),
  });
  assert.equal(code, 0, output);
  return answers;
}

/** The ids of the newest sessions, oldest first, once both stages have read all of them. */
async function sessions(count: number): Promise<string[]> {
  for (let tries = 0; tries < 100; tries++) {
    const { stdout } = await runCli(['sessions', '--all', '--json'], { home: state });
    const list: { session_id: string; tool_calls: number; harness: string[] }[] = JSON.parse(stdout || '[]');
    const whole = list.filter((one) => one.tool_calls === 2 && one.harness.length > 0);
    if (whole.length === count) return whole.map((one) => one.session_id);
    await sleep(200);
  }
  throw new Error(`fewer than ${count} sessions of two calls with a capture`);
}

test('the first divergence is the call that reads the hidden file, and that file explains it first', async () => {
  await prepareBrowser(() => {});
  mkdirSync(state, { mode: 0o700 });
  const warm = repository(join(base, 'warm'), { 'README.md': '# Demo\n', '.gitignore': 'settings.local.json\n' });
  const fresh = join(base, 'elsewhere', 'fresh');
  mkdirSync(join(base, 'elsewhere'));
  git(base, 'clone', '-q', warm, fresh);
  writeFiles(warm, { 'settings.local.json': '{"mode":"warm"}\n' });

  const model = await startModel();
  cleaners.push(model.close);
  assert.match((await runIn(warm, model)).join(), /warm/);
  const [first = ''] = await sessions(1);
  assert.match((await runIn(fresh, model)).join(), /ENOENT/);
  const [a = '', b = ''] = await sessions(2);
  assert.equal(a, first);

  const compared = await runCli(['diff', a, b, '--all', '--json'], { home: state });
  assert.equal(compared.code, 1, compared.stderr);
  const diff = RunDiff.parse(JSON.parse(compared.stdout));
  assert.deepEqual(
    diff.calls.map(({ status, changed }) => `${status} ${changed.join()}`),
    ['equal ', 'changed outcome,result'],
  );
  assert.equal(diff.first_divergence?.a, diff.calls[1]?.a);
  assert.equal(diff.first_divergence?.b, diff.calls[1]?.b);
  assert.deepEqual(
    diff.harness.map(({ item }) => item),
    ['settings.local.json'],
  );
  assert.deepEqual(diff.first_divergence?.explained_by[0], {
    item: 'settings.local.json',
    reason: 'the call names this file',
  });
  const shown = await runCli(['diff', a, b, '--all'], { home: state });
  assert.match(
    shown.stdout,
    /Where they part[\s\S]*read_text_file[\s\S]*settings\.local\.json: the call names this file/,
  );
});
