/** The command line as real processes, against the real feed over a source that the test writes down. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DisposableStore, toDisposable } from '../../../daemon/base/lifecycle.ts';
import { announceDaemon } from '../../../daemon/feed/announceDaemon.ts';
import { loadDaemonToken } from '../../../daemon/feed/daemonToken.ts';
import { startFeed } from '../../../daemon/feed/server.ts';
import { CallHead } from '../../../daemon/protocol/feed.ts';
import { Session } from '../../../daemon/protocol/record.ts';
import { runCli, seen, startCli } from '../../support/cliRun.ts';
import { callRow, sessionHead } from '../../support/heads.ts';
import { scriptedSource } from '../feed/scriptedSource.ts';

const store = new DisposableStore();
const home = realpathSync(mkdtempSync(join(tmpdir(), 'callgrove-cli-')));
const source = scriptedSource();
const id = 'ses_0000000000000001';
const cli = (...args: string[]) => runCli(args, { home });

before(async () => {
  store.add(toDisposable(() => rmSync(home, { recursive: true, force: true })));
  const token = loadDaemonToken(home);
  const feed = await startFeed({
    source,
    token,
    preferredPort: null,
    pageFolder: home,
    onStop: () => {},
    onFailure: (error) => assert.fail(String(error)),
  });
  store.add(feed);
  store.add(announceDaemon(home, { port: feed.port, token, started_at: new Date().toISOString() }));
  source.heads.set(id, sessionHead({ session: { workspace: home } }));
  source.rows.set(id, [
    callRow(),
    callRow({ call_id: 'call_00000000000000000000000001_2', outcome: 'error', error_message: 'no such file' }),
  ]);
});
after(() => store.dispose());

test('a state folder that others can write is refused at once, with the reason', async (t) => {
  if (process.platform === 'win32') return;
  const open = realpathSync(mkdtempSync(join(tmpdir(), 'callgrove-open-')));
  t.after(() => rmSync(open, { recursive: true, force: true }));
  chmodSync(open, 0o770);
  const { code, stdout, stderr } = await runCli(['sessions', '--json'], { home: open });
  assert.deepEqual([code, stdout], [3, '']);
  assert.match(stderr, /can be written by other users/);
  assert.deepEqual(readdirSync(open), []);
});

test('without a verb: the overview on stderr, wrong usage', async () => {
  const { code, stdout, stderr } = await cli();
  assert.deepEqual([code, stdout], [2, '']);
  for (const verb of [
    'run',
    'tail',
    'sessions',
    'show',
    'calls',
    'call',
    'label',
    'pin',
    'ui',
    'daemon',
    'doctor',
    'prune',
    'help',
  ]) {
    assert.match(stderr, new RegExp(`^ {2}${verb} +\\S`, 'm'), verb);
  }
});

test('help and --help of every verb: usage, options, examples, exit codes', async () => {
  assert.match((await cli('help')).stdout, /^callgrove /);
  const check = async (verb: string) => {
    const { code, stdout } = await cli(verb, '--help');
    assert.equal(code, 0);
    const parts = [`callgrove ${verb}`, 'Usage', 'Options', '--json', '--home DIR', 'Examples', 'Exit codes'];
    for (const part of parts) assert.ok(stdout.includes(part), `${verb}: ${part}`);
  };
  await Promise.all(
    ['tail', 'sessions', 'show', 'calls', 'call', 'label', 'pin', 'ui', 'daemon', 'doctor', 'prune'].map(check),
  );
  assert.equal((await cli('help', 'show')).stdout, (await cli('show', '--help')).stdout);
});

test('wrong usage is 2, with the word and what was meant', async () => {
  const table: [args: string[], said: RegExp][] = [
    [['sesions'], /unknown verb sesions; did you mean sessions\?/],
    [['--verson'], /unknown option --verson/],
    [['show', '--sumary'], /unknown option --sumary; did you mean --summary\?/],
    [['label', 'last'], /give either TEXT or --clear/],
    [['daemon', 'stat'], /daemon takes start, stop, status, run, not "stat"/],
    [['calls', '--limit', 'x'], /--limit takes a whole number/],
    [['prune', '--max-size', 'big'], /--max-size takes a size like 500MB/],
    [['show', 'ses_f'], /there is no session ses_f$/m],
  ];
  for (const [args, said] of table) {
    const { code, stdout, stderr } = await cli(...args);
    assert.deepEqual([code, stdout], [2, ''], args.join(' '));
    assert.match(stderr, said);
  }
});

test('--version', async () => {
  assert.match((await cli('--version')).stdout, /^\d+\.\d+\.\d+\S*\n$/);
});

test('show draws the tree; --summary --json prints the Session record itself', async () => {
  const drawn = await cli('show', 'ses_');
  assert.equal(drawn.code, 0, drawn.stderr);
  const lines = drawn.stdout.split('\n');
  assert.match(lines[0] ?? '', /^● claude-code 2\.1, main@1a2b3c4, read_text_file {2}running$/);
  assert.match(lines[1] ?? '', /ses_0000000000000001 · started .* · 3 tool calls, 2 ok, 1 failed · filesystem/);
  assert.match(lines[2] ?? '', /^├─ ✓ filesystem · read_text_file/);
  assert.match(lines[3] ?? '', /^└─ ✗ filesystem · read_text_file/);
  assert.match(lines[4] ?? '', /no such file/);
  const record = await cli('show', id, '--summary', '--json');
  assert.deepEqual(Session.parse(JSON.parse(record.stdout)), source.heads.get(id)?.session);
  assert.equal(record.stderr, '');
});

test('in a locale without Unicode, our own signs are ASCII, in summaries too', async () => {
  const rows = source.rows.get(id) ?? [];
  source.rows.set(id, [...rows, callRow({ call_id: 'call_x', summary: 'src · recursive: true · …' })]);
  const { stdout } = await runCli(['show', id], { home, env: { LC_ALL: 'C' } });
  source.rows.set(id, rows);
  assert.match(stdout, /^`- \+ filesystem \/ read_text_file {2}src - recursive: true - \.\.\./m);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
  assert.match(stdout, /^[\x00-\x7f]+$/);
});

test('an ambiguous beginning names the candidates', async () => {
  source.heads.set('ses_0000000000000002', sessionHead({ session: { session_id: 'ses_0000000000000002' } }));
  const { code, stderr } = await cli('show', 'ses_0');
  source.heads.delete('ses_0000000000000002');
  assert.equal(code, 2);
  assert.match(
    stderr,
    /SESSION ses_0 is the beginning of several[\s\S]*ses_0000000000000001[\s\S]*ses_0000000000000002/,
  );
});

test('sessions, label and pin say what they did', async () => {
  assert.match((await cli('sessions')).stdout, /^SESSION[\s\S]*\nses_0000000000000001 +\S/);
  const list = await cli('sessions', '--json');
  assert.equal(JSON.parse(list.stdout)[0].session_id, id);
  assert.match((await cli('label', id, 'mine')).stdout, /is labelled mine/);
  assert.match((await cli('pin', id, '--off')).stdout, /no longer pinned/);
  assert.deepEqual(source.acts.slice(-2), [
    { act: 'label', session_id: id, label: 'mine' },
    { act: 'pin', session_id: id, pinned: false },
  ]);
});

test('the scope is the git top level of the folder, and --all lifts it', async () => {
  await cli('calls');
  assert.match(source.asked.at(-1) ?? '', new RegExp(`"workspace":"${home}"`));
  await cli('calls', '--all', '--errors', '--limit', '5');
  assert.match(source.asked.at(-1) ?? '', /"workspace":null.*"all":true|"all":true.*"workspace":null/);
  assert.match(source.asked.at(-1) ?? '', /"errors":true.*"limit":5/);
});

test('ui prints a URL with a one-time code and opens nothing in a pipe', async () => {
  const { code, stdout, stderr } = await cli('ui');
  assert.equal(code, 0);
  assert.match(stdout, /^http:\/\/127\.0\.0\.1:\d+\/#code=\S+\n$/);
  assert.match(stderr, /Not opened: this is no terminal/);
});

test('daemon start on a running daemon is fine; status describes it', async () => {
  assert.match((await cli('daemon', 'start')).stdout, /is running already/);
  assert.match((await cli('daemon', 'status')).stdout, /^daemon +callgrove .*pid \d+, port \d+/);
  assert.equal(JSON.parse((await cli('daemon', 'status', '--json')).stdout).pid, process.pid);
});

test('without a daemon: status is a finding, stop is fine, doctor works', async () => {
  const empty = realpathSync(mkdtempSync(join(tmpdir(), 'callgrove-cli-')));
  try {
    assert.equal((await runCli(['daemon', 'status'], { home: empty })).code, 1);
    assert.equal((await runCli(['daemon', 'stop'], { home: empty })).code, 0);
    const doctor = await runCli(['doctor', '--json'], { home: empty });
    assert.equal(doctor.code, 0, doctor.stdout);
    assert.equal(JSON.parse(doctor.stdout).ok, true);
  } finally {
    rmSync(empty, { recursive: true, force: true });
  }
});

test('a reader that goes away ends a long stream quietly', async () => {
  const many = Array.from({ length: 20_000 }, (_, i) => callRow({ call_id: `call_00000000000000000000000001_${i}` }));
  source.rows.set('ses_0000000000000009', many);
  source.heads.set('ses_0000000000000009', sessionHead({ session: { session_id: 'ses_0000000000000009' } }));
  const child = startCli(['show', 'ses_0000000000000009', '--json'], { home });
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  await once(child.stdout, 'data');
  child.stdout.destroy();
  const [code] = await once(child, 'exit');
  source.heads.delete('ses_0000000000000009');
  assert.deepEqual([code, stderr], [0, '']);
});

test('tail appends starts and ends, follows sessions to come, and ends with 0 at Ctrl+C', async () => {
  const child = startCli(['tail'], { home });
  const first = await seen(child, (text) => text.includes('no such file'));
  assert.match(first, /^● claude-code[\s\S]*├─ ✓ filesystem · read_text_file[\s\S]*├─ ✗ /);
  const later = 'ses_0000000000000003';
  const grown = seen(child, (text) => text.includes('├─ ✓ filesystem · write_file'));
  source.heads.set(later, sessionHead({ session: { session_id: later, title: 'another', workspace: home } }));
  source.rows.set(later, [
    callRow({ session_id: later, call_id: 'call_00000000000000000000000002_1', tool: 'write_file' }),
  ]);
  source.change({ session_ids: [later] });
  assert.match(await grown, /● another/);
  child.kill('SIGINT');
  const [code] = await once(child, 'exit');
  source.heads.delete(later);
  assert.equal(code, 0);
});

test('tail --json prints a CallHead a line, again when it changes', async () => {
  source.asked.length = 0;
  const child = startCli(['tail', id, '--json', '--last', '0'], { home });
  const running = callRow({ call_id: 'call_00000000000000000000000001_7', outcome: 'running', rev: 5 });
  const ended = callRow({ call_id: 'call_00000000000000000000000001_7', outcome: 'success', rev: 6 });
  const before_ = source.rows.get(id) ?? [];
  const lines = seen(child, (text) => text.includes('"success"'));
  // The subscription is there as soon as its window has been asked for.
  while (!source.asked.includes(`window ${id}`)) await new Promise((resolve) => setImmediate(resolve));
  source.rows.set(id, [...before_, running]);
  source.change({ session_ids: [id] });
  const runningSeen = seen(child, (text) => text.includes('"running"'));
  await runningSeen;
  source.rows.set(id, [...before_, ended]);
  source.change({ session_ids: [id] });
  const heads = (await lines)
    .trim()
    .split('\n')
    .map((line) => CallHead.parse(JSON.parse(line)));
  source.rows.set(id, before_);
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  assert.equal(code, 0);
  assert.deepEqual(
    heads.map(({ outcome }) => outcome),
    ['running', 'success'],
  );
});
