/**
 * What calls did, as the record has it, against what really happened: real servers behind real proxies, the disk looked at
 * by the test itself. Servers that lie are caught, and nothing is ever called verified that somebody else can have done.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import type { Call } from '../../daemon/protocol/record.ts';
import { evidencePlace, FILE_PEER } from '../support/evidencePlace.ts';

const modules = resolve(import.meta.dirname, '../../node_modules/@modelcontextprotocol');
const FILESYSTEM = join(modules, 'server-filesystem/dist/index.js');
const MEMORY = join(modules, 'server-memory/dist/index.js');
const EVERYTHING = join(modules, 'server-everything/dist/index.js');

const byTool = (calls: readonly Call[], tool: string) => {
  const found = calls.find((call) => call.tool === tool);
  assert.ok(found, `there is a call of ${tool}`);
  return found;
};
const kindsOf = ({ effects }: Call) => effects?.map(({ kind, evidence }) => `${kind} ${evidence}`) ?? null;

/** Every file below a folder with its size: what a test itself sees. */
function filesBelow(folder: string): Map<string, number> {
  return new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path, statSync(path).size]),
  );
}

test('the reference file server: each effect is the one that the disk shows', async (t) => {
  const place = await evidencePlace(t);
  const { ws } = place;
  const at = (name: string) => join(ws, name);
  writeFileSync(at('old.txt'), 'old');
  writeFileSync(at('large.txt'), 'x'.repeat(70_000));
  const seen: [tool: string, before: Map<string, number>, after: Map<string, number>][] = [];
  const agent = await place.server([FILESYSTEM, ws]);
  const step = async (tool: string, args: object) => {
    const before = filesBelow(ws);
    await agent.call(tool, args);
    seen.push([tool, before, filesBelow(ws)]);
  };
  await step('write_file', { path: at('new.txt'), content: 'new' });
  await step('write_file', { path: at('old.txt'), content: 'newer' });
  await step('edit_file', { path: at('new.txt'), edits: [{ oldText: 'new', newText: 'edited' }] });
  await step('edit_file', { path: at('new.txt'), edits: [{ oldText: 'edited', newText: 'no' }], dryRun: true });
  await step('create_directory', { path: at('dir') });
  await step('create_directory', { path: at('dir') });
  await step('move_file', { source: at('new.txt'), destination: at('dir/moved.txt') });
  await step('write_file', { path: at('large.txt'), content: 'short' });
  await step('edit_file', { path: at('old.txt'), edits: [{ oldText: 'not there', newText: 'x' }] });
  await step('read_text_file', { path: at('old.txt') });
  const { calls, findings } = await place.read();
  assert.equal(calls.length, seen.length);
  for (const [index, [tool, before, after]] of seen.entries()) {
    const call = calls[index];
    assert.equal(call?.tool, tool);
    // What the record says of files is exactly what the disk says.
    const created = [...after.keys()].filter((path) => !before.has(path));
    const gone = [...before.keys()].filter((path) => !after.has(path));
    const changed = [...after].filter(([path, bytes]) => before.has(path) && before.get(path) !== bytes);
    const told = (kind: string) =>
      call?.effects?.filter((effect) => effect.kind === kind).map(({ target }) => target) ?? [];
    if (gone.length > 0) assert.deepEqual(told('file_moved'), created, tool);
    else assert.deepEqual(told('file_created'), created, tool);
    assert.deepEqual(
      told('file_modified'),
      changed.map(([path]) => path),
      tool,
    );
    for (const { evidence, bytes, target } of call?.effects ?? []) {
      assert.equal(evidence, 'verified', tool);
      if (bytes !== null) assert.equal(bytes, after.get(target ?? ''), tool);
    }
  }
  const [made, overwritten, edited, dry, folder, again, moved, large, failed, read] = calls;
  assert.deepEqual(kindsOf(folder!), ['directory_created verified']);
  assert.deepEqual(kindsOf(again!), []);
  assert.deepEqual([made?.reversibility, made?.sources.reversibility], ['reversible', 'verified']);
  assert.deepEqual([made?.idempotent, made?.retry_safe, made?.sources.retry_safe], [true, true, 'catalog']);
  assert.equal(overwritten?.reversibility, 'reversible', 'what was there is kept');
  assert.equal(large?.reversibility, 'permanent', 'what was there was too large to be kept');
  assert.deepEqual([edited?.retry_safe, edited?.side_effect_class], [false, 'local_write']);
  assert.deepEqual([dry?.side_effects, dry?.reversibility, dry?.retry_safe], [[], 'no_effect', true]);
  assert.deepEqual([moved?.side_effects, moved?.reversibility], [['file_moved'], 'reversible']);
  // A failure that is known to have changed nothing may be repeated.
  assert.deepEqual([failed?.outcome, failed?.side_effects, failed?.retry_safe], ['error', [], true]);
  assert.equal(failed?.sources.retry_safe, 'verified');
  assert.deepEqual([read?.side_effects, read?.side_effect_class, read?.idempotent], [[], 'none', true]);
  for (const { data_use_class } of calls) assert.equal(data_use_class, 'internal');
  assert.deepEqual(findings, []);
});

