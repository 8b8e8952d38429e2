import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { FileMark } from '../../../daemon/proxy/fileMark.ts';

function place(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'callgrove-mark-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const control = join(folder, 'control');
  mkdirSync(control);
  const path = join(control, 'policy.json');
  return {
    folder,
    control,
    path,
    replace(text: string, of = path) {
      writeFileSync(`${of}.new`, text);
      // The same time to the nanosecond and the same size: only the file is another one.
      utimesSync(`${of}.new`, 1_700_000_000, 1_700_000_000);
      renameSync(`${of}.new`, of);
    },
  };
}

for (const holdsOpen of [true, false])
  test(`each replacement is seen once, ${holdsOpen ? 'by the open file' : 'by the path'}`, (t) => {
    const { path, replace } = place(t);
    const mark = new FileMark(path, holdsOpen);
    t.after(() => mark.close());
    const nowMs = 1000;
    assert.equal(mark.hasChanged(nowMs), false, 'there is none');
    replace('a');
    assert.equal(mark.hasChanged(nowMs), true);
    for (let at = 0; at < 50; at++) {
      assert.equal(mark.hasChanged(nowMs), false);
      replace('b');
      assert.equal(mark.hasChanged(nowMs), true, `replacement ${at}`);
    }
    writeFileSync(path, 'longer');
    assert.equal(mark.hasChanged(nowMs), true, 'written to');
    rmSync(path);
    assert.equal(mark.hasChanged(nowMs), false, 'what is gone takes nothing back');
    replace('c');
    assert.equal(mark.hasChanged(nowMs), true, 'and is there again');
  });

test('a folder that was put in the place of another is seen within a second', (t) => {
  const { folder, control, path, replace } = place(t);
  replace('a');
  const mark = new FileMark(path, true);
  t.after(() => mark.close());
  assert.equal(mark.hasChanged(5000), true);
  renameSync(control, join(folder, 'elsewhere'));
  mkdirSync(control);
  replace('b');
  assert.equal(mark.hasChanged(5999), false);
  assert.equal(mark.hasChanged(6000), true);
  assert.equal(mark.hasChanged(6000), false);
});

test('what cannot be opened is looked at by its path', async (t) => {
  const { path } = place(t);
  const server = createServer().listen(path);
  await once(server, 'listening');
  t.after(() => server.close());
  const mark = new FileMark(path, true);
  assert.equal(mark.hasChanged(1), true);
  assert.equal(mark.hasChanged(1), false);
});
