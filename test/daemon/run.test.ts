/** `callgrove run` as a process: its own words and exit codes, and what it does when its own part goes wrong. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CALLGROVE, launch, PEER, readJournal, temporaryHome, throughRun } from '../support/proxied.ts';

/** Runs the body with a temporary state folder and removes it afterwards. */
function withHome(name: string, body: (home: string) => Promise<void>): void {
  test(name, { timeout: 60_000 }, async () => {
    const { home, remove } = temporaryHome();
    try {
      await body(home);
    } finally {
      remove();
    }
  });
}

const call = (run: ReturnType<typeof launch>, text: string) =>
  new Promise<void>((resolve, reject) => {
    run.child.stdin.write(`${text}\n`, (error) => (error ? reject(error) : run.saw(`${text}\n`).then(resolve)));
  });

for (const [argv, code, stream, words] of [
  [['--help'], 0, 'stdout', /usage: callgrove run/],
  [[], 2, 'stderr', /no command given/],
  [['--nonsense', '--', 'x'], 2, 'stderr', /unknown option --nonsense/],
  [['--url', 'file:///etc/passwd'], 2, 'stderr', /begins with http/],
  [
    ['--url', 'http://127.0.0.1/', '--header', 'A=${CALLGROVE_UNSET}'],
    2,
    'stderr',
    /CALLGROVE_UNSET, which is not set/,
  ],
  [['--home', 'relative', '--', 'x'], 2, 'stderr', /absolute path/],
] as const) {
  test(`run ${argv.join(' ')} ends with ${code} and says why on ${stream}`, async () => {
    const end = await launch([CALLGROVE, 'run', ...argv]).ended;
    assert.equal(end.code, code);
    assert.match(end[stream].toString(), words);
    assert.equal(end[stream === 'stdout' ? 'stderr' : 'stdout'].length, 0);
  });
}

withHome('a server that cannot be started ends with 127, the reason on stderr and in the journal', async (home) => {
  const end = await launch([CALLGROVE, 'run', '--no-daemon', '--home', home, '--', 'no-such-program-here']).ended;
  assert.equal(end.code, 127);
  assert.equal(
    end.stderr.toString(),
    'callgrove: cannot start no-such-program-here: spawn no-such-program-here ENOENT\n',
  );
  const journal = readJournal(home);
  assert.deepEqual(journal.documents('exit'), [
    { code: null, signal: null, error: 'spawn no-such-program-here ENOENT' },
  ]);
  assert.equal(journal.documents('open')[0]?.child, null);
});

withHome("the server gets the agent's environment, folder and arguments as they stand", async (home) => {
  const env = { PATH: process.env.PATH, HOME: home, CALLGROVE_HOME: home, ODD: 'a b"c$d', PWD: '/somewhere' };
  const args = ['environment', '', 'a b', '"', '$HOME', '*', '--', '--home'];
  const end = await launch([CALLGROVE, 'run', '--no-daemon', '--', process.execPath, PEER, ...args], env).ended;
  assert.deepEqual(JSON.parse(end.stdout.toString()), { env, cwd: process.cwd(), argv: args });
});

withHome('the open record tells what cannot be found out later, and no value of the environment', async (home) => {
  const env = { PATH: process.env.PATH, TOKEN: 'ghp_verysecretvalue', CLAUDE_PROJECT_DIR: '/w' };
  await launch(
    [CALLGROVE, 'run', '--no-daemon', '--name', 'odd', '--home', home, '--', process.execPath, PEER, 'deaf'],
    env,
  ).ended;
  const [open] = readJournal(home).documents('open');
  assert.equal(open?.name, 'odd');
  assert.equal(open?.cwd, process.cwd());
  assert.deepEqual(open?.argv, [process.execPath, PEER, 'deaf']);
  assert.deepEqual(open?.root_evidence, { CLAUDE_PROJECT_DIR: '/w' });
  assert.match(JSON.stringify(open?.environment), /"TOKEN":"[0-9a-f]{8}"/);
  assert.ok(!JSON.stringify(open).includes('verysecret'));
  const chain = open?.process_chain;
  assert.ok(
    Array.isArray(chain) && chain.length >= 2 && chain[1].pid === process.pid,
    'the chain goes up to this test',
  );
});

