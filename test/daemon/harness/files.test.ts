import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createFiles } from '../../../daemon/harness/files.ts';

const temp = realpathSync(mkdtempSync(join(tmpdir(), 'callgrove-files-')));
after(() => rmSync(temp, { recursive: true, force: true }));
const root = join(temp, 'root');
mkdirSync(join(root, 'sub', '.git'), { recursive: true });
mkdirSync(join(root, 'sub', 'node_modules', 'x'), { recursive: true });
writeFileSync(join(temp, 'secret'), 'outside');
writeFileSync(join(temp, 'root-twin'), 'outside');
writeFileSync(join(root, 'a.md'), 'hello\n');
writeFileSync(join(root, 'sub', 'b.md'), 'b');
writeFileSync(join(root, 'sub', '.git', 'config'), '');
writeFileSync(join(root, 'sub', 'node_modules', 'x', 'index.js'), '');
symlinkSync('a.md', join(root, 'inside'));
symlinkSync('../secret', join(root, 'outside'));
symlinkSync('../root-twin', join(root, 'twin'));
symlinkSync('nowhere', join(root, 'dangling'));
symlinkSync('..', join(root, 'sub', 'up'));
execFileSync('mkfifo', [join(root, 'pipe')]);
const sha256 = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`;

test('a file is read with its digest, a link as long as it stays inside; all else says why not', () => {
  const files = createFiles();
  const seen = ['a.md', 'inside', 'outside', 'twin', 'dangling', 'pipe', 'sub', 'gone', 'sub/up/a.md'].map((name) => {
    const found = files.read(join(root, name), root);
    return `${name}: ${found.kind === 'file' ? JSON.stringify(found.text) : `${found.kind}, ${found.reason}`}`;
  });
  assert.deepEqual(seen, [
    'a.md: "hello\\n"',
    'inside: "hello\\n"',
    `outside: refused, is a link that leads out of ${root}`,
    `twin: refused, is a link that leads out of ${root}`,
    'dangling: refused, is a link that leads nowhere, or cannot be read',
    'pipe: refused, is no regular file, or cannot be read',
    'sub: refused, is no regular file, or cannot be read',
    'gone: absent, is not there',
    'sub/up/a.md: "hello\\n"',
  ]);
  assert.equal(files.digest(join(root, 'outside'), root), null);
  assert.equal(files.digest(join(root, 'inside'), root), sha256('hello\n'));
});

test('what is cut off still counts in the digest', () => {
  const files = createFiles();
  writeFileSync(join(root, 'large'), 'x'.repeat(3000));
  const found = files.read(join(root, 'large'), root, 1000);
  assert.ok(found.kind === 'file');
  assert.deepEqual(
    [found.text.length, found.size, found.cut, found.sha256],
    [1000, 3000, true, sha256('x'.repeat(3000))],
  );
});

test('a digest follows the content although size and modification time are the same', () => {
  const files = createFiles();
  const path = join(root, 'same');
  writeFileSync(path, 'one');
  utimesSync(path, 1, 1);
  const before = files.digest(path, root);
  writeFileSync(path, 'two');
  utimesSync(path, 1, 1);
  assert.deepEqual([before, files.digest(path, root)], [sha256('one'), sha256('two')]);
});

test('the ids of contents are those of git', () => {
  const files = createFiles();
  const git = (name: string) =>
    execFileSync('git', ['hash-object', '--no-filters', join(root, name)], { encoding: 'utf8' }).trim();
  assert.equal(files.blob(join(root, 'a.md'), 'sha1'), git('a.md'));
  writeFileSync(join(temp, 'name'), 'a.md');
  assert.equal(files.blob(join(root, 'inside'), 'sha1'), git('../name'));
  const odd = Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff, 0xfe])]);
  writeFileSync(odd, 'hello\n');
  assert.equal(files.blob(odd, 'sha1'), git('a.md'));
  rmSync(odd);
  assert.equal(files.blob(join(root, 'pipe'), 'sha1'), null);
});

test('a walk stays in the folder, enters no linked folder and no git folder, and is in order', () => {
  const files = createFiles();
  assert.deepEqual(files.walk(join(root, 'sub'), root), ['b.md', 'up']);
  assert.equal(files.list(join(root, '..'), root), null);
  assert.deepEqual(
    files.list(join(root, 'sub'), root)?.map(({ name, kind }) => `${name} ${kind}`),
    ['.git folder', 'b.md file', 'node_modules folder', 'up link'],
  );
  assert.equal(files.list(join(root, 'a.md'), root), null);
  assert.equal(files.kindOf(join(root, 'inside')), 'link');
});
