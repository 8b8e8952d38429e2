import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { FileLook } from '../../../daemon/protocol/fileState.ts';
import { isSameLook, lookAt, READ_BYTES } from '../../../daemon/proxy/fileLook.ts';

function folder(t: { after(work: () => void): void }): string {
  const made = mkdtempSync(join(tmpdir(), 'callgrove-look-'));
  t.after(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

test('small files are read, larger ones are not, and content that is no text is kept as it is', (t) => {
  const place = folder(t);
  const write = (name: string, bytes: string | Uint8Array) => {
    writeFileSync(join(place, name), bytes);
    return lookAt(join(place, name), true);
  };
  const text = write('a.txt', 'fünf');
  assert.equal(text.look.sha256, createHash('sha256').update('fünf').digest('hex'));
  assert.deepEqual(text.content, { encoding: 'utf8', text: 'fünf' });
  const binary = Uint8Array.of(0, 255, 254, 10);
  assert.deepEqual(write('b.bin', binary).content, {
    encoding: 'base64',
    text: Buffer.from(binary).toString('base64'),
  });
  assert.notEqual(write('full', Buffer.alloc(READ_BYTES)).look.sha256, null);
  const large = write('large', Buffer.alloc(READ_BYTES + 1));
  assert.deepEqual([large.look.bytes, large.look.sha256, large.content], [READ_BYTES + 1, null, null]);
  assert.equal(lookAt(join(place, 'a.txt'), false).content, null);
  for (const { look } of [text, large]) assert.deepEqual(FileLook.parse(look), look);
});

test('what is no file is what it is, and nothing is followed', (t) => {
  const place = folder(t);
  mkdirSync(join(place, 'dir'));
  writeFileSync(join(place, 'file'), 'x');
  symlinkSync(join(place, 'file'), join(place, 'link'));
  const kinds = ['dir', 'file', 'link', 'gone', 'file/below', 'x'.repeat(300)].map(
    (name) => lookAt(join(place, name), true).look.kind,
  );
  assert.deepEqual(kinds, ['folder', 'file', 'link', 'absent', 'absent', 'absent']);
  if (process.platform === 'linux') assert.equal(lookAt('/dev/null', true).look.kind, 'other');
});

test('a change is seen even where size and modification time were put back', (t) => {
  const path = join(folder(t), 'a');
  writeFileSync(path, 'one');
  const before = lookAt(path, false).look;
  assert.ok(isSameLook(before, lookAt(path, false).look));
  // The kernel's clock for files is coarse: until it has moved on nothing could be told apart.
  do writeFileSync(path, 'two');
  while (lookAt(path, false).look.ctime_ms === before.ctime_ms);
  utimesSync(path, before.mtime_ms! / 1000, before.mtime_ms! / 1000);
  assert.equal(isSameLook(before, lookAt(path, false).look), false);
});