withHome('folders are private, files are private, and ten proxies at once share one key', async (home) => {
  const ends = await Promise.all(Array.from({ length: 10 }, () => launch(throughRun(home, [PEER, 'deaf'])).ended));
  assert.deepEqual(
    ends.map(({ code }) => code),
    ends.map(() => 9),
  );
  for (const folder of ['.', 'journal', 'control']) assert.equal(statSync(join(home, folder)).mode & 0o777, 0o700);
  assert.deepEqual(readdirSync(join(home, 'control')), ['machine.key']);
  assert.equal(statSync(join(home, 'control', 'machine.key')).mode & 0o777, 0o600);
  const segments = readdirSync(join(home, 'journal'));
  assert.equal(segments.length, 10);
  for (const name of segments) assert.equal(statSync(join(home, 'journal', name)).mode & 0o777, 0o600);
});

withHome('a state folder that others can write is refused in one line, and the server runs', async (home) => {
  chmodSync(home, 0o777);
  const run = launch(throughRun(home, [PEER, 'echo']));
  await call(run, 'still served');
  run.child.stdin.end();
  const end = await run.ended;
  assert.equal(end.code, 0);
  assert.match(end.stderr.toString(), /^callgrove: not recording: .* can be written by other users\n$/);
  assert.ok(!existsSync(join(home, 'journal')));
});

withHome('a state folder that cannot be made costs the record, not the server', async (home) => {
  const file = join(home, 'file');
  writeFileSync(file, '');
  const run = launch(throughRun(join(file, 'state'), [PEER, 'echo']));
  await call(run, 'still served');
  run.child.stdin.end();
  const end = await run.ended;
  assert.equal(end.code, 0);
  assert.match(
    end.stderr.toString(),
    /^callgrove: the journal cannot be written \(ENOTDIR\); traffic goes on unrecorded\n$/,
  );
});

