import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { headerOf, headersOf, headerVariable } from '../../../daemon/base/headerVariable.ts';

test('a header that becomes a variable becomes the same header again', () => {
  const name = fc.array(fc.stringMatching(/^[A-Za-z0-9]{1,4}$/), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(name, fc.array(fc.constantFrom('-', '_'), { minLength: 4, maxLength: 4 }), (words, marks) => {
      const header = words.map((word, at) => (at === 0 ? word : marks[at]! + word)).join('');
      const variable = headerVariable(header);
      assert.match(variable ?? '', /^CALLGROVE_HEADER_\w+$/);
      assert.equal(headerOf(variable ?? ''), header);
    }),
  );
});

test('names that would not come back exactly are refused', () => {
  for (const name of ['', '-a', 'a-', 'a--b', 'a_-b', 'a.b', 'a b', 'ä'])
    assert.equal(headerVariable(name), null, name);
});

test('an environment gives its headers and nothing else', () => {
  assert.deepEqual(
    headersOf({ CALLGROVE_HEADER_X_A__B: '1', CALLGROVE_HOME: '/x', PATH: '/bin', CALLGROVE_HEADER_: '' }),
    { 'X-A_B': '1' },
  );
});
