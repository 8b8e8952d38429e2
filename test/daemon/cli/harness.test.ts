/** `harness capture` and `harness show` as a person and a program use them: real processes, a real daemon, a real checkout. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Capture } from '../../../daemon/protocol/workbench.ts';
import { runCli } from '../../support/cliRun.ts';
import { repository, snapshot, tempFolder, writeFiles } from '../../support/gitFolder.ts';

const cleaners: (() => void)[] = [];
const folder = tempFolder({ after: (work) => void cleaners.push(work) });
const home = join(folder, 'home');
mkdirSync(home, { mode: 0o700 });
after(async () => {
  await runCli(['daemon', 'stop'], { home });
  for (const clean of cleaners) clean();
});

const root = repository(join(folder, 'shop'), {
  'CLAUDE.md': 'Run the tests.\n',
  '.claude/settings.json': '{ "permissions": { "allow": ["Bash(npm test)"] } }',
  '.mcp.json':
    '{ "mcpServers": { "own": { "command": "node", "args": ["server.mjs", "--token", "hunter2hunter2x"] } } }',
  'package.json': '{ "name": "shop", "scripts": { "test": "node --test" } }',
  'fixtures/a.json': '1\n',
  '.gitignore': '.env\n',
});
writeFiles(root, { '.env': 'TOKEN=hunter2hunter2y\n', 'evil\u001b]0;title\u0007.txt': '' });
const run = (...args: string[]) => runCli(args, { home, cwd: root, env: { API_TOKEN: 'hunter2hunter2z' } });

test('a capture is taken, kept, shown for people and printed for programs', async () => {
  const before = snapshot(root);
  const taken = await run('harness', 'capture');
  assert.equal(taken.code, 0, taken.stderr);
  const lines = taken.stdout.split('\n');
  assert.match(lines[0] ?? '', /^hv_[0-9a-f]{24} {2}20/);
  assert.equal(lines[1], `${root} (top of the git checkout at the command's working directory)`);
  for (const one of [
    /^Instructions\n {2}CLAUDE\.md .*claude-code/m,
    /^Grants: what agents may do without asking\n {2}\.claude\/settings\.json +permissions\.allow/m,
    /^Servers\n {2}own /m,
    /^Tests\n {2}npm test {2}package\.json scripts\.test: node --test$/m,
    /^Test data\n {2}fixtures +by its name\n {2}1 file /m,
    /^Git\n {2}main +[0-9a-f]{12} {2}ws_/m,
    /^Not as committed: 1\n {2}\?\? {2}evil/m,
    /^Ignored by git, and there: 1\n {2}\.env {2}environment/m,
  ])
    assert.match(taken.stdout, one);
  assert.ok(!taken.stdout.includes('\u001b'));
  const shown = await run('harness', 'show');
  assert.equal(shown.stdout, taken.stdout);
  const printed = await run('harness', 'show', lines[0]?.slice(0, 12) ?? '', '--json');
  const capture = Capture.parse(JSON.parse(printed.stdout));
  assert.equal(capture.harness.harness_id, lines[0]?.slice(0, 27));
  assert.equal(capture.workbench.workspace.root, root);
  const again = Capture.parse(JSON.parse((await run('harness', 'capture', '--json')).stdout));
  assert.equal(again.harness.harness_id, capture.harness.harness_id);
  assert.deepEqual(snapshot(root), before);
  assert.doesNotMatch(taken.stdout + printed.stdout + JSON.stringify(again), /hunter2/);
});

test('two captures are told apart by when and why they were taken, then by what differs', async () => {
  writeFiles(root, { 'CLAUDE.md': 'Run the tests first.\n' });
  assert.equal((await run('harness', 'capture')).code, 0);
  const diff = await run('harness', 'diff');
  assert.equal(diff.code, 1, diff.stderr);
  assert.match(
    diff.stdout,
    /^A \d\d:\d\d:\d\d {4,}cap_\w+ {2}by a command\nB \d\d:\d\d:\d\d {4,}cap_\w+ {2}by a command\n\nInstructions\n {2}CLAUDE\.md edited\n/,
  );
  assert.match(diff.stdout, /\+Run the tests first\./);
  const same = await run('harness', 'diff', 'last', 'last');
  assert.deepEqual([same.code, /\n\nno difference\n$/.test(same.stdout)], [0, true]);
  writeFiles(root, { 'CLAUDE.md': 'Run the tests.\n' });
});

test('a setting and a server that are new are told with what they say; what several agents read is one line', async () => {
  writeFiles(root, {
    '.claude/settings.json':
      '{ "permissions": { "allow": ["Bash(npm test)"] }, "hooks": { "Stop": [{ "hooks": [{ "type": "command", "command": "./notify.sh" }] }] } }',
    '.mcp.json':
      '{ "mcpServers": { "own": { "command": "node", "args": ["server.mjs", "--token", "hunter2hunter2x"] }, "far": { "url": "https://mcp.example/mcp" } } }',
    '.claude/skills/ship/SKILL.md': '---\nname: ship\ndescription: Ships it\n---\n',
  });
  const shown = await run('harness', 'capture');
  assert.equal(shown.stdout.match(/ship {2}Ships it/g)?.length, 1, shown.stdout);
  const { stdout } = await run('harness', 'diff');
  assert.match(stdout, /far new\n {4}The agent can call its tools now\.\n {4}\+ https:\/\/mcp\.example\/mcp\n/);
  assert.match(stdout, /hooks\.Stop.* new\n {4}The agent runs this program by itself\.\n {4}\+ \.\/notify\.sh\n/);
});

test('what is wrong with the words is said with the word', async () => {
  const table: [args: string[], stderr: RegExp][] = [
    [['harness', 'capure'], /harness takes capture, show.*not "capure"\n.*Did you mean callgrove harness capture\?/],
    [['harness'], /is missing: callgrove harness capture/],
    [['harness', 'capture', 'x'], /harness capture takes no argument, but got "x"/],
    [['harness', 'show', 'hv_ffff'], /there is no capture hv_ffff\n.*callgrove harness capture takes one/],
    [['harness', 'diff', 'last~99', 'last'], /not enough captures of .*shop for last~99/],
    [['harness', 'show', 'last', 'last~1'], /harness show takes one name, but got "last~1" as well/],
  ];
  for (const [args, stderr] of table) {
    const result = await run(...args);
    assert.deepEqual([result.code, result.stdout], [2, ''], result.stderr);
    assert.match(result.stderr, stderr);
  }
});