test('memory and the everything server: what the catalog and annotations say', async (t) => {
  const place = await evidencePlace(t);
  const memory = await place.server([MEMORY]);
  const entity = { name: 'a', entityType: 'thing', observations: [] };
  await memory.call('create_entities', { entities: [entity] });
  await memory.call('read_graph', {});
  await memory.call('delete_entities', { entityNames: ['a'] });
  const everything = await place.server([EVERYTHING]);
  await everything.call('echo', { message: 'x' });
  const { calls } = await place.read();
  const made = byTool(calls, 'create_entities');
  assert.deepEqual(kindsOf(made), ['record_created declared']);
  assert.deepEqual([made.side_effect_class, made.sources.side_effects], ['local_write', 'catalog']);
  assert.deepEqual(byTool(calls, 'read_graph').side_effects, []);
  const gone = byTool(calls, 'delete_entities');
  assert.deepEqual([gone.reversibility, gone.retry_safe], ['permanent', true]);
  const echo = byTool(calls, 'echo');
  assert.deepEqual([echo.retry_safe, echo.sources.retry_safe, echo.side_effects], [true, 'annotation', []]);
});

test('servers that lie are caught, and honest ones beside them are not accused', async (t) => {
  const place = await evidencePlace(t);
  const { ws } = place;
  for (const name of ['read.txt', 'lie.txt', 'kept.txt', 'gone.txt']) writeFileSync(join(ws, name), 'text');
  await new Promise((done) => setTimeout(done, 60));
  const agent = await place.server([FILE_PEER]);
  await agent.call('read_file', { path: 'read.txt' });
  await agent.call('inspect_file', { path: 'lie.txt' });
  await agent.call('save_file', { path: 'kept.txt', content: 'other' });
  await agent.call('store_file', { path: 'meant.txt', log: join(ws, 'other-place.txt'), content: 'x' });
  await agent.call('create_file', { path: 'honest.txt', content: 'honest' });
  await agent.call('delete_file', { path: 'gone.txt' });
  await agent.call('broken_write_file', { path: 'half.txt', content: 'whole' });
  await agent.call('fail_to_write_file', { path: 'none.txt', content: 'x' });
  assert.equal(readFileSync(join(ws, 'kept.txt'), 'utf8'), 'text');
  assert.ok(!existsSync(join(ws, 'meant.txt')) && existsSync(join(ws, 'other-place.txt')));
  const { calls, findings } = await place.read();
  const about = (tool: string) =>
    findings.filter(({ call_id }) => call_id === byTool(calls, tool).call_id).map(({ kind }) => kind);
  assert.deepEqual(about('inspect_file'), ['annotation_lie']);
  assert.deepEqual(about('save_file'), ['malformed_success']);
  assert.deepEqual(about('store_file'), ['malformed_success']);
  for (const tool of ['read_file', 'create_file', 'delete_file', 'broken_write_file', 'fail_to_write_file'])
    assert.deepEqual(about(tool), [], tool);
  const stored = byTool(calls, 'store_file');
  assert.deepEqual(
    stored.effects?.map(({ kind, target }) => [kind, target]),
    [['file_created', join(ws, 'other-place.txt')]],
  );
  assert.match(findings.find(({ call_id }) => call_id === stored.call_id)?.evidence ?? '', /other-place\.txt/);
  const honest = byTool(calls, 'create_file');
  assert.deepEqual(kindsOf(honest), ['file_created verified']);
  assert.deepEqual([honest.idempotent, honest.retry_safe], [false, false]);
  assert.deepEqual([honest.sources.idempotent, honest.sources.retry_safe], ['annotation', 'annotation']);
  const deleted = byTool(calls, 'delete_file');
  assert.deepEqual([deleted.side_effects, deleted.reversibility], [['file_deleted'], 'reversible']);
  // It failed, and left half of it behind: that is not to be repeated blindly.
  const half = byTool(calls, 'broken_write_file');
  assert.deepEqual([half.outcome, kindsOf(half), half.retry_safe], ['error', ['file_created verified'], null]);
  const untouched = byTool(calls, 'fail_to_write_file');
  assert.deepEqual([untouched.side_effects, untouched.retry_safe], [[], true]);
});

