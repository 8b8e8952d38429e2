import assert from 'node:assert/strict';
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { notWritable, readConfig, saveConfig } from '../../../daemon/agents/editFile.ts';

const folder = mkdtempSync(join(realpathSync(tmpdir()), 'callgrove-edit-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string | Buffer, mode = 0o644): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

const bytesOf = (path: string) => {
  const read = readConfig(path);
  assert.ok(read.kind === 'read');
  return read.bytes;
};

test('a file is replaced whole, its mode kept, and nothing else is left in its folder', () => {
  const path = file('a.json', '{}', 0o640);
  assert.deepEqual(saveConfig(path, bytesOf(path), '{"a":1}'), { kind: 'saved' });
  assert.equal(readFileSync(path, 'utf8'), '{"a":1}');
  assert.equal(statSync(path).mode & 0o777, process.platform === 'win32' ? statSync(path).mode & 0o777 : 0o640);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.includes('callgrove')),
    [],
  );
});

test('a byte order mark and line ends go through as they are', () => {
  const path = file('bom.json', '\uFEFF{\r\n}');
  const read = readConfig(path);
  assert.ok(read.kind === 'read');
  assert.equal(read.text, '\uFEFF{\r\n}');
  saveConfig(path, read.bytes, read.text);
  assert.deepEqual(readFileSync(path), Buffer.from('\uFEFF{\r\n}'));
});

test('a link stays a link: the file behind it is replaced', () => {
  const target = file('target.json', '{}');
  const link = join(folder, 'link.json');
  symlinkSync(target, link);
  saveConfig(realpathSync(link), bytesOf(link), '[]');
  assert.ok(lstatSync(link).isSymbolicLink());
  assert.equal(readFileSync(target, 'utf8'), '[]');
});

test('a read-only file stays as it is', () => {
  const path = file('ro.json', '{}', 0o444);
  assert.equal(notWritable(path), 'it is read-only');
  assert.deepEqual(saveConfig(path, bytesOf(path), '[]'), { kind: 'failed', reason: 'it is read-only' });
  assert.equal(readFileSync(path, 'utf8'), '{}');
});

test('what somebody else wrote meanwhile is not overwritten', () => {
  const path = file('raced.json', '{}');
  const before = bytesOf(path);
  writeFileSync(path, '{"theirs":1}');
  const saved = saveConfig(path, before, '{"ours":1}');
  assert.equal(saved.kind, 'failed');
  assert.match(saved.kind === 'failed' ? saved.reason : '', /changed it just now/);
  assert.equal(readFileSync(path, 'utf8'), '{"theirs":1}');
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.includes('callgrove')),
    [],
  );
});

test('what is no UTF-8, too large or not there is said, and not thrown', () => {
  assert.deepEqual(readConfig(file('latin1.json', Buffer.from([0x7b, 0xe9, 0x7d]))), {
    kind: 'failed',
    reason: 'it is not UTF-8',
  });
  assert.equal(readConfig(join(folder, 'absent.json')).kind, 'failed');
});
