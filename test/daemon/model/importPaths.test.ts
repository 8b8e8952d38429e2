import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { importPaths } from '../../../daemon/model/importPaths.ts';

const TEXTS: readonly (readonly [what: string, text: string, paths: readonly string[]])[] = [
  [
    'relative, parent, home and absolute',
    '@a.md\n- @../b.md @~/c.md\n@/etc/d.md and @./e',
    ['a.md', '../b.md', '~/c.md', '/etc/d.md', './e'],
  ],
  ['each once', '@a.md @a.md', ['a.md']],
  ['no addresses, no handles that are no paths', 'me@example.org (@a.md) @@b @#c @$d', []],
  ['escaped blanks and fragments', '@my\\ notes.md @b.md#part', ['my notes.md', 'b.md']],
  ['not in a fence', '```md\n@a.md\n```\n@b.md\n~~~\n@c.md\n~~~~\n@d.md', ['b.md', 'd.md']],
  ['not in a longer fence', '````\n```\n@a.md\n````\n@b.md', ['b.md']],
  ['a fence that does not close', '@a.md\n```\n@b.md', ['a.md']],
  ['not in a fence of a list', '- x\n  ```\n  @a.md\n  ```\n- @b.md', ['b.md']],
  ['not in spans', '`@a.md` and ``x ` @b.md`` @c.md `` ` @d.md', ['c.md', 'd.md']],
  ['a span over lines', '`one\n@a.md` @b.md', ['b.md']],
  ['a backtick alone ends with its paragraph', 'a ` b\n\n@c.md ` d', ['c.md']],
  ['not in indented code, but in a list', 'x\n\n    @a.md\n\n- y\n\n    @b.md', ['b.md']],
  ['not in comments', '<!-- @a.md -->\n<!--\n@b.md\n-->\n@c.md', ['c.md']],
  ['Windows lines', '@a.md\r\n@b.md\r\n', ['a.md', 'b.md']],
];
for (const [what, text, paths] of TEXTS) test(`imports: ${what}`, () => assert.deepEqual(importPaths(text), paths));

test('at most 200, and never a throw', () => {
  assert.equal(importPaths(Array.from({ length: 500 }, (_, at) => `@f${at}.md`).join('\n')).length, 200);
  const pieces = fc.constantFrom('`', '@', 'a', '\n', ' ', '~', '\\', '<!--', '-->', '/');
  fc.assert(fc.property(fc.array(pieces, { maxLength: 200 }), (parts) => importPaths(parts.join('')).length <= 200));
});
