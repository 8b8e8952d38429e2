/** The launcher with real processes: whatever is broken, the agent's server starts, answers and ends as it would alone. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  buildLauncherInto,
  LAUNCHER_CASES,
  type LauncherPlace,
  makeEditor,
  makeLauncherPlace,
} from '../support/launcherPlace.ts';
import { readJournal } from '../support/proxied.ts';

const dist = mkdtempSync(join(tmpdir(), 'callgrove-dist-'));
before(() => buildLauncherInto(dist));
after(() => rmSync(dist, { recursive: true, force: true }));

/** Says who its parent is and which variables it was given, answers lines, ends with 7 at the end of its input. */
const SERVER = `process.stdout.write(JSON.stringify({ pid: process.pid, ppid: process.ppid, env: process.env }) + '\\n');
process.stdin.on('data', (text) => process.stdout.write('answer to ' + text));
process.stdin.on('end', () => process.exit(7));`;

function starts(place: LauncherPlace, words: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(join(place.bin, 'callgrove'), words, {
    env: { PATH: place.path, HOME: place.folder, ...env },
    cwd: '/',
    uid: place.uid,
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = once(child, 'close').then(() => ({ code: child.exitCode, signal: child.signalCode, stdout, stderr }));
  return { child, ended };
}

/** One question through the launcher. */
async function converse(place: LauncherPlace, options: readonly string[] = [], env: NodeJS.ProcessEnv = {}) {
  const words = ['run', '--name', 's', ...options, '--home', place.home, '--', process.execPath, '-e', SERVER];
  const { child, ended } = starts(place, words, env);
  child.stdin.end('a question');
  const { code, stdout, stderr } = await ended;
  const [first, answer] = stdout.split('\n');
  return { code, answer, stderr, pid: child.pid, server: JSON.parse(first ?? '') };
}

function inPlace(name: string, body: (place: LauncherPlace) => Promise<void>): void {
  test(name, { timeout: 60_000 }, async () => {
    const place = makeLauncherPlace(dist);
    try {
      await body(place);
    } finally {
      place.remove();
    }
  });
}

for (const { name, recorded, says, arrange } of LAUNCHER_CASES) {
  inPlace(`${name}: the server starts and answers${recorded ? '' : ', unrecorded'}`, async (place) => {
    arrange(place);
    const { code, answer, stderr, server, pid } = await converse(place, ['--no-daemon']);
    assert.deepEqual([code, answer], [7, 'answer to a question']);
    assert.match(stderr, says);
    const strange = Object.keys(server.env).filter((variable) => /CALLGROVE|ELECTRON|NODE_OPTIONS/.test(variable));
    assert.deepEqual(strange, []);
    // No shell and no loader stays behind: the server is the agent's own child, or the proxy's.
    if (recorded) assert.equal(server.ppid, pid);
    else if (!/read-only/.test(name)) assert.equal(server.pid, pid);
    if (recorded) assert.ok(readJournal(place.home).bytes('s2c').includes('answer to a question'));
  });
}

inPlace('the daemon is started from the recorded program, whose refusal changes nothing', async (place) => {
  const { code, answer, stderr } = await converse(place);
  assert.deepEqual([code, answer, stderr], [7, 'answer to a question', '']);
  for (let i = 0; i < 500 && place.asked() === ''; i++) await sleep(20);
  assert.equal(place.asked(), `daemon run --home ${place.home}\n`);
});

inPlace('a server reached by URL keeps the full program where the bundle is broken', async (place) => {
  writeFileSync(join(place.bin, 'run.mjs'), '{');
  assert.equal((await starts(place, ['run', '--name', 's', '--url', 'http://127.0.0.1:9/']).ended).code, 3);
  assert.equal(place.asked(), 'run --name s --url http://127.0.0.1:9/\n');
  rmSync(place.installer.program);
  const { code, stderr } = await starts(place, ['run', '--name', 's', '--url', 'http://127.0.0.1:9/']).ended;
  assert.equal(code, 127);
  assert.match(stderr, /^callgrove: .*run\.mjs cannot be used: [^\n]*\n$/);
});

inPlace('an option that this version does not know costs the recording only', async (place) => {
  const { code, answer, stderr } = await converse(place, ['--of-a-later-version']);
  assert.deepEqual([code, answer], [7, 'answer to a question']);
  assert.match(stderr, /unknown option --of-a-later-version; .* runs unrecorded/);
});

inPlace("NODE_OPTIONS are the server's and not the proxy's", async (place) => {
  const loud = join(place.folder, 'loud.cjs');
  writeFileSync(loud, 'process.stderr.write("loaded\\n");');
  const NODE_OPTIONS = `--require ${loud}`;
  const through = await converse(place, ['--no-daemon'], { NODE_OPTIONS });
  assert.equal(through.stderr, 'loaded\n');
  assert.equal(through.server.env.NODE_OPTIONS, NODE_OPTIONS);
  rmSync(place.installer.execPath);
  const alone = await converse(place, ['--no-daemon'], { NODE_OPTIONS });
  assert.match(alone.stderr, /runs unrecorded\nloaded\n$/);
  assert.equal(alone.server.env.NODE_OPTIONS, NODE_OPTIONS);
});

inPlace('an editor as runtime keeps its variable where the agent had set it', async (place) => {
  rmSync(join(place.home, 'bin'), { recursive: true });
  const { installLauncher } = await import('../../daemon/agents/installLauncher.ts');
  installLauncher(place.home, { ...place.installer, execPath: makeEditor(place.folder), editor: true });
  const { server } = await converse(place, ['--no-daemon'], { ELECTRON_RUN_AS_NODE: '1' });
  assert.equal(server.env.ELECTRON_RUN_AS_NODE, '1');
});

inPlace('arguments come through as they stand, empty, spaced, quoted and with another --', async (place) => {
  const odd = ['', 'a b', '"', "'", '$HOME', '*', '--', '--url', '\n', '\\'];
  const echo = 'process.stdout.write(JSON.stringify(process.argv.slice(1)))';
  for (const broken of [false, true]) {
    if (broken) rmSync(place.installer.execPath);
    const words = ['run', '--no-daemon', '--home', place.home, '--', process.execPath, '-e', echo, '--', ...odd];
    const { child, ended } = starts(place, words);
    child.stdin.end();
    assert.deepEqual(JSON.parse((await ended).stdout), odd, broken ? 'without a runtime' : 'recorded');
  }
});

inPlace('a signal to the launcher is one to the server, recorded or not', async (place) => {
  const wait = 'process.stdout.write("up"); setInterval(() => {}, 1000)';
  for (const broken of [false, true]) {
    if (broken) rmSync(join(place.bin, 'run.mjs'));
    const words = ['run', '--no-daemon', '--home', place.home, '--', process.execPath, '-e', wait];
    const { child, ended } = starts(place, words);
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    assert.equal((await ended).signal, 'SIGTERM');
  }
});

inPlace('a command that cannot be started is 127, recorded or not', async (place) => {
  for (const broken of [false, true]) {
    if (broken) rmSync(place.installer.execPath);
    const { child, ended } = starts(place, ['run', '--no-daemon', '--home', place.home, '--', 'no-such-program']);
    child.stdin.end();
    assert.equal((await ended).code, 127);
  }
});

inPlace('a server reached by URL, without any runtime: one sentence and 127', async (place) => {
  rmSync(place.installer.execPath);
  const { ended } = starts(place, ['run', '--name', 's', '--url', 'http://127.0.0.1:9/']);
  const { code, stdout, stderr } = await ended;
  assert.deepEqual([code, stdout], [127, '']);
  assert.match(stderr, /^callgrove: this server is reached by URL, which needs Node: [^\n]*\n$/);
});

inPlace('every other verb is the full program, and its loss is said', async (place) => {
  assert.equal((await starts(place, ['sessions', '--json']).ended).code, 3);
  assert.equal(place.asked(), 'sessions --json\n');
  rmSync(place.installer.program);
  const { code, stderr } = await starts(place, ['sessions']).ended;
  assert.equal(code, 127);
  assert.match(stderr, /^callgrove: .*callgrove\.cjs cannot be loaded/);
});

inPlace('a started server is not started again when the proxy fails later', async (place) => {
  const bundle = join(place.bin, 'run.mjs');
  const count = join(place.folder, 'starts');
  mkdirSync(count);
  writeFileSync(bundle, `${readFileSync(bundle, 'utf8')}\nthrow new Error('later');`);
  const server = `require('node:fs').mkdtempSync(${JSON.stringify(`${count}/`)});`;
  const words = ['run', '--no-daemon', '--home', place.home, '--', process.execPath, '-e', server];
  const { child, ended } = starts(place, words);
  child.stdin.end();
  const { code, stderr } = await ended;
  assert.notEqual(code, 0);
  assert.ok(!stderr.includes('runs unrecorded'));
});
