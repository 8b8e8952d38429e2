import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findArguments } from '../../../daemon/model/findArguments.ts';
import { HEAD_CHARS, type LongTexts } from '../../../daemon/model/longTexts.ts';
import { knownTool, operationOf, type ServerFacts, serverFacts } from '../../../daemon/model/toolCatalog.ts';
import { inputSummary } from '../../../daemon/policy/inputSummary.ts';
import { skimMessages } from '../../../daemon/proxy/gateMessages.ts';
import { LONG_BYTES, skim } from '../../../daemon/proxy/skim.ts';

const SECRET = '0123456789abcdef0123456789abcdef';
const run = { seed: 11, numRuns: 400 };

/** The document with all that was left out put back. */
function restored(value: unknown, texts: LongTexts): unknown {
  if (typeof value === 'string') return texts.of(value)?.whole() ?? value;
  if (Array.isArray(value)) return value.map((one) => restored(one, texts));
  if (typeof value !== 'object' || value === null) return value;
  const copy = Object.create(null);
  for (const [key, one] of Object.entries(value)) copy[key] = restored(one, texts);
  return { ...copy };
}

/** As JSON.stringify, but with each character written in one of the ways that JSON has, by a seed. */
function written(value: unknown, random: () => number): string {
  const space = () => (random() < 0.1 ? ' ' : '');
  if (typeof value === 'string') return `"${[...value].map((char) => spelled(char, random)).join('')}"`;
  if (Array.isArray(value)) return `[${value.map((one) => written(one, random)).join(`${space()},`)}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  return `{${Object.entries(value)
    .map(([key, one]) => `${written(key, random)}${space()}:${space()}${written(one, random)}`)
    .join(',')}}`;
}

function spelled(char: string, random: () => number): string {
  const plain = JSON.stringify(char).slice(1, -1);
  if (random() < 0.97) return plain;
  if (char === '/') return '\\/';
  return [...Array(char.length).keys()].map((at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, '0')}`).join('');
}

const piece = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    '\\',
    '\\\\',
    '"',
    '\\"',
    '\n',
    '/',
    '../',
    '/etc/passwd',
    'file:///',
    '😀',
    '\ud83d',
    '\ude00',
    'é',
    '漢',
    '\u0000',
    '--o=/x',
    SECRET.slice(0, 31),
  ),
);
const longText = fc
  .tuple(fc.array(piece, { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 12_000 }))
  .map(([pieces, chars]) => pieces.join('').padEnd(1, 'x').repeat(chars).slice(0, chars));
const key = fc.oneof(
  fc.constantFrom('path', 'content', 'text', 'file', 'source', 'x', 'uri', 'data', 'newText', 'repo_path', '1', ''),
  fc.string({ maxLength: 8 }),
);
const leaf = fc.oneof(longText, piece, fc.integer(), fc.boolean(), fc.constant(null));
const args = fc.dictionary(
  key,
  fc.oneof(leaf, fc.array(leaf, { maxLength: 4 }), fc.dictionary(key, leaf, { maxKeys: 3 })),
  { maxKeys: 5 },
);
const seeds = fc.integer({ min: 1, max: 1e9 });