test('two calls that race on one path, from two servers: neither is verified', async (t) => {
  const place = await evidencePlace(t);
  const { ws } = place;
  writeFileSync(join(ws, 'go'), '');
  const [one, two] = [await place.server([FILE_PEER]), await place.server([FILE_PEER])];
  const slow = one.call('slow_write_file', { path: 'both.txt', content: 'one', go: 'go' });
  await one.ask('pong', 'ping');
  await two.call('write_file', { path: 'both.txt', content: 'two!' });
  await two.call('write_file', { path: 'alone.txt', content: 'two' });
  rmSync(join(ws, 'go'));
  await slow;
  await two.call('create_file', { path: 'later.txt', content: 'later' });
  const { calls } = await place.read();
  for (const call of calls.filter(({ summary }) => summary?.includes('both.txt')))
    for (const { evidence, note } of call.effects ?? []) {
      assert.equal(evidence, 'observed', `${call.tool}`);
      assert.match(note ?? '', /same place/);
    }
  const alone = calls.filter(({ summary }) => summary?.includes('alone.txt') || summary?.includes('later.txt'));
  assert.deepEqual(alone.map(kindsOf), [['file_created verified'], ['file_created verified']]);
});

test('a link that is put in the way while the server writes: nothing is verified', async (t) => {
  const place = await evidencePlace(t);
  const { ws } = place;
  for (const name of ['dir', 'other']) mkdirSync(join(ws, name));
  const agent = await place.server([FILE_PEER]);
  const elsewhere = join(ws, 'other');
  await agent.call('swap_and_write_file', { path: join(ws, 'dir/a.txt'), content: 'x', elsewhere });
  assert.ok(existsSync(join(elsewhere, 'a.txt')));
  const { calls } = await place.read();
  const file = calls[0]?.effects?.find(({ target }) => target === join(ws, 'dir/a.txt'));
  assert.equal(file?.evidence, 'observed');
  assert.match(file?.note ?? '', /replaced/);
});

/** Long enough ago that a file's times tell a change from then on. */
const aWhile = () => new Promise((done) => setTimeout(done, 60));

test('two names of one file, written by two servers at one time: neither is verified', async (t) => {
  const place = await evidencePlace(t);
  const { ws } = place;
  for (const name of ['go', 'one.txt', 'alone.txt']) writeFileSync(join(ws, name), 'old');
  linkSync(join(ws, 'one.txt'), join(ws, 'two.txt'));
  linkSync(join(ws, 'alone.txt'), join(ws, 'other.txt'));
  const [one, two] = [await place.server([FILE_PEER]), await place.server([FILE_PEER])];
  const slow = one.call('slow_write_file', { path: 'one.txt', content: 'from one', go: 'go' });
  await one.ask('pong', 'ping');
  await two.call('write_file', { path: 'two.txt', content: 'from two' });
  rmSync(join(ws, 'go'));
  await slow;
  await two.call('write_file', { path: 'alone.txt', content: 'new' });
  assert.equal(readFileSync(join(ws, 'one.txt'), 'utf8'), 'from two');
  const { calls } = await place.read();
  for (const call of calls.filter(({ summary }) => /^(?:one|two)\.txt/.test(summary ?? '')))
    assert.deepEqual(kindsOf(call), ['file_modified observed'], call.summary ?? '');
  const alone = calls.find(({ summary }) => summary?.includes('alone.txt'));
  assert.deepEqual(kindsOf(alone!), ['file_modified verified']);
});

test('names that differ in nothing but case are one place: a new file under them is not verified', async (t) => {
  const place = await evidencePlace(t);
  const { ws } = place;
  writeFileSync(join(ws, 'go'), '');
  const [one, two] = [await place.server([FILE_PEER]), await place.server([FILE_PEER])];
  const slow = one.call('slow_write_file', { path: 'Notes.txt', content: 'one', go: 'go' });
  await one.ask('pong', 'ping');
  await two.call('write_file', { path: 'notes.TXT', content: 'two' });
  rmSync(join(ws, 'go'));
  await slow;
  const { calls } = await place.read();
  assert.deepEqual(calls.map(kindsOf), [['file_created observed'], ['file_created observed']]);
});

