/** Who and where: what is looked at first passes over no text that holds a name, a path or an address. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Finding } from '../../../daemon/redact/finding.ts';
import { createIdentityScan, scanEmails } from '../../../daemon/redact/identity.ts';

const NAMES = ['adalove', 'jösé', 'Kayaσ', 'ada lovelace'];
const scan = createIdentityScan({
  homes: ['/home/adalove', 'C:\\Users\\Grace Hopper', '/höme/x1'],
  users: [...NAMES, 'max'],
  hosts: ['workhorse9.corp.internal'],
});
const rulesIn = (text: string): string[] => {
  const found: Finding[] = [];
  scan(text, found);
  return found.map(({ rule }) => rule);
};

test('a name is found in any case, between any signs', () => {
  const signs = fc.string({ unit: fc.constantFrom(...' .,:;/\\"\'()[]{}<>@#\n\té😀') });
  const cased = (word: string) => fc.constantFrom(word, word.toUpperCase(), word.toLowerCase());
  const named = fc.constantFrom(...NAMES, 'workhorse9.corp.internal').chain(cased);
  fc.assert(
    fc.property(signs, named, signs, (before, name, after) => {
      assert.ok(rulesIn(`${before} ${name} ${after}`).length > 0);
    }),
  );
});

test('a home folder is found with either slash, escaped or not, in any case', () => {
  const slash = fc.constantFrom('/', '\\/', '\\\\/', '\\', '\\\\', '\\\\\\\\');
  const home = fc.constantFrom(['', 'home', 'adalove'], ['C:', 'Users', 'Grace Hopper'], ['', 'höme', 'x1']);
  fc.assert(
    fc.property(slash, home, fc.boolean(), (sign, parts, upper) => {
      const path = parts.join(sign);
      assert.ok(rulesIn(`in "${upper ? path.toUpperCase() : path}${sign}w"`).includes('home'), path);
    }),
  );
});

test('an ordinary name counts in paths alone', () => {
  assert.deepEqual(rulesIn('the max is MAX'), []);
  assert.deepEqual(rulesIn('/home/Max/w'), ['user']);
});

/** Every address, by one pattern over the whole text. */
const EVERY =
  /(?<![\w.+%-])[A-Za-z0-9][\w.+%-]{0,63}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,6}[A-Za-z]{2,18}(?![\w-]|\.\w)/g;

test('the same addresses as by a pattern over all of the text', () => {
  const part = fc.oneof(
    fc.constantFrom('jo.b@shop.org', 'a@b.co', '@', '@@', '.', '-', 'x@y', 'a'.repeat(63), 'b'.repeat(65), ' ', 'é'),
    fc.string({ unit: fc.constantFrom(...'ab1.@+-_% ,<'), maxLength: 12 }),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
      const text = parts.join('');
      const found: Finding[] = [];
      scanEmails(text, found);
      assert.deepEqual(
        found.map(({ start, end }) => text.slice(start, end)),
        [...text.matchAll(EVERY)].map(([address]) => address),
      );
    }),
    { numRuns: 2000 },
  );
});
