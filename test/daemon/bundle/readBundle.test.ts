/** Hostile bundles: each is refused with a code and a sentence, nothing is written, and nothing of it is believed. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { BundleError, type BundleFault } from '../../../daemon/bundle/bundleError.ts';
import { readBundle } from '../../../daemon/bundle/readBundle.ts';
import { readChecked } from '../../../daemon/bundle/readChecked.ts';
import type { UpgradeStep } from '../../../daemon/bundle/upgrade.ts';
import { verifyBundle } from '../../../daemon/bundle/verifyBundle.ts';
import { importSession } from '../../../daemon/importSession.ts';
import { BUNDLE_VERSION } from '../../../daemon/protocol/bundle.ts';
import { createRedactor } from '../../../daemon/redact/redactor.ts';
import { listSessions } from '../../../daemon/store/sessionQueries.ts';
import { takeBackImports } from '../../../daemon/takeBack.ts';
import { goodEntries, goodTexts, looseTexts, type Texts, writeZip } from '../../support/goodBundle.ts';
import { assertNothingOf } from '../../support/importedBundle.ts';
import { ingested } from '../../support/ingested.ts';
import type { RawEntry, RawZipOptions } from '../../support/rawZip.ts';
import { connectionTo } from '../../support/reproStory.ts';

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'callgrove-hostile-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

const redactor = await createRedactor();
const NOTHING = { value: () => [], text: () => [] };

/** Reads all of it. Null where nothing is wrong. */
async function faultOf(
  file: string,
  steps?: readonly UpgradeStep[],
): Promise<{ code: BundleFault; message: string } | null> {
  try {
    const bundle = await readBundle(file, steps ? { steps } : {});
    try {
      const [problem] = (await verifyBundle(bundle, NOTHING)).problems;
      return problem ? { code: problem.code, message: problem.reason } : null;
    } finally {
      bundle.dispose();
    }
  } catch (error) {
    if (error instanceof BundleError) return { code: error.code, message: error.message };
    throw error;
  }
}

/** Imports it as far as its journal. The message where it is refused. */
async function refusalOf(file: string, journal: string): Promise<string | null> {
  try {
    const bundle = await readBundle(file);
    try {
      const checked = readChecked(bundle);
      await importSession(checked, 'ab'.repeat(32), {
        journal,
        redactor,
        at: new Date(0),
        onProgress: () => {},
        isWanted: async () => true,
      });
      return null;
    } finally {
      bundle.dispose();
    }
  } catch (error) {
    if (error instanceof BundleError) return error.message;
    throw error;
  }
}

/** With a frame that belongs to no call, and its connection. */
const withLoose = (place: (loose: string, others: string[]) => string[]) =>
  withText((texts) => {
    const others = texts['frames.ndjson']!.trimEnd().split('\n');
    const loose = JSON.stringify({ ...JSON.parse(others[0]!), call_id: null, role: 'notification', key: '2' });
    const session = JSON.parse(texts['session.json']!);
    const { connection_id } = JSON.parse(loose);
    return {
      ...texts,
      'frames.ndjson': `${place(loose, others).join('\n')}\n`,
      'session.json': JSON.stringify({ ...session, connections: [connectionTo(['fs'], { connection_id })] }),
    };
  });
const withText = (change: (texts: Texts) => Texts) => goodEntries(change(goodTexts()));
const swap = (name: string, content: string | Uint8Array): RawEntry[] =>
  goodEntries().map((entry) => (entry.name === name ? { ...entry, content } : entry));
const mapEntry = (name: string, change: (entry: RawEntry) => RawEntry): RawEntry[] =>
  goodEntries().map((entry) => (entry.name === name ? change(entry) : entry));
const called = (change: (call: Record<string, unknown>) => unknown) =>
  withText((texts) => ({
    ...texts,
    'calls.ndjson': texts['calls.ndjson']!.split('\n')
      .map((line) => (line === '' ? '' : JSON.stringify(change(JSON.parse(line)))))
      .join('\n'),
  }));