withHome('a journal folder that vanishes is made again, and what was lost with it is counted', async (home) => {
  const run = launch(throughRun(home, [PEER, 'echo']));
  await call(run, 'first');
  rmSync(join(home, 'journal'), { recursive: true });
  for (let round = 0; !existsSync(join(home, 'journal')); round++) {
    await call(run, `round ${round}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await call(run, 'last');
  run.child.stdin.end();
  const end = await run.ended;
  assert.equal(end.code, 0);
  assert.match(end.stderr.toString(), /^callgrove: .*ENOENT.*\n$/);
  const journal = readJournal(home);
  const [gap] = journal.documents('gap');
  assert.equal(gap?.reason, 'ENOENT');
  assert.match(journal.bytes('s2c').toString(), /last\n$/);
});

withHome('a journal that may not be written any more goes on when it may again', async (home) => {
  const journalFolder = join(home, 'journal');
  const run = launch(limited(home, 64, [PEER, 'echo']));
  const line = 'x'.repeat(8000);
  for (let round = 0; round < 8; round++) await call(run, `${round} ${line}`);
  run.child.stdin.end();
  const end = await run.ended;
  assert.deepEqual([end.code, end.signal], [0, null]);
  assert.match(
    end.stderr.toString(),
    /^callgrove: the journal cannot be written \((EFBIG|short_write)\); traffic goes on unrecorded\n$/,
  );
  assert.equal(end.stdout.length, 8 * 8003, 'the agent missed nothing');
  const journal = readJournal(home);
  assert.ok(readdirSync(journalFolder).length > 1, 'never goes on in a file that ends in half a record');
  accountsFor(journal, 8 * 8003);
});

test('a disk that is full', { timeout: 60_000, skip: tmpfsMissing() }, async () => {
  const { home, remove } = temporaryHome();
  const disk = join(home, 'disk');
  mkdirSync(disk, { mode: 0o700 });
  assert.equal(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=0700', 'tmpfs', disk]).status, 0);
  try {
    const ballast = join(disk, 'ballast');
    writeFileSync(ballast, Buffer.alloc(700_000));
    const run = launch(throughRun(disk, [PEER, 'echo']));
    const line = 'y'.repeat(60_000);
    for (let round = 0; round < 6; round++) await call(run, `${round} ${line}`);
    rmSync(ballast);
    await new Promise((resolve) => setTimeout(resolve, 600));
    await call(run, 'room again');
    run.child.stdin.end();
    const end = await run.ended;
    assert.equal(end.code, 0);
    assert.match(end.stderr.toString(), /^callgrove: the journal cannot be written \((ENOSPC|short_write)\).*\n$/);
    assert.equal(end.stdout.length, 6 * 60_003 + 11);
    const journal = readJournal(disk);
    accountsFor(journal, end.stdout.length);
    assert.match(journal.bytes('s2c').toString(), /room again\n$/);
  } finally {
    spawnSync('umount', [disk]);
    remove();
  }
});

withHome('kill -9 of the proxy: every byte that reached either peer stands in the journal', async (home) => {
  const run = launch(throughRun(home, [PEER, 'echo']));
  let asked = 0;
  run.child.stdout.on('data', () => {
    asked++;
    run.child.stdin.write(`request ${asked} ${'z'.repeat(asked * 37)}\n`);
    if (asked === 200) run.child.kill('SIGKILL');
  });
  run.child.stdin.write('request 0\n');
  const end = await run.ended;
  assert.equal(end.signal, 'SIGKILL');
  const journal = readJournal(home);
  const answered = journal.bytes('s2c');
  assert.ok(answered.subarray(0, end.stdout.length).equals(end.stdout), 'what the agent saw');
  const requested = journal.bytes('c2s');
  assert.ok(requested.subarray(0, answered.length).equals(answered), 'what the server saw, since it echoes');
});

withHome('an agent that reads slowly holds the server back, and the proxy stays small', async (home) => {
  const run = launch(throughRun(home, [PEER, 'longLine', String(200 << 20)]));
  await run.saw('{"jsonrpc"');
  run.child.stdout.pause();
  const sizes: number[] = [];
  for (let look = 0; look < 5; look++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    sizes.push(
      readdirSync(join(home, 'journal')).reduce((sum, name) => sum + statSync(join(home, 'journal', name)).size, 0),
    );
  }
  assert.equal(sizes[4], sizes[2], 'nothing more is read while the agent does not read');
  assert.ok(sizes[4]! < 8 << 20);
  run.child.stdout.removeAllListeners('data').resume();
  let peakKilobytes = 0;
  const watch = setInterval(() => {
    const status = existsSync(`/proc/${run.child.pid}/status`)
      ? readFileSync(`/proc/${run.child.pid}/status`, 'latin1')
      : '';
    peakKilobytes = Math.max(peakKilobytes, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
  }, 20);
  assert.equal((await run.ended).code, 0);
  clearInterval(watch);
  assert.ok(peakKilobytes < 150_000, `${peakKilobytes} kB for a line of 200 MB`);
  assert.ok(readJournal(home).segments >= 4, 'segments are closed at 64 MiB');
});

withHome('a server that ends at once is heard to the end', async (home) => {
  for (let round = 0; round < 10; round++) {
    const argv = [
      CALLGROVE,
      'run',
      '--no-daemon',
      '--home',
      home,
      '--',
      'sh',
      '-c',
      'printf quick; printf noise >&2; exit 3',
    ];
    const end = await launch(argv).ended;
    assert.deepEqual([end.stdout.toString(), end.stderr.toString(), end.code], ['quick', 'noise', 3]);
  }
});

withHome('an agent that is gone: the server is ended', async (home) => {
  const run = launch(throughRun(home, [PEER, 'echo']));
  await call(run, 'hello');
  run.child.stdout.destroy();
  run.child.stdin.write('into the void\n');
  const end = await run.ended;
  assert.equal(end.code, 0);
  assert.deepEqual(readJournal(home).documents('exit'), [{ code: 0, signal: null, error: null }]);
});

withHome('a helper that holds stdout open in silence does not keep the exit from the agent', async (home) => {
  const run = launch(throughRun(home, [PEER, 'holder']));
  const code = await new Promise((resolve) => run.child.once('exit', resolve));
  const helper = Number(readJournal(home).bytes('s2c').toString());
  assert.equal(code, 4);
  process.kill(helper, 'SIGKILL');
  await run.ended;
});

/** `run` under a limit of so many 512-byte blocks per file, SIGXFSZ ignored as the runtime does. */
function limited(home: string, blocks: number, argv: string[]): string[] {
  const shell = `trap '' XFSZ; ulimit -f ${blocks}; exec "$@"`;
  return [
    '-e',
    `require('node:child_process').spawn('sh', ${JSON.stringify(['-c', shell, 'sh', process.execPath, ...throughRun(home, argv)])}, { stdio: 'inherit' }).on('exit', (code) => process.exit(code))`,
  ];
}

/** What is in the journal and what the gaps say was lost are together everything that went through. */
function accountsFor(journal: ReturnType<typeof readJournal>, echoedBytes: number): void {
  const gaps = journal.documents('gap');
  assert.ok(gaps.length > 0);
  const lost = gaps.reduce((sum, gap) => sum + Number(gap.bytes), 0);
  assert.ok(lost > 0);
  assert.equal(journal.bytes('c2s').length + journal.bytes('s2c').length + lost, 2 * echoedBytes);
}

/** A reason to skip, or false: only root may mount. */
function tmpfsMissing(): string | false {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return 'only root may mount a small tmpfs; the file-size limit above stands in';
  const { home, remove } = temporaryHome();
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', home]).status === 0;
  if (mounted) spawnSync('umount', [home]);
  remove();
  return mounted ? false : 'this machine does not let a tmpfs be mounted; the file-size limit above stands in';
}
