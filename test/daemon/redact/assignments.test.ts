/** A name that is passed over because no sign follows it has no value behind it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { mayBeAssigned, scanAssignments, valueAfter } from '../../../daemon/redact/assignments.ts';
import type { Finding } from '../../../daemon/redact/finding.ts';

const NAME = fc.constantFrom('password', '--token', 'x-api-key', 'Cookie', 'API_KEY', 'secret', 'Authorization');
const SIGN = fc.constantFrom(
  ...['\\', '"', "'", '`', ']', ' ', '\t', '\n', ':', '=', '>', ',', ':=', '=>', '==', '": "', '", "value": "', '</'],
);

test('where there is a value there is a sign', () => {
  let values = 0;
  fc.assert(
    fc.property(NAME, fc.array(SIGN, { maxLength: 8 }), SIGN, (name, signs, after) => {
      const text = `${name}${signs.join('')}Zx8kQ0vT2mN4${after}rest`;
      const sight = { name, start: 0, end: name.length };
      if (valueAfter(text, sight) === null) return;
      values++;
      assert.ok(mayBeAssigned(text, sight), text);
    }),
    { numRuns: 5000 },
  );
  assert.ok(values > 300, String(values));
});

test('a name in prose has none', () => {
  for (const text of ['the token is here', 'a password.', 'secret', 'token (old)', 'token\n: later']) {
    const found: Finding[] = [];
    scanAssignments(text, found);
    assert.deepEqual(found, [], text);
  }
});