test('a bundle as it should be', async () => {
  assert.equal(await faultOf(writeZip(folder, goodEntries())), null);
  assert.equal(await faultOf(writeZip(folder, goodEntries(looseTexts()))), null);
  for (const entries of [goodEntries(), goodEntries(looseTexts())]) {
    const journal = mkdtempSync(join(folder, 'journal-'));
    assert.equal(await refusalOf(writeZip(folder, entries), journal), null);
    assert.equal(readdirSync(journal).length, 1);
  }
});

const CASES: readonly (readonly [
  what: string,
  entries: () => RawEntry[],
  code: BundleFault,
  said: RegExp,
  options?: RawZipOptions,
])[] = [
  // Names.
  [
    'a name that climbs out',
    () => [...goodEntries(), { name: '../../escaped.txt', content: 'x' }],
    'damaged',
    /invalid relative path/,
  ],
  [
    'a name that climbs out below harness/',
    () => [...goodEntries(), { name: 'harness/../../x.json', content: '{}' }],
    'damaged',
    /invalid relative path/,
  ],
  ['an absolute name', () => [...goodEntries(), { name: '/etc/cron.d/x', content: 'x' }], 'damaged', /absolute path/],
  ['a name with a drive', () => [...goodEntries(), { name: 'C:/x', content: 'x' }], 'damaged', /absolute path/],
  [
    'a name with backslashes',
    () => [...goodEntries(), { name: 'harness\\..\\x', content: 'x' }],
    'damaged',
    /invalid characters/,
  ],
  [
    'a name with a null',
    () => [...goodEntries(), { name: 'manifest.json\0.txt', content: 'x' }],
    'forbidden',
    /no bundle has/,
  ],
  [
    'a name that no bundle has',
    () => [...goodEntries(), { name: 'run.sh', content: 'rm -rf ~' }],
    'forbidden',
    /"run\.sh", which no bundle has/,
  ],
  [
    'a folder',
    () => [...goodEntries(), { name: 'harness/', content: '', mode: 0o040755 }],
    'forbidden',
    /no bundle has/,
  ],
  ['another case', () => [...goodEntries(), { name: 'Manifest.json', content: '{}' }], 'forbidden', /no bundle has/],
  [
    'a name twice',
    () => [...goodEntries(), { name: 'calls.ndjson', content: '' }],
    'forbidden',
    /"calls\.ndjson" twice/,
  ],
  ['a control sign in a name', () => [...goodEntries(), { name: '\u001b[2Jx', content: '' }], 'forbidden', /\\u001b/],
  // Kinds.
  [
    'a link',
    () => mapEntry('README.md', (one) => ({ ...one, content: '/etc/passwd', mode: 0o120777 })),
    'forbidden',
    /no ordinary file/,
  ],
  ['a device', () => mapEntry('README.md', (one) => ({ ...one, mode: 0o020666 })), 'forbidden', /no ordinary file/],
  [
    'an encrypted member',
    () => mapEntry('calls.ndjson', (one) => ({ ...one, flags: 0x801 })),
    'forbidden',
    /encrypted/,
  ],
  [
    'encrypted by its own head only',
    () => mapEntry('calls.ndjson', (one) => ({ ...one, flags: 0x801, lies: { flags: 0x800 } })),
    'forbidden',
    /something else of itself/,
  ],
  [
    'another way of packing',
    () => mapEntry('calls.ndjson', (one) => ({ ...one, method: 14 })),
    'forbidden',
    /packed in a way/,
  ],
  // Places.
  [
    'two members in one place',
    () => mapEntry('frames.ndjson', (one) => ({ ...one, lies: { offset: 0 } })),
    'forbidden',
    /lies over another|something else of itself/,
  ],
  [
    'a head with another name',
    () => mapEntry('README.md', (one) => ({ ...one, name: 'report.htm', lies: { name: 'README.md' } })),
    'forbidden',
    /something else of itself/,
  ],
  [
    'a size beyond the file',
    () => mapEntry('README.md', (one) => ({ ...one, method: 0, lies: { packed: 1e6, bytes: 1e6 } })),
    'damaged',
    /overflows file bounds|ends behind/,
  ],
  [
    'something in front',
    () => goodEntries(),
    'forbidden',
    /before its first member/,
    { before: Buffer.from('#!/bin/sh\n') },
  ],
  ['a comment', () => goodEntries(), 'forbidden', /comment/, { comment: 'PK\u0005\u0006' }],
  ['something behind', () => goodEntries(), 'not_a_bundle', /damaged/, { behind: Buffer.from('trailing') }],
  ['more members named than there are', () => goodEntries(), 'damaged', /damaged/, { entries: 9 }],
  [
    'thousands of members',
    () => [
      ...goodEntries(),
      ...Array.from({ length: 600 }, (_, n) => ({ name: `harness/cap_${n}.json`, content: '{}' })),
    ],
    'too_large',
    /608 members/,
  ],
  // Sizes.
  [
    'a bomb',
    () => withText((texts) => ({ ...texts, 'report.html': '0'.repeat(20_000_000) })),
    'too_large',
    /times its size/,
  ],
  [
    'a bomb that says it is small',
    () => mapEntry('report.html', (one) => ({ ...one, content: '0'.repeat(20_000_000), lies: { bytes: 100 } })),
    'damaged',
    /bytes|damaged/,
  ],
  [
    'a member larger than any may be',
    () => mapEntry('report.html', (one) => ({ ...one, lies: { bytes: 0xfffffff0 } })),
    'too_large',
    /bytes|times/,
  ],
  [
    'a Zip64 size without its field',
    () => mapEntry('report.html', (one) => ({ ...one, lies: { bytes: 0xffffffff } })),
    'too_large',
    /times its size/,
  ],
  [
    'a Zip64 field that is too short',
    () =>
      mapEntry('report.html', (one) => ({
        ...one,
        lies: { bytes: 0xffffffff, packed: 0xffffffff },
        extra: Buffer.from([1, 0, 4, 0, 0, 0, 0, 0]),
      })),
    'damaged',
    /zip64|expected|extra/i,
  ],
  // Hashes.
  ['a member that was changed', () => swap('calls.ndjson', `${goodTexts()['calls.ndjson']} `), 'damaged', /bytes, not/],
  ['a member of the same size that was changed', () => swap('README.md', '# B session\n'), 'damaged', /by its hash/],
  [
    'a member that the manifest does not name',
    () => [...goodEntries(), { name: 'diff.json', content: '{}' }],
    'damaged',
    /not named in the manifest/,
  ],
  [
    'a member that is missing',
    () => goodEntries().filter(({ name }) => name !== 'frames.ndjson'),
    'incomplete',
    /missing/,
  ],
  [
    'a manifest that names one twice',
    () =>
      goodEntries(goodTexts(), (one) => ({
        ...one,
        members: Array.isArray(one.members) ? [...one.members, one.members[0]] : [],
      })),
    'malformed',
    /names a member twice/,
  ],
  ['no manifest', () => goodEntries().filter(({ name }) => name !== 'manifest.json'), 'not_a_bundle', /no manifest/],
  // Formats.
  [
    'a later format',
    () => goodEntries(goodTexts(), (one) => ({ ...one, v: 7, callgrove: '9.1.0' })),
    'newer',
    /by Callgrove "9\.1\.0" in bundle format 7.*up to 2: update Callgrove/,
  ],
  ['no format', () => goodEntries(goodTexts(), (one) => ({ ...one, v: 'one' })), 'not_a_bundle', /manifest/],
  ['another tool’s', () => goodEntries(goodTexts(), (one) => ({ ...one, bundle: 'har' })), 'not_a_bundle', /manifest/],
  // JSON.
  [
    'no JSON',
    () => withText((texts) => ({ ...texts, 'session.json': '{"v":1,' })),
    'malformed',
    /session\.json is no JSON/,
  ],
  [
    'a name twice in one object',
    () =>
      withText((texts) => ({
        ...texts,
        'calls.ndjson': texts['calls.ndjson']!.replace('{"v":1,', '{"v":1,"\\u0076":1,'),
      })),
    'malformed',
    /line 1 has a name twice/,
  ],
  [
    'a giant number',
    () =>
      withText((texts) => ({ ...texts, 'frames.ndjson': texts['frames.ndjson']!.replace('"mono":1', '"mono":1e999') })),
    'malformed',
    /too large/,
  ],
  [
    'a number of a million digits',
    () =>
      withText((texts) => ({
        ...texts,
        'frames.ndjson': texts['frames.ndjson']!.replace('"mono":1', `"mono":${'9'.repeat(1e6)}`),
      })),
    'malformed',
    /too large/,
  ],
  [
    'deep nesting',
    () => withText((texts) => ({ ...texts, 'session.json': '['.repeat(1e6) })),
    'malformed',
    /nested too deeply/,
  ],
  [
    'deep nesting in the manifest',
    () => swap('manifest.json', `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`),
    'malformed',
    /nested too deeply/,
  ],
  ['no UTF-8', () => swap('manifest.json', Uint8Array.from([0x7b, 0xff, 0xfe, 0x7d])), 'malformed', /no UTF-8/],
  [
    'a line without its end',
    () => withText((texts) => ({ ...texts, 'calls.ndjson': texts['calls.ndjson']!.slice(0, -1) })),
    'damaged',
    /middle of a line/,
  ],
  [
    'an empty line',
    () => withText((texts) => ({ ...texts, 'calls.ndjson': `\n${texts['calls.ndjson']}` })),
    'malformed',
    /line 1 is no JSON/,
  ],
  // Records.
  [
    'a call of another form',
    () => called((call) => ({ ...call, outcome: 'pwned' })),
    'malformed',
    /line 1 is no such record: "outcome"/,
  ],
  [
    'a call twice',
    () => called((call) => ({ ...call, call_id: 'call_01jd3e8k9mq7r5t2v4w6x8y0zz_1' })),
    'malformed',
    /a call twice/,
  ],
  [
    'a call of another session',
    () => called((call) => ({ ...call, session_id: 'ses_ffffffffffffffff' })),
    'incomplete',
    /another session/,
  ],
  [
    'a call of a connection that it does not tell of',
    () =>
      withText((texts) => ({
        ...texts,
        'session.json': JSON.stringify({ ...JSON.parse(texts['session.json']!), connections: [] }),
      })),
    'incomplete',
    /a call is of a connection that is not there/,
  ],
  [
    'a call under the id of another connection',
    () => called((call) => ({ ...call, call_id: String(call.call_id).replace('zz_3', 'yy_3') })),
    'malformed',
    /a call has the id of another connection/,
  ],
  [
    'a frame of no call',
    () => withText((texts) => ({ ...texts, 'frames.ndjson': texts['frames.ndjson']!.replaceAll('zz_3', 'zz_4') })),
    'incomplete',
    /a call that is not there/,
  ],
  [
    'fewer calls than the manifest names',
    () =>
      withText((texts) => ({
        ...texts,
        'calls.ndjson': `${texts['calls.ndjson']!.split('\n')[0]}\n`,
        'frames.ndjson': `${texts['frames.ndjson']!.split('\n')[0]}\n`,
      })),
    'incomplete',
    /it has 1 calls, and its manifest names 2/,
  ],
  [
    'a frame of no call whose connection is not there',
    () => withLoose((loose, others) => [loose.replace('"con_01', '"con_02'), ...others]),
    'incomplete',
    /a frame is of a connection that is not there/,
  ],
  [
    'a frame of no call behind those of calls',
    () => withLoose((loose, others) => [...others, loose]),
    'malformed',
    /frames do not stand in the order of their calls/,
  ],
];

