/** What proxies judge by, as the settings files, the freezes and the accepted tools make it. */
import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { placesOf } from '../../daemon/base/places.ts';
import { createPolicyKeeper } from '../../daemon/policyKeeper.ts';
import { PolicyFile } from '../../daemon/protocol/policy.ts';
import { openStore } from '../../daemon/store/openStore.ts';
import { addAccepted, addFreeze, addThaw } from '../../daemon/store/policyRows.ts';

function setUp(t: TestContext) {
  const top = realpathSync(mkdtempSync(join(tmpdir(), 'callgrove-keeper-')));
  const before = process.env.HOME;
  process.env.HOME = top;
  const places = placesOf(join(top, 'state'), join);
  mkdirSync(places.control, { recursive: true, mode: 0o700 });
  mkdirSync(join(top, '.config'));
  mkdirSync(join(top, 'w'));
  const store = openStore(places.database, new Date());
  t.after(() => {
    store.database.dispose();
    process.env.HOME = before;
    rmSync(top, { recursive: true, force: true });
  });
  let woken = 0;
  const start = () => {
    const keeper = createPolicyKeeper(places, store.database, () => woken++);
    t.after(() => keeper.dispose());
    return keeper;
  };
  const read = () => PolicyFile.parse(JSON.parse(readFileSync(places.policy, 'utf8')));
  const user = (text: string) => writeFileSync(join(top, '.config', 'callgrove.jsonc'), text);
  const repository = (text: string) => writeFileSync(join(top, 'w', '.callgrove.jsonc'), text);
  return { top, places, store, start, read, user, repository, woken: () => woken };
}

test('it is written at once, private, and anew only when something changed', (t) => {
  const { places, start, read, user } = setUp(t);
  const keeper = start();
  assert.equal(keeper.due, true);
  assert.equal(keeper.look(), true);
  assert.deepEqual(read().user, {});
  if (process.platform !== 'win32') assert.equal(statSync(places.policy).mode & 0o777, 0o600);
  const { ino } = statSync(places.policy);
  assert.equal(keeper.look(), false);
  assert.equal(statSync(places.policy).ino, ino);
  user('{ "policy": { "mode": "enforce" } }');
  assert.equal(keeper.look(), true);
  assert.deepEqual([read().user, read().origins['/mode']?.column], [{ mode: 'enforce' }, 15]);
});

test('a file with a mistake is named with its place; what it said last counts, over a restart, too', (t) => {
  const { start, read, user } = setUp(t);
  user('{ "policy": { "mode": "enforce" } }');
  start().look();
  for (const [text, sentence] of [
    [
      '{\n "policy": { "mode": }\n}',
      /callgrove\.jsonc: .* in line 2, column \d+; what it said before goes on counting\.$/,
    ],
    [
      '{ "policy": { "mod": "observe" } }',
      /"policy\.mod" is no setting of Callgrove; did you mean "mode"\? \(line 1, column 15\)/,
    ],
  ] as const) {
    user(text);
    const keeper = start();
    keeper.look();
    assert.match(keeper.state.problems[0] ?? '', sentence);
    assert.deepEqual([keeper.state.problems.length, read().user], [1, { mode: 'enforce' }]);
  }
  user('{ "harness": { "tset": "x" }, "policy": {} }');
  const keeper = start();
  keeper.look();
  assert.match(keeper.state.problems[0] ?? '', /"harness\.tset" is no setting/);
  assert.deepEqual(read().user, {});
});

test("a repository's file is there by its canonical root; a link out of it is not followed", (t) => {
  const { top, start, read, repository } = setUp(t);
  const keeper = start();
  const linked = join(top, 'linked');
  symlinkSync(join(top, 'w'), linked);
  repository('{ "policy": { "mode": "enforce", "allow": [{ "path": "/", "access": "write" }] } }');
  keeper.seen(linked);
  assert.equal(keeper.due, true);
  keeper.look();
  assert.deepEqual(Object.keys(read().repositories), [join(top, 'w')]);
  const { settings, origins } = read().repositories[join(top, 'w')] ?? { settings: {}, origins: {} };
  assert.equal(settings.mode, 'enforce');
  assert.deepEqual([origins['/allow/0']?.from, origins['/allow/0']?.line], ['repository', 1]);
  repository('{ broken');
  keeper.look();
  assert.equal(read().repositories[join(top, 'w')]?.settings.mode, 'enforce');
  rmSync(join(top, 'w', '.callgrove.jsonc'));
  writeFileSync(join(top, 'outside'), '{ "policy": { "pin": true } }');
  symlinkSync(join(top, 'outside'), join(top, 'w', '.callgrove.jsonc'));
  keeper.look();
  assert.match(keeper.state.problems[0] ?? '', /leads out of/);
  assert.equal(read().repositories[join(top, 'w')]?.settings.pin, undefined);
});

test('what only the user’s own file can say is told where a repository says it', (t) => {
  const { top, start, user, repository } = setUp(t);
  const rules = { rules: [{ name: 'ticket', pattern: 'ACME-\\d+' }] };
  user(JSON.stringify({ redact: rules }));
  repository(`{\n  "redact": ${JSON.stringify(rules)},\n  "prices": {}, "policy": { "mode": "enforce" }\n}`);
  const keeper = start();
  keeper.seen(join(top, 'w'));
  keeper.look();
  assert.deepEqual(
    keeper.state.problems.map((one) => one.replace(/^.*[\\/]/, '')),
    [
      '.callgrove.jsonc: "prices" (line 3, column 3) says what calls cost; a repository cannot, and it counts for nothing.',
      '.callgrove.jsonc: "redact" (line 2, column 3) says what bundles leave out; a repository cannot, and it counts for nothing.',
    ],
  );
});

test('freezes and accepted tools are in it, and stay over a restart', (t) => {
  const { store, start, read } = setUp(t);
  const at = '2026-11-20T12:00:00.000Z';
  const freeze = {
    freeze_id: 'frz_1',
    kind: 'server',
    target: 'fs',
    processes: [],
    by: 'ada',
    reason: null,
    at,
  } as const;
  addFreeze(store.database, { freeze: { ...freeze, processes: [] }, sessions: [] }, 1);
  for (const [n, when] of [at, '2026-11-20T13:00:00.000Z'].entries())
    addAccepted(store.database, {
      server: 'fs',
      contract: `sha256:${`${n}`.repeat(64)}`,
      tools: {},
      by: 'ada',
      at: when,
    });
  start().look();
  assert.deepEqual(read().freezes, [freeze]);
  assert.deepEqual(
    read().pinned.map(({ contract }) => contract),
    [`sha256:${'1'.repeat(64)}`],
  );
  addThaw(store.database, { freeze_id: 'frz_1', by: 'ada', reason: null, at, refused: [] }, 2);
  start().look();
  assert.deepEqual(read().freezes, []);
});

test('a change of the settings wakes whoever waits', async (t) => {
  const { start, user, woken, top } = setUp(t);
  const keeper = start();
  keeper.look();
  assert.equal(keeper.due, false);
  user('{}');
  for (let tries = 0; tries < 100 && woken() === 0; tries++) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.ok(keeper.due || process.platform === 'darwin');
  assert.ok(existsSync(join(top, '.config')));
});
