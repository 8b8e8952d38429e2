import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { harnessId } from '../../../daemon/harness/capture.ts';
import { hashedPart } from '../../../daemon/model/harnessId.ts';
import { HarnessVersion } from '../../../daemon/protocol/harness.ts';
import { digestOf, fakeCapture, instruction, server, setting } from '../../support/fakeCapture.ts';

const FILES = ['a', 'b'].map((path) => ({ path, blob: 'a'.repeat(40) }));
const pack = (digest: string | null, files = FILES) => ({
  folders: [{ path: 'fixtures', source: 'its name' }],
  files,
  files_total: 2,
  bytes_total: 2,
  digest,
});
const version = (fields: Partial<HarnessVersion> = {}) => fakeCapture(fields).harness;
const base = version({
  instruction_source: [instruction('CLAUDE.md', 'one'), instruction('AGENTS.md', 'two')],
  servers: [server('fs', '1.0.0'), server('git', null)],
  agent_settings: [setting('a', '1'), setting('b', '2')],
  fixture_pack: pack(digestOf('x')),
});

test('an id has its form, and members that nothing fills are not hashed', () => {
  assert.match(harnessId(base), /^hv_[0-9a-f]{24}$/);
  assert.ok(HarnessVersion.safeParse({ ...base, harness_id: harnessId(base) }).success);
  assert.ok(!hashedPart(version({ servers: null })).includes('servers'));
  assert.notEqual(hashedPart(version({ servers: null })), hashedPart(version({ servers: [] })));
  assert.ok(!/null/.test(hashedPart(base)));
});

test('the order of members, servers and settings is chance; that of instructions is not', () => {
  const turned = Object.fromEntries(Object.entries(base).reverse());
  assert.equal(harnessId(HarnessVersion.parse(turned)), harnessId(base));
  const other = {
    ...base,
    servers: [...(base.servers ?? [])].reverse(),
    agent_settings: [...(base.agent_settings ?? [])].reverse(),
  };
  assert.equal(harnessId(other), harnessId(base));
  assert.notEqual(
    harnessId({ ...base, instruction_source: [...(base.instruction_source ?? [])].reverse() }),
    harnessId(base),
  );
  const command = (words: string[]) => harnessId(version({ servers: [server('fs', null, { command: words })] }));
  assert.notEqual(command(['a', 'b']), command(['b', 'a']));
});

test('what counts and what is only told', () => {
  const one = (change: Partial<HarnessVersion>) => harnessId({ ...base, ...change }) === harnessId(base);
  const [first, ...rest] = base.instruction_source ?? [];
  assert.ok(first);
  const told = (fields: Partial<typeof first>) => one({ instruction_source: [{ ...first, ...fields }, ...rest] });
  assert.deepEqual(
    [
      told({ why: 'in other words' }),
      told({ sha256: digestOf('other') }),
      told({ counts: 'shadowed' }),
      one({ agent_settings: (base.agent_settings ?? []).map((each) => ({ ...each, tracked: null })) }),
      one({ servers: (base.servers ?? []).map((each) => ({ ...each, version_trap: 'a sentence' })) }),
      one({ fixture_pack: pack(digestOf('x'), []) }),
      one({ fixture_pack: pack(digestOf('y')) }),
      one({ test_command: { command: 'npm test', source: 'package.json', also: [] } }),
    ],
    [true, false, false, true, true, true, false, false],
  );
  assert.notEqual(
    harnessId({ ...base, fixture_pack: pack(null) }),
    harnessId({ ...base, fixture_pack: pack(null, []) }),
  );
});

test('two versions have one spelling only where they are equal', () => {
  const setting_ = fc.record({ key: fc.string(), value: fc.string() }).map(({ key, value }) => setting(key, value));
  const settings = fc.array(setting_, { maxLength: 4 });
  const sorted = (list: readonly { key: string; value: string }[]) =>
    list.map(({ key, value }) => JSON.stringify([key, value])).sort();
  fc.assert(
    fc.property(settings, settings, (a, b) => {
      const same = JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
      const equal = hashedPart(version({ agent_settings: a })) === hashedPart(version({ agent_settings: b }));
      assert.equal(equal, same);
    }),
  );
});
