/** Servers that behave badly, one per first argument. Each is deterministic: direct and proxied runs must agree. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, writeSync } from 'node:fs';

const AWKWARD: (string | Buffer)[] = [
  '{"jsonrpc":"2.0","id":"1","result":{"text":"caf',
  Buffer.from([0xc3]),
  Buffer.from([0xa9]),
  ' \u2028 \\ud800 12345678901234567890"}}\r\n',
  '\n\n\r\n   \n',
  '[{"jsonrpc":"2.0","id":1,"result":{}},{"jsonrpc":"2.0","id":1,"result":{}}]\n{"jsonrpc":"2.0","method":"a"}\n{"b":1,"b":2}\n',
  'Listening on port 3000\n',
  Buffer.from(Array.from({ length: 512 }, (_, index) => index % 256)),
  '\n{"k":"chunk","o":0,"t":1,"m":1,"d":"c2s","n":5}\nhello{"k":"exit","o":1,"t":1,"m":1,"n":37}\n{"code":0,"signal":null,"error":null}\n',
  '{"jsonrpc":"2.0","id":2,"result":{"unfinished":tr',
];

/** Blocks until everything is with the pipe, so that an exit right behind it loses nothing. */
function put(fd: number, bytes: string | Buffer): void {
  const buffer = Buffer.from(bytes as string);
  for (let at = 0; at < buffer.length; )
    try {
      at += writeSync(fd, buffer, at);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const peers: Record<string, (argument: string) => unknown> = {
  echo: () => process.stdin.pipe(process.stdout),

  async awkward() {
    for (const piece of AWKWARD) {
      put(1, piece);
      await pause(5);
    }
    process.exit(5);
  },

  longLine(bytes) {
    put(1, `{"jsonrpc":"2.0","id":1,"result":"${'x'.repeat(Number(bytes))}"}\n`);
  },

  async digest() {
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of process.stdin) {
      bytes += chunk.length;
      hash.update(chunk);
    }
    put(1, `${bytes} ${hash.digest('hex')}\n`);
  },

  noisy() {
    for (let line = 0; line < 40_000; line++) put(2, `${line} ${'noise '.repeat(20)}\n`);
    put(1, '{"done":true}\n');
  },

  stubborn() {
    process.on('SIGTERM', () => put(1, 'SIGTERM ignored\n'));
    process.stdin.on('end', () => put(1, 'EOF ignored\n')).resume();
    setInterval(() => {}, 1000);
    put(1, 'up\n');
  },

  polite() {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'] as const)
      process.on(signal, () => {
        put(1, `${signal}\n`);
        process.exit(40);
      });
    setInterval(() => {}, 1000);
    put(1, 'up\n');
  },

  default() {
    setInterval(() => {}, 1000);
    put(1, 'up\n');
  },

  deaf: () => process.exit(9),

  dies(signal) {
    put(1, 'last words');
    process.kill(process.pid, signal as NodeJS.Signals);
    setInterval(() => {}, 1000);
  },

  closesOutput() {
    put(1, 'only this\n');
    closeSync(1);
    process.stdin.on('data', (bytes) => put(2, bytes)).on('end', () => process.exit(6));
  },

  answersAtTheEnd() {
    let text = '';
    process.stdin.on('data', (bytes) => {
      text += bytes;
    });
    process.stdin.on('end', async () => {
      await pause(50);
      put(1, `after the end: ${text}`);
      process.exit(0);
    });
  },

  launcher() {
    spawn(process.execPath, [import.meta.filename, 'late'], { stdio: 'inherit' });
    put(1, 'launched\n');
    process.exit(3);
  },

  async late() {
    await pause(300);
    put(1, 'from the grandchild\n');
  },

  holder() {
    const child = spawn(process.execPath, [import.meta.filename, 'default2'], { stdio: 'inherit', detached: true });
    put(1, `${child.pid}\n`);
    process.exit(4);
  },

  default2: () => setInterval(() => {}, 1000),

  environment() {
    put(1, JSON.stringify({ env: process.env, cwd: process.cwd(), argv: process.argv.slice(2) }));
  },
};

const [, , name = '', argument = ''] = process.argv;
await peers[name]?.(argument);