for (const [what, entries, code, said, options] of CASES) {
  test(`refused: ${what}`, async (t) => {
    const place = mkdtempSync(join(folder, 'one-'));
    mkdirSync(join(place, 'in'));
    const fault = await faultOf(writeZip(join(place, 'in'), entries(), options));
    assert.equal(fault?.code, code, fault?.message);
    assert.match(fault?.message ?? '', said);
    assert.ok((fault?.message ?? '').length < 400);
    assert.match(fault?.message ?? '', /^[^\p{Cc}]*$/u);
    // Nothing was written beside it, nor above.
    assert.deepEqual([readdirSync(place), readdirSync(join(place, 'in'))], [['in'], ['b.zip']]);
    // Whoever imports it is told the same, and nothing is left of what was read until then.
    const there = await ingested(t, () => {});
    assert.match((await refusalOf(join(place, 'in', 'b.zip'), there.places.journal)) ?? '', said);
    await there.readAll();
    assert.deepEqual(listSessions(there.database, { workspace: null, all: true }, null, () => '').sessions, []);
    takeBackImports(there.database, there.places);
    assertNothingOf(there);
  });
}

test('no zip file, an empty one, a folder, a link to nothing', async () => {
  for (const [name, bytes] of [
    ['text', 'hello'],
    ['empty', ''],
    ['png', '\u0089PNG\r\n\u001a\n'.padEnd(200, '\0')],
  ] as const) {
    writeFileSync(join(folder, name), bytes, 'latin1');
    assert.equal((await faultOf(join(folder, name)))?.code, 'not_a_bundle', name);
  }
  mkdirSync(join(folder, 'dir'));
  assert.equal((await faultOf(join(folder, 'dir')))?.code, 'not_a_bundle');
  symlinkSync(join(folder, 'nowhere'), join(folder, 'dangling'));
  await assert.rejects(readBundle(join(folder, 'dangling')), { code: 'ENOENT' });
});

