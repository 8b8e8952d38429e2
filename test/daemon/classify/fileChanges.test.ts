import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileChanges } from '../../../daemon/classify/fileChanges.ts';
import type { FileLook } from '../../../daemon/protocol/fileState.ts';
import { ABSENT, FOLDER, file, looks, state } from '../../support/fileLooks.ts';

const said = (files: Parameters<typeof fileChanges>[0], startedAt = 5000) => {
  const { changes, proves, why } = fileChanges(files, startedAt);
  return { changes: changes.map(({ kind, evidence, path }) => `${kind} ${evidence} ${path}`), proves, why };
};

test('what two looks say, by what stood there before and after', () => {
  const other = file('b', { mtime_ms: 2000, ctime_ms: 2000 });
  const large = (over: Partial<FileLook> = {}) => file('', { bytes: 100_000, sha256: null, ...over });
  const cases: [FileLook, FileLook, string | null][] = [
    [ABSENT, file('a'), 'file_created'],
    [ABSENT, FOLDER, 'directory_created'],
    [ABSENT, ABSENT, null],
    [file('a'), ABSENT, 'file_deleted'],
    [FOLDER, { ...ABSENT }, 'directory_deleted'],
    [file('a'), other, 'file_modified'],
    // The same content once more, be it in a new file: nothing is different.
    [file('a'), file('a', { mtime_ms: 2000, ctime_ms: 2000, id: '1:8' }), null],
    [file('a'), file('a'), null],
    [large(), large({ mtime_ms: 2000, ctime_ms: 2000 }), 'file_modified'],
    [large(), large({ ctime_ms: 2000 }), 'unknown_change'],
    [large(), large(), null],
    [FOLDER, { ...FOLDER, mtime_ms: 2000 }, 'unknown_change'],
    [FOLDER, FOLDER, null],
    [file('a'), FOLDER, 'unknown_change'],
  ];
  for (const [before, after, kind] of cases) {
    const found = said(looks([state('/w/a', before, after)]));
    assert.deepEqual(found.changes, kind === null ? [] : [`${kind} verified /w/a`], JSON.stringify([before, after]));
    assert.equal(found.proves, true);
  }
});

test('a large file that was written just before is not proven to be as it was; a change of it is seen', () => {
  const large = (over: Partial<FileLook> = {}) => file('', { bytes: 100_000, sha256: null, ...over });
  const still = (at: number) => said(looks([state('/w/a', large(), large())]), at);
  assert.equal(still(1021).proves, true);
  assert.deepEqual([still(1019).proves, still(1001).proves], [false, false]);
  assert.match(still(1010).why ?? '', /shortly before/);
  const grown = said(looks([state('/w/a', large(), large({ bytes: 100_001 }))]), 1010);
  assert.deepEqual(grown.changes, ['file_modified verified /w/a']);
  // Written by somebody else within the millisecond of the request, or until the look: not by the call, which came after it.
  for (const at of [999, 900, 0]) assert.deepEqual([still(at).changes, still(at).proves], [[], false]);
  // What is compared by its content needs no times.
  assert.equal(said(looks([state('/w/a', file('a'), file('a'))]), 1010).proves, true);
});

test('a doubt makes a change observed, and the absence of one worth nothing', () => {
  const made = [state('/w/a', ABSENT, file('a'))];
  const kept = [state('/w/a', file('a'), file('a'))];
  for (const doubt of ['other_mounts', 'unknown_process', 'late', 'link_changed'] as const) {
    assert.deepEqual(said(looks(made, { doubts: [doubt] })).changes, ['file_created observed /w/a']);
    const none = said(looks(kept, { doubts: [doubt] }));
    assert.deepEqual([none.changes, none.proves], [[], false]);
    assert.notEqual(none.why, null);
  }
  assert.deepEqual(said(looks(made, { shared: true })).changes, ['file_created observed /w/a']);
  const swapped = file('a', { folder: '1:2' });
  assert.deepEqual(said(looks([state('/w/a', ABSENT, swapped)])).changes, ['file_created observed /w/a']);
  assert.deepEqual(said(looks([state('/w/a', file('a'), file('b', { folder: null }))])).changes, [
    'file_modified observed /w/a',
  ]);
  const link = file('', { kind: 'link', sha256: null });
  assert.deepEqual(said(looks([state('/w/a', ABSENT, link)])).changes, ['file_created observed /w/a']);
  // A folder that is made on the way is no other folder.
  const deep = said(looks([state('/w/new/a', { ...ABSENT, folder: null }, file('a'))]));
  assert.deepEqual([deep.changes, deep.proves], [['file_created verified /w/new/a'], true]);
  const unreadable: FileLook = { ...ABSENT, kind: 'unreadable', folder: null };
  assert.deepEqual(said(looks([state('/w/a', unreadable, file('a'))])).changes, []);
  assert.equal(said(looks([state('/w/a', unreadable, file('a'))])).proves, false);
});

test('without a look afterwards nothing is known', () => {
  assert.deepEqual(said(null), { changes: [], proves: false, why: null });
  const files = looks([state('/w/a', ABSENT, null)]);
  assert.deepEqual(said({ ...files, after: null }), { changes: [], proves: false, why: null });
});

test('a file that went and the same one that came was moved', () => {
  const gone = state('/w/a', file('a'), ABSENT, { argument: 'source' });
  const came = (over: Partial<FileLook>) => state('/w/b', ABSENT, file('a', over), { argument: 'destination' });
  assert.deepEqual(said(looks([gone, came({})])).changes, ['file_moved verified /w/b']);
  // Over the border of a disk it is copied.
  assert.deepEqual(said(looks([gone, came({ id: '2:1' })])).changes, ['file_moved verified /w/b']);
  const other = said(looks([gone, came({ id: '2:1', sha256: 'other' })])).changes;
  assert.deepEqual(other, ['file_deleted verified /w/a', 'file_created verified /w/b']);
  assert.match(fileChanges(looks([gone, came({})]), 0).changes[0]?.note ?? '', /from \/w\/a/);
});

test('a look that came too late still shows a change that the kernel dates after the request', () => {
  const read = (ctime_ms: number) => {
    const seen = file('a', { sha256: null, ctime_ms, mtime_ms: ctime_ms });
    return looks([state('/w/a', seen, seen, { access: 'read' })], { doubts: ['late'] });
  };
  assert.deepEqual(said(read(5030)).changes, ['file_modified observed /w/a']);
  assert.deepEqual(said(read(4990)).changes, []);
});

test('whether it can be undone: nothing was there, or it is kept', () => {
  const restorable = (files: Parameters<typeof fileChanges>[0]) => fileChanges(files, 0).changes[0]?.restorable;
  assert.equal(restorable(looks([state('/w/a', ABSENT, file('a'))])), true);
  const changed = [state('/w/a', file('a'), file('b', { mtime_ms: 2 }))];
  assert.equal(restorable(looks(changed, { kept: ['/w/a'] })), true);
  assert.equal(restorable(looks(changed)), false);
  assert.equal(restorable({ ...looks(changed), before: null }), null);
});
