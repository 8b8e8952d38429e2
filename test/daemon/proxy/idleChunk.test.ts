import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findArguments } from '../../../daemon/model/findArguments.ts';
import { operationOf } from '../../../daemon/model/toolCatalog.ts';
import { isIdleChunk } from '../../../daemon/proxy/idleChunk.ts';

const line = (name: string, args: unknown, space?: number) =>
  `${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } }, null, space).replaceAll('\n', ' ')}\n`;
const isIdle = (lines: string) => isIdleChunk(Buffer.from(lines));
const isIdleCall = (args: unknown) => isIdle(line('echo', args));
const LONG = 'word '.repeat(400);

test('a long call of words is idle, whatever stands behind the beginnings of its texts', () => {
  for (const args of [
    { text: LONG },
    { text: LONG, n: [1, 2] },
    { code: `import { a } from './b';\n${LONG}`, query: 'x' },
    { text: `somewhere in it stands "/etc/passwd" and C:\\x, ../y\n${LONG}` },
    { list: [LONG, `é${LONG}`, { body: `${LONG}~/x` }] },
  ])
    assert.equal(isIdleCall(args), true, JSON.stringify(args).slice(0, 80));
});

test('a long call is looked at closely where a text may be a path, or what it means is not to be told cheaply', () => {
  for (const args of [
    { text: `/etc/${LONG}` },
    { text: `./${LONG}` },
    { text: `.. ${LONG}` },
    { text: `~${LONG}` },
    { text: `C:\\${LONG}` },
    { text: `c:/${LONG}` },
    { text: `\\\\host${LONG}` },
    { text: `\${HOME}/${LONG}` },
    { text: `file:${LONG}` },
    { text: `FILE:${LONG}` },
    { text: `--output${'o'.repeat(100)}=/etc/${LONG}` },
    { path: LONG },
    { myFile: [LONG] },
    { text: LONG, cwd: 'x' },
    { text: LONG, x: '/etc/passwd' },
    { text: LONG, [`${'p'.repeat(100)}ath`]: 'x' },
    { text: LONG, 'p\u0001ath': 'x' },
    { text: '\\"'.repeat(400) },
    Array.from({ length: 300 }, () => 'xxxxxxxxxx'),
  ])
    assert.equal(isIdleCall(args), false, JSON.stringify(args).slice(0, 80));
  const long = line('echo', { text: LONG });
  // Several lines, one whose quotes are not closed, and another message.
  for (const lines of [`${long}${long}`, `${long.slice(0, -5)}\n`, long.replace('tools/call', 'x/y')])
    assert.equal(isIdle(lines), false);
});

test('where a chunk seems idle, no path is found in its calls', () => {
  const word = fc.constantFrom(
    ...['a.txt', '/etc/x', '..', '.', '~/x', 'C:/w', 'file:x', 'b', '-o=/x', '../y', 'hello world', '\\\\h', '$HOME/x'],
    ...[
      '"',
      '\\',
      'é',
      '\n',
      ' ',
      '-',
      '--long-option',
      '=',
      'https://x/../y',
      '{"path":"/etc"}',
      '":"/etc',
      'tools/call',
    ],
  );
  const length = fc.constantFrom(0, 40, 100, 1200, 1500, 5000);
  const text = fc
    .tuple(fc.array(word, { maxLength: 3 }), length, fc.constantFrom('x', 'word ', '\\', '"', '/a'), fc.boolean())
    .map(([words, times, filler, isBehind]) => {
      const filling = filler.repeat(Math.ceil(times / filler.length));
      return isBehind ? filling + words.join('') : words.join('') + filling;
    });
  const key = fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom('text', 'x', 'content', 'query', 'list') },
    {
      weight: 1,
      arbitrary: fc.constantFrom('path', 'file', 'cwd', 'outputPath', 'from', 'repo', `${'k'.repeat(80)}Path`),
    },
  );
  const value = fc.oneof(
    { weight: 3, arbitrary: text },
    { weight: 1, arbitrary: fc.array(text, { maxLength: 3 }) },
    { weight: 1, arbitrary: fc.dictionary(key, text, { maxKeys: 2 }) },
  );
  let idle = 0;
  fc.assert(
    fc.property(
      fc.constantFrom('echo', 'read_file', 'do_it', 'git_diff', 'write'),
      fc.oneof(fc.dictionary(key, value, { maxKeys: 4 }), fc.array(text, { maxLength: 2 })),
      fc.boolean(),
      (tool, args, isSpaced) => {
        const written = line(tool, args, isSpaced ? 1 : undefined);
        if (!isIdle(written)) return;
        if (written.length > 1024) idle++;
        const { paths, cut } = findArguments(args, null, null, operationOf(tool), null);
        assert.deepEqual([paths, cut], [[], false]);
      },
    ),
    { seed: 7, numRuns: 6000 },
  );
  assert.ok(idle > 200, `${idle} long lines named nothing`);
});