/** A small generator of its own, so that a spelling can be made again. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

test('what is read with the long strings put back is what JSON.parse reads', () => {
  let skimmed = 0;
  fc.assert(
    fc.property(args, seeds, (value, seed) => {
      const text = written({ a: 1, value }, randomOf(seed));
      const read = skim(Buffer.from(text), SECRET);
      if (read === null) return;
      skimmed++;
      assert.deepEqual(restored(read.value, read.texts), restored(JSON.parse(text), read.texts));
    }),
    run,
  );
  assert.ok(skimmed > 150, `${skimmed} documents had long strings`);
});

test('a long string is known by its beginning and its bytes without being read', () => {
  fc.assert(
    fc.property(longText, seeds, (value, seed) => {
      const text = written({ pad: 'p'.repeat(4096), value }, randomOf(seed));
      const read = skim(Buffer.from(text), SECRET);
      const mark = Object.entries(read?.value ?? {}).find(([name]) => name === 'value')?.[1];
      const long = typeof mark === 'string' ? read?.texts.of(mark) : null;
      if (!long) return;
      const whole: string = JSON.parse(text).value;
      assert.equal(long.whole(), whole);
      assert.ok(whole.startsWith(long.head) && long.head.length >= HEAD_CHARS);
      assert.ok(whole.length > long.moreThan);
      assert.equal(long.bytes(), Buffer.byteLength(whole));
    }),
    run,
  );
});

test('bytes that are no UTF-8 count as what they are read as', () => {
  const bytes = Buffer.concat([Buffer.from('{"text":"'), Buffer.alloc(5000, 0xff), Buffer.from('\\n"}')]);
  const read = skim(bytes, SECRET);
  const whole: { text: string } = JSON.parse(bytes.toString());
  assert.ok(read);
  assert.deepEqual(restored(read.value, read.texts), whole);
  assert.equal(read.texts.of(`${SECRET}0`)?.bytes(), Buffer.byteLength(whole.text));
});

test('names of members are never left out, and short texts neither', () => {
  const name = `${'n'.repeat(5000)}_path`;
  const short = 'x'.repeat(LONG_BYTES);
  const read = skim(Buffer.from(JSON.stringify({ [name]: short, b: `${short}x` })), SECRET);
  // By hand: a difference of such texts would fill the screen.
  assert.ok(JSON.stringify(read?.value) === JSON.stringify({ [name]: short, b: `${SECRET}0` }));
  assert.equal(skim(Buffer.from('{"a":"b"}'), SECRET), null);
});

test('what is no JSON, never ends or is made of short strings only is left to the parser', () => {
  const long = 'x'.repeat(9000);
  for (const text of [`{"a":"${long}`, `{"a":"${long}"`, `{"a":"${long}"}}`, `{"a":\\"${long}"}`, `["${long}\\"]`])
    assert.equal(skim(Buffer.from(text), SECRET), null, text.slice(0, 9));
  assert.equal(skim(Buffer.from(JSON.stringify(Array(50_000).fill('ab'))), SECRET), null);
});

test('nobody who does not know the secret can write a mark', () => {
  const text = JSON.stringify({ path: 'f'.repeat(32), content: 'y'.repeat(5000) });
  const read = skim(Buffer.from(text), SECRET);
  assert.ok(read);
  assert.deepEqual(restored(read.value, read.texts), JSON.parse(text));
});

test('the same paths are found, and as much is written, whether a call was skimmed or read', () => {
  const servers: readonly (readonly [ServerFacts, string])[] = [
    [serverFacts('x', ['node', 'x.js'], null), 'read_file'],
    [serverFacts('x', ['node', 'x.js'], null), 'echo'],
    [serverFacts('fs', ['npx', '@modelcontextprotocol/server-filesystem', '/ws'], null), 'write_file'],
    [serverFacts('fs', ['npx', '@modelcontextprotocol/server-filesystem', '/ws'], null), 'edit_file'],
  ];
  const schemas = [
    null,
    { properties: { x: { format: 'path' }, data: { type: 'string' } } },
    { properties: { owner: {} } },
  ];
  let different = 0;
  fc.assert(
    fc.property(args, seeds, fc.nat(3), fc.nat(2), (given, seed, at, shape) => {
      const [server, tool] = servers[at] ?? servers[0]!;
      const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: tool, arguments: given } };
      const bytes = Buffer.from(written(call, randomOf(seed)));
      const read = skimMessages(bytes, SECRET);
      const skimmed = read?.messages[0]?.params.arguments;
      const whole: unknown = JSON.parse(bytes.toString()).params.arguments;
      if (read?.texts.of(`${SECRET}0`)) different++;
      const known = knownTool(server, tool);
      const operation = known?.operation ?? operationOf(tool);
      const found = (value: unknown, texts?: LongTexts) =>
        findArguments(value, schemas[shape], known, operation, null, texts);
      assert.deepEqual(found(skimmed, read?.texts), found(whole));
      const length = (value: unknown, texts?: LongTexts) =>
        inputSummary(null, null, null, operation, value, texts).content_length;
      assert.equal(length(skimmed, read?.texts), length(whole));
    }),
    { seed: 12, numRuns: 1500 },
  );
  assert.ok(different > 500, `${different} calls were skimmed`);
});

test('a message is read whole where more of it counts than a call’s arguments', () => {
  const long = 'z'.repeat(6000);
  const messages = [
    { id: long, method: 'tools/call', params: { name: 'a', arguments: {} } },
    { id: 1, method: 'tools/call', params: { name: long, arguments: {} } },
    { id: 1, method: 'resources/read', params: { uri: `file:///${long}` } },
    { id: 1, method: 'initialize', params: { clientInfo: { name: long } } },
    { id: 1, result: { roots: [{ uri: `file:///${long}` }] } },
    [{ id: 1, method: 'tools/call', params: { name: 'a', arguments: { text: long } } }],
  ];
  for (const message of messages) {
    const read = skimMessages(Buffer.from(JSON.stringify(message)), SECRET);
    assert.ok(JSON.stringify(read?.messages).includes(long), JSON.stringify(message).slice(0, 60));
  }
  const call = { id: 1, method: 'tools/call', params: { name: 'a', arguments: { text: long } } };
  assert.ok(!JSON.stringify(skimMessages(Buffer.from(JSON.stringify(call)), SECRET)).includes(long));
});
