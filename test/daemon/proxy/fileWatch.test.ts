/** What is looked at for which call, and what of it becomes a record: real files, and a journal that the test reads. */
import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { FileStateRecord } from '../../../daemon/protocol/fileState.ts';
import type { JudgedPath } from '../../../daemon/protocol/policy.ts';
import { FileWatch } from '../../../daemon/proxy/fileWatch.ts';
import { openFacts } from '../../../daemon/proxy/openFacts.ts';

type Path = Pick<JudgedPath, 'canonical' | 'access'> & Partial<JudgedPath>;

/** @param childPid the server's; this process unless a test says otherwise, which shares its own mounts */
function place(t: { after(work: () => void): void }, childPid: number | null = process.pid) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'callgrove-watch-')));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const records: FileStateRecord[] = [];
  const open = openFacts({
    ...{ connectionId: 'con_1', name: 'fs', argv: ['fs'], http: null, env: {}, key: null },
    childPid,
  });
  const keep = (kind: string, document: object) => {
    assert.equal(kind, 'filestate');
    records.push(FileStateRecord.parse(JSON.parse(JSON.stringify(document))));
  };
  const journal = { fact: keep, factSoon: keep, release: () => {} };
  const watch = new FileWatch({
    ...{ policyFile: '', open, journal, tellAgent: () => {}, say: (sentence) => assert.fail(sentence) },
  });
  const paths = (list: readonly Path[]): JudgedPath[] =>
    list.map((one) => ({
      ...{ argument: 'path', requested: one.canonical ?? '', symlinks: [], flags: [], reason: null },
      ...one,
    }));
  return {
    at: (name: string) => join(folder, name),
    records,
    watch,
    ask: (id: string, list: readonly Path[], isLate = false) => watch.asked({ paths: paths(list) }, id, id, isLate),
  };
}

/** So that the kernel's time of a change tells what came later. */
const aWhile = () => new Promise((done) => setTimeout(done, 60));

test('of a call that writes there are two records: before with what stood there, after without', (t) => {
  const { at, records, watch, ask } = place(t);
  writeFileSync(at('a'), 'old');
  assert.equal(watch.waits, false);
  ask('1', [{ canonical: at('a'), access: 'write' }]);
  assert.equal(watch.waits, true);
  writeFileSync(at('a'), 'newer');
  watch.answered('1', '7');
  assert.equal(watch.waits, false);
  const [before, after, ...more] = records;
  assert.deepEqual([before?.when, after?.when, more.length], ['before', 'after', 0]);
  assert.deepEqual([before?.answer, after?.answer], [null, '7']);
  assert.deepEqual([before?.doubts, after?.doubts], [[], []]);
  assert.deepEqual(before?.files[0]?.content, { encoding: 'utf8', text: 'old' });
  assert.deepEqual([before?.files[0]?.before.bytes, before?.files[0]?.after], [3, null]);
  assert.deepEqual([after?.files[0]?.after?.bytes, after?.files[0]?.content], [5, undefined]);
  assert.notEqual(after?.files[0]?.before.sha256, after?.files[0]?.after?.sha256);
  // An answer is told of once, and one that nobody asked for not at all.
  for (const id of ['1', '2']) watch.answered(id, '8');
  assert.equal(records.length, 2);
});

test('of a call that reads there is a record only where something changed', async (t) => {
  const { at, records, watch, ask } = place(t);
  writeFileSync(at('a'), 'old');
  await aWhile();
  ask('1', [{ canonical: at('a'), access: 'read' }], true);
  watch.answered('1', '2');
  assert.equal(records.length, 0);
  ask('3', [{ canonical: at('a'), access: 'read' }], true);
  writeFileSync(at('a'), 'new');
  watch.answered('3', '4');
  assert.deepEqual(
    records.map(({ when, doubts }) => [when, doubts]),
    [['after', ['late']]],
  );
  // Nobody reads a file that is not going to be written.
  assert.equal(records[0]?.files[0]?.before.sha256, null);
});

test('a change that came before the first look is told by the kernel’s time, whatever the writer sets', async (t) => {
  const { at, records, watch, ask } = place(t);
  writeFileSync(at('a'), 'old');
  await aWhile();
  // The server was quicker than the look; it writes as much as there was and puts the time back.
  writeFileSync(at('a'), 'new');
  utimesSync(at('a'), 1, 1);
  ask('1', [{ canonical: at('a'), access: 'read' }], true);
  watch.answered('1', '2');
  assert.equal(records.length, 1);
  assert.equal(records[0]?.files[0]?.after?.mtime_ms, 1000);
});

test('what policy has something against is not read, containers and what leads nowhere are not looked at', (t) => {
  const { at, records, watch, ask } = place(t);
  writeFileSync(at('a'), 'secret');
  ask('1', [{ canonical: at('a'), access: 'write', reason: 'credential_file' }]);
  assert.deepEqual([records[0]?.files[0]?.content, records[0]?.files[0]?.before.sha256], [null, null]);
  ask('2', [
    { canonical: null, access: 'write' },
    { canonical: at('a'), access: 'write', flags: ['container'] },
  ]);
  assert.equal(records.length, 1);
  watch.answered('2', '3');
  assert.equal(records.length, 1);
});

test('a link that leads elsewhere now, a folder that was moved away, a process that is not known: each is told', (t) => {
  const { at, records, watch, ask } = place(t);
  for (const name of ['one', 'two']) mkdirSync(at(name));
  symlinkSync(at('one'), at('link'));
  ask('1', [{ canonical: at('one/a'), access: 'write', symlinks: [at('link')] }]);
  rmSync(at('link'));
  symlinkSync(at('two'), at('link'));
  watch.answered('1', '2');
  assert.deepEqual(records[1]?.doubts, ['link_changed']);
  ask('3', [{ canonical: at('one/a'), access: 'write' }]);
  renameSync(at('one'), at('away'));
  mkdirSync(at('one'));
  watch.answered('3', '4');
  const [file] = records[3]?.files ?? [];
  assert.ok(file?.before.folder && file.after?.folder && file.before.folder !== file.after.folder);
  const far = place(t, null);
  far.ask('1', [{ canonical: far.at('a'), access: 'write' }]);
  far.watch.answered('1', null);
  assert.deepEqual(
    far.records.map(({ doubts }) => doubts),
    [['unknown_process'], ['unknown_process']],
  );
});

test('however many files a call names and however many answers never come, what is kept is bounded', (t) => {
  const { at, records, watch, ask } = place(t);
  ask(
    '1',
    Array.from({ length: 50 }, (_, n) => ({ canonical: at(`f${n}`), access: 'write' as const })),
  );
  assert.equal(records[0]?.files.length, 20);
  for (let n = 2; n <= 1100; n++) ask(String(n), [{ canonical: at('a'), access: 'read' }]);
  writeFileSync(at('a'), 'new');
  watch.answered('1000', null);
  watch.answered('1100', null);
  assert.deepEqual(
    records.slice(1).map(({ request_id }) => request_id),
    ['1000'],
  );
});
