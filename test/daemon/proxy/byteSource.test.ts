// Bytes of a child: all of them, through one buffer, none while the last are held; a stream without a handle as it is.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { type ByteSource, sourceOfChild } from '../../../daemon/proxy/byteSource.ts';

const SIZE = 3_000_000;
const byteAt = (at: number) => (at * 7 + (at >> 8)) & 255;
const WRITES_ALL = `const bytes = Buffer.alloc(${SIZE});
for (let at = 0; at < bytes.length; at++) bytes[at] = (at * 7 + (at >> 8)) & 255;
process.stdout.write(bytes);`;

function child(script: string) {
  return spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'pipe', 'inherit'] });
}

test('every byte of a child arrives once and in order, through one buffer, then the end', async () => {
  const seen: Buffer[] = [];
  const buffers = new Set<ArrayBufferLike>();
  const { stdout } = child(WRITES_ALL);
  await new Promise<void>((resolve) => {
    sourceOfChild(stdout, {
      onBytes(bytes) {
        buffers.add(bytes.buffer);
        seen.push(Buffer.from(bytes));
        return true;
      },
      onEnd: resolve,
    });
  });
  const all = Buffer.concat(seen);
  assert.equal(all.length, SIZE);
  assert.equal(
    all.findIndex((byte, at) => byte !== byteAt(at)),
    -1,
  );
  assert.equal(buffers.size, 1);
});

test('nothing is read while the last bytes are held, and nothing of them changes', async () => {
  const { stdout } = child(WRITES_ALL);
  let held = false;
  let broken = 0;
  let sum = 0;
  await new Promise<void>((resolve) => {
    const source: ByteSource = sourceOfChild(stdout, {
      onBytes(bytes) {
        if (held) broken++;
        held = true;
        const copy = Buffer.from(bytes);
        sum += bytes.length;
        setTimeout(() => {
          if (!copy.equals(bytes)) broken++;
          held = false;
          source.resume();
        }, 2);
        return false;
      },
      onEnd: resolve,
    });
  });
  assert.deepEqual({ sum, broken, held }, { sum: SIZE, broken: 0, held: false });
});

test('the end of a child is told although nothing was said, and a closed source breaks the writer', async () => {
  const silent = child('');
  let ends = 0;
  await new Promise<void>((resolve) => {
    sourceOfChild(silent.stdout, {
      onBytes: () => true,
      onEnd() {
        ends++;
        resolve();
      },
    });
  });
  const endless = child(`process.stdout.on('error', () => process.exit(9));
setInterval(() => process.stdout.write('x'.repeat(1000)), 1);`);
  const exit = new Promise((resolve) => endless.on('exit', (code) => resolve(code)));
  const source = sourceOfChild(endless.stdout, {
    onBytes() {
      source.destroy();
      return true;
    },
    onEnd() {},
  });
  assert.equal(await exit, 9);
  assert.equal(ends, 1);
});

test('a stream without a handle is read as it is', async () => {
  const stream = new PassThrough();
  let said = '';
  const ended = new Promise<void>((resolve) => {
    sourceOfChild(stream, {
      onBytes(bytes) {
        said += Buffer.from(bytes).toString();
        return true;
      },
      onEnd: resolve,
    });
  });
  stream.end('hello');
  await ended;
  assert.equal(said, 'hello');
});
