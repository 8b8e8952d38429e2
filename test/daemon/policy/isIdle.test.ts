import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findArguments } from '../../../daemon/model/findArguments.ts';
import type { ServerFacts } from '../../../daemon/model/toolCatalog.ts';
import { knownTool, operationOf } from '../../../daemon/model/toolCatalog.ts';
import { seemsIdle } from '../../../daemon/policy/isIdle.ts';

const server: ServerFacts = { name: 'x', known: null, folders: [], where: 'here', container: null };
const line = (name: string, args: unknown) =>
  Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } }));
const namesPath = (tool: string, args: unknown) => {
  const known = knownTool(server, tool);
  const { paths, cut } = findArguments(args, null, known, known?.operation ?? operationOf(tool), null);
  return paths.length > 0 || cut;
};

test('a call of words is idle; one that may name a path is read', () => {
  assert.equal(seemsIdle(line('echo', { text: 'hello' }), server), true);
  for (const args of [{ path: 'a' }, { x: '/etc' }, { x: '..' }, { x: '.' }, { x: '~' }, { x: 'C:\\w' }, { cwd: 'a' }])
    assert.equal(seemsIdle(line('echo', args), server), false, JSON.stringify(args));
  assert.equal(seemsIdle(Buffer.from('{"jsonrpc":"2.0","id":1,"method":"tools/list"}'), server), false);
  assert.equal(
    seemsIdle(Buffer.from('{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"a"}}'), server),
    false,
  );
});

test('what seems idle names no path', () => {
  const word = fc.constantFrom(
    'a.txt',
    '/etc/x',
    '..',
    '.',
    '~/x',
    'C:/w',
    'file:x',
    'b',
    '-o=/x',
    '../y',
    'hello world',
    '\\\\h',
  );
  const key = fc.constantFrom(
    'path',
    'file',
    'text',
    'x',
    'cwd',
    'name',
    'source',
    'outputPath',
    'dirs',
    'filename',
    'folder',
  );
  const args = fc.dictionary(
    key,
    fc.oneof(word, fc.array(word, { maxLength: 3 }), fc.dictionary(key, word, { maxKeys: 2 })),
    {
      maxKeys: 4,
    },
  );
  fc.assert(
    fc.property(fc.constantFrom('echo', 'read_file', 'do_it', 'git_diff', 'write'), args, (tool, given) => {
      if (seemsIdle(line(tool, given), server)) assert.equal(namesPath(tool, given), false);
    }),
    { seed: 5, numRuns: 2000 },
  );
});
