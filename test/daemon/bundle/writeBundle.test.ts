/** Members are packed while they are written, and what stands in the zip file is what was written. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { crc32 } from 'node:zlib';
import { createSpool, type Spool } from '../../../daemon/bundle/spool.ts';
import { writeBundle, zipBytes } from '../../../daemon/bundle/writeBundle.ts';
import { openEntries } from '../../../daemon/bundle/zipEntries.ts';

const LINES = Array.from({ length: 3000 }, (_, n) => JSON.stringify({ n, text: 'ä€😀'.repeat(n % 90) }));
const LONG = JSON.stringify('x'.repeat(1_000_000));
const at = new Date(2026, 10, 21, 9, 30, 12);
let folder: string;
let spool: Spool;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'callgrove-pack-'));
  mkdirSync(join(folder, 'spool'));
  spool = createSpool(join(folder, 'spool'));
  const calls = spool.open('calls.ndjson');
  for (const line of [...LINES, LONG]) {
    calls.line(line);
    await calls.ready();
  }
  await calls.close();
  for (const [name, text] of [
    ['README.md', '# Größe\n'],
    ['frames.ndjson', ''],
    ['manifest.json', '{}\n'],
  ] as const)
    await spool.put(name, text);
});
after(() => {
  spool.dispose();
  assert.deepEqual(readdirSync(join(folder, 'spool')), []);
  rmSync(folder, { recursive: true });
});

const names = ['README.md', 'calls.ndjson', 'frames.ndjson', 'manifest.json'];

test('what a zip file says of its members, and holds', async () => {
  const file = join(folder, 'b.zip');
  const members = names.map((name) => spool.packed(name));
  const written = await writeBundle(file, members, { force: false, at });
  written.keep();
  assert.equal(written.bytes, statSync(file).size);
  assert.equal(zipBytes(members), written.bytes);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const fd = openSync(file, 'r');
  try {
    const { zip, entries } = await openEntries(fd, written.bytes);
    assert.deepEqual([...entries.keys()], names);
    const texts = { 'calls.ndjson': `${[...LINES, LONG].join('\n')}\n`, 'README.md': '# Größe\n', 'frames.ndjson': '' };
    for (const [name, text] of Object.entries(texts)) {
      const entry = entries.get(name)!;
      const pieces: Uint8Array[] = [];
      for await (const piece of await zip.openReadStreamPromise(entry)) pieces.push(piece);
      const bytes = Buffer.concat(pieces);
      assert.equal(bytes.toString(), text);
      assert.deepEqual([entry.uncompressedSize, entry.crc32], [bytes.length, crc32(bytes)]);
      assert.equal(spool.packed(name).sha256, createHash('sha256').update(bytes).digest('hex'));
      assert.equal(entry.getLastModDate().getTime(), at.getTime());
    }
  } finally {
    closeSync(fd);
  }
});

test('a file that is there stays unless it is meant', async () => {
  const file = join(folder, 'there.zip');
  const write = (force: boolean) => writeBundle(file, [spool.packed('manifest.json')], { force, at });
  (await write(false)).keep();
  const before = readFileSync(file);
  const second = await write(false);
  assert.throws(() => second.keep(), { code: 'EEXIST' });
  second.dispose();
  assert.deepEqual(readFileSync(file), before);
  (await write(true)).keep();
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.endsWith('.part')),
    [],
  );
});

test('lines are read back, changed and left out', async () => {
  const numbers = async function* () {
    for (const n of [1, 2, 3]) yield n;
  };
  const kept = await spool.rewrite('denials.ndjson', numbers(), (n) => (n === 2 ? null : n * 2 - n));
  assert.deepEqual([kept, spool.lines('denials.ndjson'), spool.packed('denials.ndjson').bytes], [1, 2, 4]);
  let count = 0;
  for await (const _ of spool.members.calls()) count++;
  assert.equal(count, LINES.length + 1);
});