test('scripts and signs in values are values', async (t) => {
  const nasty = '</script><script>alert(1)</script>\u202e\u001b[31m __proto__ {{7*7}} =cmd|calc';
  const file = writeZip(
    folder,
    called((call) => ({ ...call, summary: nasty, __proto__: { polluted: true } })),
    {},
    'nasty.zip',
  );
  const bundle = await readBundle(file);
  t.after(() => bundle.dispose());
  for await (const call of bundle.calls()) assert.equal(call.summary, nasty);
  assert.equal(Reflect.get({}, 'polluted'), undefined);
});

test('what an earlier version did not know is unknown', async (t) => {
  const file = writeZip(
    folder,
    called(({ effects, retry_of, output, ...call }) => {
      const { tokens, tokenizer, ...less } = Object(output);
      return { ...call, output: less };
    }),
    {},
    'earlier.zip',
  );
  const bundle = await readBundle(file);
  t.after(() => bundle.dispose());
  for await (const call of bundle.calls())
    assert.deepEqual(
      [call.effects, call.retry_of, call.output.tokens, call.output.returned_bytes],
      [null, null, null, 1234],
    );
});

test('an older format comes to today’s step by step, and only what is later than all steps is refused', async (t) => {
  const steps: UpgradeStep[] = [
    {
      manifest: (one) => ({ ...one, v: 2, was: 1 }),
      record: (member, value) => (member === 'calls.ndjson' ? { ...Object(value), summary: 'two' } : value),
    },
    {
      manifest: (one) => ({ ...one, v: BUNDLE_VERSION, callgrove: `${one.callgrove} of ${one.was}` }),
      record: (member, value) =>
        member === 'calls.ndjson' ? { ...Object(value), summary: `${Object(value).summary} three` } : value,
    },
  ];
  const first = goodEntries(goodTexts(), (one) => ({ ...one, v: 1 }));
  const old = await readBundle(writeZip(folder, first, {}, 'old.zip'), { steps });
  t.after(() => old.dispose());
  assert.equal(old.manifest.callgrove, '0.0.0-dev of 1');
  for await (const call of old.calls()) assert.equal(call.summary, 'two three');
  const second = writeZip(
    folder,
    goodEntries(goodTexts(), (one) => ({ ...one, v: 2, was: 2 })),
    {},
    'second.zip',
  );
  const middle = await readBundle(second, { steps });
  t.after(() => middle.dispose());
  for await (const call of middle.calls()) assert.equal(call.summary, 'path=src/cart.ts three');
  const future = writeZip(
    folder,
    goodEntries(goodTexts(), (one) => ({ ...one, v: 4 })),
    {},
    'future.zip',
  );
  assert.match((await faultOf(future, steps))?.message ?? '', /format 4, and this Callgrove reads formats up to 3/);
});
