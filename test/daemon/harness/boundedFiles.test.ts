import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { boundedFiles, keepTexts } from '../../../daemon/harness/boundedFiles.ts';
import { createFiles } from '../../../daemon/harness/files.ts';
import { folderTree } from '../../support/folderTree.ts';

test('many large files: the first are read, of the others only the head, all are told by their digests', (context) => {
  const large = 'x'.repeat(300 * 1024);
  const tree = Object.fromEntries(Array.from({ length: 70 }, (_, at) => [`${at}.md`, `${at} ${large}`]));
  const folder = folderTree(context, tree);
  const files = boundedFiles(createFiles());
  const kept = keepTexts();
  const lengths = Object.keys(tree).map((name) => {
    const content = files.read(join(folder, name), folder);
    assert.ok(content.kind === 'file' && content.size > large.length && content.cut);
    kept.keep(content);
    return content.bytes.length;
  });
  assert.equal(lengths[0], 256 * 1024);
  assert.equal(lengths.at(-1), 4 * 1024);
  assert.ok(lengths.reduce((sum, length) => sum + length) < 17 * 1024 * 1024);
  assert.equal(Object.keys(kept.texts).length, 64);
  assert.deepEqual(kept.missing(), ['The texts of 6 files are not kept: there are too many of them.']);
});

test('a small file is read and kept whole', (context) => {
  const folder = folderTree(context, { 'a.md': 'text' });
  const content = boundedFiles(createFiles()).read(join(folder, 'a.md'), folder);
  const kept = keepTexts();
  assert.ok(content.kind === 'file');
  kept.keep(content);
  assert.deepEqual(kept.texts, { [content.sha256]: 'text' });
  assert.deepEqual(kept.missing(), []);
});