test('an answer before the write: what nobody saw is not verified, and nobody else is accused of it', async (t) => {
  const place = await evidencePlace(t);
  const { ws } = place;
  writeFileSync(join(ws, 'go'), '');
  writeFileSync(join(ws, 'late.txt'), 'old');
  await aWhile();
  const [one, two] = [await place.server([FILE_PEER]), await place.server([FILE_PEER])];
  await one.call('later_write_file', { path: 'late.txt', content: 'late', go: 'go' });
  assert.equal(readFileSync(join(ws, 'late.txt'), 'utf8'), 'old');
  const reading = two.call('await_file', { path: 'late.txt', content: 'late' });
  await two.ask('pong', 'ping');
  rmSync(join(ws, 'go'));
  await reading;
  const { calls, findings } = await place.read();
  const late = byTool(calls, 'later_write_file');
  assert.deepEqual([late.side_effects, late.sources.side_effects], [[], 'observed']);
  assert.notEqual(late.reversibility, 'no_effect');
  assert.notEqual(late.sources.reversibility, 'verified');
  const read = byTool(calls, 'await_file');
  for (const { evidence, note } of read.effects ?? []) assert.match(`${evidence} ${note}`, /^observed .*same time/);
  assert.deepEqual(
    findings.map(({ kind, call_id }) => [kind, call_id]),
    [['malformed_success', late.call_id]],
  );
});

test('the time put back, the folder moved away: a change is one, and what is not sure is not verified', async (t) => {
  const place = await evidencePlace(t);
  const { ws } = place;
  mkdirSync(join(ws, 'dir'));
  for (const [name, bytes] of Object.entries({ 'small.txt': 100, 'large.txt': 100_000, 'dir/a.txt': 10 })) {
    writeFileSync(join(ws, name), 'x'.repeat(bytes));
    // Whole seconds, so that exactly they can be put back.
    utimesSync(join(ws, name), 1_700_000_000, 1_700_000_000);
  }
  await aWhile();
  const agent = await place.server([FILE_PEER]);
  for (const path of ['small.txt', 'large.txt']) await agent.call('backdated_write_file', { path, content: 'other' });
  await agent.call('swap_folder_and_write_file', { path: 'dir/a.txt', content: 'other' });
  await agent.call('backdated_write_file', { path: 'fresh.txt', content: 'x' });
  writeFileSync(join(ws, 'fresh.txt'), 'y'.repeat(100_000));
  await agent.call('save_file', { path: 'fresh.txt', content: 'other' });
  const { calls, findings } = await place.read();
  const [small, large, moved, missing, fresh] = calls;
  assert.deepEqual(kindsOf(small!), ['file_modified verified']);
  // Same size, same time of change: only the kernel's own time tells that something is different.
  assert.deepEqual(kindsOf(large!), ['unknown_change verified']);
  assert.deepEqual(kindsOf(moved!), ['file_modified observed']);
  assert.deepEqual([missing?.outcome, missing?.side_effects], ['error', []]);
  // Written so shortly before that another write of the same size would leave the same times: nothing is proven by them.
  // On a busy machine the request may come later; then they do prove that the tool which reported success did nothing.
  const isJustWritten = statSync(join(ws, 'fresh.txt')).ctimeMs > Date.parse(fresh?.timestamp ?? '') - 20;
  assert.equal(fresh?.sources.reversibility === 'verified', !isJustWritten);
  assert.deepEqual(
    findings.map(({ kind }) => kind),
    isJustWritten ? [] : ['malformed_success'],
  );
});

if (process.platform === 'linux' && spawnSync('unshare', ['-m', 'true']).status === 0)
  test('a server with mounts of its own: its file is not ours, and nothing is held against it', async (t) => {
    const place = await evidencePlace(t);
    const { ws } = place;
    mkdirSync(join(ws, 'mounted'));
    const mount = `mount -t tmpfs none ${join(ws, 'mounted')} && exec "$0" "$@"`;
    const agent = await place.server([FILE_PEER], ['unshare', '-m', 'sh', '-c', mount]);
    await agent.call('write_file', { path: join(ws, 'mounted/hidden.txt'), content: 'x' });
    await agent.call('write_file', { path: join(ws, 'shared.txt'), content: 'x' });
    assert.ok(!existsSync(join(ws, 'mounted/hidden.txt')) && existsSync(join(ws, 'shared.txt')));
    const { calls, findings } = await place.read();
    assert.deepEqual(calls.map(kindsOf), [['file_modified inferred'], ['file_created observed']]);
    for (const { effects } of calls) assert.match(effects?.[0]?.note ?? '', /mounts of its own/);
    assert.deepEqual(findings, []);
  });
