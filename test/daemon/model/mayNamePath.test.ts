import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findArguments } from '../../../daemon/model/findArguments.ts';
import { areIdleCalls as areIdleBytes, PLAIN_NAMES } from '../../../daemon/model/mayNamePath.ts';
import { knownTool, operationOf, serverFacts } from '../../../daemon/model/toolCatalog.ts';

const areIdleCalls = (lines: string) => areIdleBytes(Buffer.from(lines));
const mayNamePath = (line: string) => !areIdleCalls(line);

/** The same by regular expressions, which say better what is meant. */
const SIGN = /[\\~]|\.\.|\/(?<!"tools\/(?=call"))|"(?:\.|[fF][iI][lL][eE]:|\s+:|resources|roots")/;
const NAME =
  /"[^"]*(?:file|path|dir|folder|cwd|source|src|dest|target|repo|root|uri|glob|location|project|workspace|input|output|include|exclude)[^"]*":|"(?:from|to|out|base)":/i;

const call = (name: string, args: unknown) => ({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name, arguments: args },
});

test('words name no path, whatever the message around them holds', () => {
  for (const args of [
    {},
    { text: 'hello' },
    { text: 'a file in a folder', n: [1, 'path'] },
    { query: 'x'.repeat(900) },
  ])
    assert.equal(mayNamePath(JSON.stringify(call('echo', args))), false, JSON.stringify(args));
});

test('a path may stand in what looks like one, under such a name, or where the search does not look closely', () => {
  const lines = [
    ...[
      { path: 'a' },
      { x: '/etc' },
      { x: '..' },
      { x: '.' },
      { x: '~' },
      { x: 'C:\\w' },
      { cwd: 'a' },
      { u: 'file:a' },
    ].map((args) => JSON.stringify(call('echo', args))),
    ...[{ a: { myPath: 'a' } }, { list: [{ fileName: 'a' }] }, { x: '/call' }].map((args) =>
      JSON.stringify(call('echo', args)),
    ),
    // The same member, spelled otherwise.
    '{"method":"tools/call","params":{"arguments":{"path" : "a"},"name":"x"}}',
    '{"method":"tools/call","params":{"arguments":{"pa\\u0074h":"a"},"name":"x"}}',
    '{"method":"tools/call","params":{"name":"arguments","arguments":{"path":"a"}}}',
    // Other messages.
    '{"id":1,"method":"resources/read","params":{"uri":"a"}}',
    '{"id":1,"method":"tools/list"}',
    '{"id":1,"result":{"roots":[]}}',
  ];
  for (const line of lines) assert.equal(mayNamePath(line), true, line);
});

test('where it says no, no path is found', () => {
  const servers = [
    serverFacts('x', ['node', 'x.js'], null),
    serverFacts('f', ['npx', '@modelcontextprotocol/server-filesystem', '/w'], null),
    serverFacts('g', ['uvx', 'mcp-server-git', '--repository', '/w'], null),
  ];
  const word = fc
    .array(
      fc.constantFrom(
        '/',
        '\\',
        '..',
        '.',
        '~',
        'a',
        'C:',
        '=',
        '--o',
        '-',
        '$HOME',
        'file:',
        ' ',
        'b.txt',
        'é',
        '"',
        'x',
      ),
      {
        maxLength: 4,
      },
    )
    .map((pieces) => pieces.join(''));
  const key = fc.constantFrom(
    'path',
    'x',
    'text',
    'file',
    'source',
    'out',
    'to',
    'uri',
    'cwd',
    'myPath',
    'dir',
    'arguments',
    'repo_path',
  );
  const value = fc.oneof(word, fc.array(word, { maxLength: 3 }), fc.dictionary(key, word, { maxKeys: 2 }));
  let idle = 0;
  fc.assert(
    fc.property(
      fc.nat(2),
      fc.constantFrom('echo', 'read_file', 'write_file', 'git_diff', 'edit'),
      fc.dictionary(key, value, { maxKeys: 3 }),
      fc.boolean(),
      (at, tool, args, isSpaced) => {
        if (mayNamePath(JSON.stringify(call(tool, args), null, isSpaced ? 1 : 0))) return;
        idle++;
        const known = knownTool(servers[at]!, tool);
        const { paths, cut } = findArguments(args, null, known, known?.operation ?? operationOf(tool), null);
        assert.deepEqual([paths, cut], [[], false]);
      },
    ),
    { seed: 6, numRuns: 4000 },
  );
  assert.ok(idle > 200, `${idle} lines named nothing`);
});

test('lines are idle calls only if each of them is one', () => {
  const idle = JSON.stringify(call('echo', { text: 'hello' }));
  const other = '{"id":1,"method":"initialize","params":{"clientInfo":{"name":"x"}}}';
  for (const lines of [[idle], [idle, idle], [idle, ''], [idle, idle, '']])
    assert.equal(areIdleCalls(lines.join('\n')), true, `${lines.length} lines`);
  for (const lines of [[], [''], [other], [idle, other], [other, idle, ''], [idle, '', idle]])
    assert.equal(areIdleCalls(lines.join('\n')), false, lines.join());
  for (const named of [{ path: 'a' }, { x: '/etc' }, { x: '..' }])
    for (const lines of [
      [JSON.stringify(call('echo', named)), idle],
      [idle, JSON.stringify(call('echo', named)), ''],
    ])
      assert.equal(areIdleCalls(lines.join('\n')), false, lines.join());
});

test('the names that are passed over at once are no names of paths', () => {
  for (const name of PLAIN_NAMES) assert.doesNotMatch(`"${name}":`, NAME);
});

test('one pass over the bytes says what the expressions say', () => {
  const piece = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.constantFrom('"', '"', ':', ' ', '{', '}', ',', '\n', '.', 'x', 'é', '/', '\\', '~', '\t'),
    },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        ...[
          '"tools/call"',
          '"tools/',
          'call"',
          '"arguments":',
          '"text":"',
          '"id":1,',
          '"method":',
          '"a path"',
          '"my_file":',
        ],
        ...[
          '"File:',
          '"fil',
          'e:',
          '"resources',
          '"roots"',
          '"roots',
          '"from":',
          '"from" :',
          '"outer":',
          '"Out":',
          '.."',
          '".a',
        ],
      ),
    },
  );
  let idle = 0;
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const lines = `{"method":"tools/call",${pieces.join('')}`;
      const calls = lines.split('"tools/call"').length - 1;
      const ends = lines.split('\n').length - (lines.endsWith('\n') ? 1 : 0);
      const expected = !SIGN.test(lines) && !NAME.test(lines) && calls === ends;
      if (expected) idle++;
      // Where quotes do not stand in pairs it is no JSON, and only no path may be overlooked.
      if (!expected) assert.equal(areIdleCalls(lines), false, lines);
      else if (lines.split('"').length % 2 === 1) assert.equal(areIdleCalls(lines), true, lines);
    }),
    { seed: 8, numRuns: 30_000 },
  );
  assert.ok(idle > 500, `${idle} were idle`);
});
