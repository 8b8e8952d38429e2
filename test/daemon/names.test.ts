/** Names against a redactor that knows one secret as a word of its own. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createNames } from '../../daemon/names.ts';

const SECRET = 'hunter2-Xk92_LmQz81pV';

function namesKnowing(secret: string) {
  const asked: string[] = [];
  const names = createNames({
    async redact(texts) {
      asked.push(...texts);
      return texts.map((text) =>
        text === secret ? { text: '<secret>', count: 1, rules: ['known'] } : { text, count: 0, rules: [] },
      );
    },
  });
  return { names, asked };
}

test('a secret is masked as a name, and where it was made part of one', async () => {
  const table: [name: string, stored: string][] = [
    ['read_file', 'read_file'],
    [SECRET, '<secret>'],
    [`tool_${SECRET}`, 'tool_<secret>'],
    [`${SECRET}-server`, '<secret>-server'],
    [`my ${SECRET} agent`, 'my <secret> agent'],
    [`n-${SECRET}.${SECRET}`, 'n-<secret>.<secret>'],
    ['x'.repeat(500), 'x'.repeat(200)],
  ];
  const { names } = namesKnowing(SECRET);
  for (const [name] of table) names.want(name);
  await names.look();
  for (const [name, stored] of table) assert.equal(names.of(name), stored);
});

test('a name of many joints asks for a bounded number of parts', async () => {
  const { names, asked } = namesKnowing(SECRET);
  names.want('part-of-a-name-'.repeat(50));
  await names.look();
  assert.ok(asked.length < 200, `${asked.length} parts`);
});

test('a name that nobody looked at is refused', () => {
  assert.throws(() => namesKnowing(SECRET).names.of('x'));
  assert.equal(namesKnowing(SECRET).names.of(null), null);
});
