/** Byte for byte: the same awkward peers, direct and through `run`, must be told apart by nothing but the pid. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Ended, launch, PEER, type Running, readJournal, temporaryHome, throughRun } from '../support/proxied.ts';

type Script = (run: Running) => Promise<unknown> | unknown;

const closeInput: Script = ({ child }) => child.stdin.end();
const thenSignal =
  (signal: NodeJS.Signals): Script =>
  async ({ child, saw }) => {
    await saw('up\n');
    child.kill(signal);
  };

/** Writes everything, waiting for the pipe where it is full, then ends. Stops where nobody reads any more. */
const send =
  (...pieces: (string | Buffer)[]): Script =>
  async ({ child }) => {
    for (const piece of pieces) {
      if (child.stdin.destroyed) return;
      await new Promise((resolve) => child.stdin.write(piece, resolve));
    }
    child.stdin.end();
  };

const TORN = [
  Buffer.from('{"id":1,"text":"h'),
  Buffer.from([0xe2]),
  Buffer.from([0x82]),
  Buffer.from([0xac]),
  '"}\r\n',
  '\n',
  '{"half',
];
const BINARY = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7919) % 256));
const MEGABYTE = Buffer.alloc(1 << 20, '0123456789abcdef');

const cases: [string, string[], Script][] = [
  ['torn UTF-8, CRLF, batches, noise, forged records, no last line end', ['awkward'], closeInput],
  ['an echo of torn and unfinished lines', ['echo'], send(...TORN)],
  ['an echo of binary noise', ['echo'], send(BINARY)],
  ['a 50 MB line to the agent', ['longLine', String(50 << 20)], closeInput],
  ['a 50 MB line to the server', ['digest'], send(...Array.from({ length: 50 }, () => MEGABYTE), '\n')],
  ['much on stderr', ['noisy'], closeInput],
  ['a server that exits without reading', ['deaf'], send(MEGABYTE, MEGABYTE)],
  [
    'a server that closes its stdout and lives on',
    ['closesOutput'],
    async (run) => {
      await run.saw('only this');
      await new Promise((resolve) => run.child.stdout.once('end', resolve));
      await send('still heard\n')(run);
    },
  ],
  ['an answer after the agent has closed its side', ['answersAtTheEnd'], send('{"id":1}\n')],
  ['a server that leaves its work to a grandchild', ['launcher'], () => {}],
  ['death by SIGKILL', ['dies', 'SIGKILL'], () => {}],
  ['death by SIGTERM', ['dies', 'SIGTERM'], () => {}],
  ['death by SIGSEGV', ['dies', 'SIGSEGV'], () => {}],
  ...(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'] as const).map((signal): [string, string[], Script] => [
    `a server that answers ${signal}`,
    ['polite'],
    thenSignal(signal),
  ]),
  ...(['SIGTERM', 'SIGINT', 'SIGHUP'] as const).map((signal): [string, string[], Script] => [
    `a server that dies of ${signal}`,
    ['default'],
    thenSignal(signal),
  ]),
];

for (const [name, argv, script] of cases) {
  test(`direct and proxied agree: ${name}`, { timeout: 60_000 }, async () => {
    const { home, remove } = temporaryHome();
    try {
      const ends: Ended[] = [];
      for (const command of [[PEER, ...argv], throughRun(home, [PEER, ...argv])]) {
        const running = launch(command);
        await script(running);
        ends.push(await running.ended);
      }
      const [direct, proxied] = ends as [Ended, Ended];
      assert.deepEqual([proxied.code, proxied.signal], [direct.code, direct.signal]);
      assert.ok(
        proxied.stdout.equals(direct.stdout),
        `stdout: ${proxied.stdout.length} bytes for ${direct.stdout.length}`,
      );
      assert.ok(proxied.stderr.equals(direct.stderr), `stderr: ${proxied.stderr.subarray(0, 500).toString()}`);

      const journal = readJournal(home);
      assert.ok(journal.bytes('s2c').equals(direct.stdout), 'every byte that the agent saw stands in the journal');
      assert.ok(journal.bytes('stderr').equals(direct.stderr));
      assert.deepEqual(journal.documents('exit'), [{ code: direct.code, signal: direct.signal, error: null }]);
      assert.deepEqual(
        journal.records.map(({ head }) => head.o),
        journal.records.map((_, index) => index),
      );
    } finally {
      remove();
    }
  });
}

test('a server that ignores the end of its input and SIGTERM is killed, and that is told as it was', {
  timeout: 30_000,
}, async () => {
  const { home, remove } = temporaryHome();
  try {
    const running = launch(throughRun(home, [PEER, 'stubborn']));
    await running.saw('up\n');
    running.child.stdin.end();
    await running.saw('EOF ignored\n');
    running.child.kill('SIGTERM');
    const end = await running.ended;
    assert.deepEqual([end.code, end.signal], [null, 'SIGKILL']);
    assert.equal(end.stdout.toString(), 'up\nEOF ignored\nSIGTERM ignored\n');
    const signals = readJournal(home)
      .documents('signal')
      .map(({ signal, to }) => `${signal} ${to}`);
    assert.deepEqual(signals, ['SIGTERM proxy', 'SIGTERM child', 'SIGKILL child']);
  } finally {
    remove();
  }
});
