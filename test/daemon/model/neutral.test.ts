import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CHANCES, neutralJson, neutralText } from '../../../daemon/model/neutral.ts';

const roots = ['/home/ada/w', 'C:\\Users\\ada\\w'];

const same: readonly [name: string, a: string, b: string][] = [
  ['where the workspace lies', '/home/ada/w/src/a.ts', 'C:\\Users\\ada\\w/src/a.ts'],
  ['a file URI', 'file:///home/ada/w/a', '/home/ada/w/a'],
  ['ids', 'id 6f1c0f2e-1111-4aaa-8bbb-0123456789ab', 'id 00000000-2222-4aaa-8bbb-0123456789ab'],
  ['prefixed ids', 'toolu_01AbCdEfGhIjKlMnOp', 'toolu_99ZzCdEfGhIjKlMnOp'],
  ['times', 'at 2026-11-20T10:00:00.123Z', 'at 2026-11-21 07:01:02'],
  [
    'long times',
    'modified: Thu Nov 20 2026 10:00:00 GMT+0000 (UTC)',
    'modified: Fri Nov 21 2026 11:02:03 GMT+0100 (CET)',
  ],
  ['mail dates', 'Fri, 20 Nov 2026 10:00:00 GMT', 'Sat, 21 Nov 2026 11:00:00 GMT'],
  ['epoch milliseconds', 'mtime 1763632800123', 'mtime 1763719200456'],
  ['temporary folders', 'wrote /tmp/job-a1b2/out.txt', 'wrote /tmp/job-zz99/out.txt'],
  ['ports', 'http://127.0.0.1:40123/x', 'http://127.0.0.1:51999/x'],
  ['durations', 'took 12 ms', 'took 340.5 ms'],
];
for (const [name, a, b] of same)
  test(`the same by chance: ${name}`, () => assert.equal(neutralText(a, roots), neutralText(b, roots)));

const different: readonly [name: string, a: string, b: string][] = [
  ['versions', '1.2.3', '1.2.4'],
  ['numbers', 'port 8080', 'port 8081'],
  ['commits', 'a'.repeat(40), 'b'.repeat(40)],
  ['days', 'due 2026-11-20', 'due 2026-11-21'],
  ['files', '/home/ada/w/a', '/home/ada/w/b'],
  ['words with underscores', 'create_directory_a', 'create_directory_b'],
];
for (const [name, a, b] of different)
  test(`content: ${name}`, () => assert.notEqual(neutralText(a, roots), neutralText(b, roots)));

test('members count in any order, and _meta does not', () => {
  const a = { path: '/home/ada/w/a', limit: 3, _meta: { progressToken: 1 } };
  assert.equal(neutralJson(a, roots), neutralJson({ limit: 3, path: '/home/ada/w/a' }, roots));
  assert.notEqual(neutralJson({ a: 1 }, []), neutralJson({ a: '1' }, []));
  assert.equal(neutralJson(undefined, []), 'null');
});

test('a pattern that is not tried would have found nothing', () => {
  const part = fc.oneof(
    fc.constantFrom(
      ...same.flatMap(([, a, b]) => [a, b]),
      ...[
        'abcdefab-abcd-abcd-abcd-abcdefabcdef',
        'tool_1234567890abcdef',
        '01ARZ3NDEKTSV4RRFFQ69G5FAV',
        'ab'.repeat(16),
      ],
      ...[
        '1763632800',
        '1763632800123',
        '/dev/shm/x',
        'C:\\a\\Temp\\x',
        '/var/folders/a/b/T/c',
        '12:30:45',
        '3 s',
        '[::1]:80',
      ],
    ),
    fc.string({ unit: fc.constantFrom(...'aZ19:-_./ \\é'), maxLength: 14 }),
    fc.constantFrom(' ', '', '-', ':', '/'),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
      const text = parts.join('');
      const tried = CHANCES.reduce((out, { pattern, by }) => out.replace(pattern, by), text);
      assert.equal(neutralText(text, []), tried);
    }),
    { numRuns: 2000 },
  );
});
