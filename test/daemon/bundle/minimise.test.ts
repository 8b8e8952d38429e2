import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { minimise } from '../../../daemon/bundle/minimise.ts';

const needs =
  (...needed: number[]) =>
  async (items: readonly number[]) =>
    needed.every((one) => items.includes(one));
const range = (count: number) => Array.from({ length: count }, (_, n) => n);

test('exactly what is needed is left, in its order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 40 }),
      fc.uniqueArray(fc.nat(39), { maxLength: 4 }),
      async (count, wanted) => {
        const needed = wanted.filter((one) => one < count).sort((a, b) => a - b);
        const found = await minimise(range(count), needs(...needed), 1000);
        assert.ok(found.kind === 'shows');
        assert.deepEqual([found.items, found.least], [needed, true]);
      },
    ),
  );
});

test('what never shows takes two tries, what shows by itself one', async () => {
  assert.deepEqual(await minimise(range(9), async () => false, 99), { kind: 'never', tries: 2 });
  assert.deepEqual(await minimise([], async () => false, 99), { kind: 'never', tries: 1 });
  const bare = await minimise(range(9), async () => true, 99);
  assert.deepEqual(bare, { kind: 'shows', items: [], tries: 1, least: true });
});

test('it ends with the last try that is allowed, and says that it may be more than is needed', async () => {
  let tries = 0;
  const found = await minimise(
    range(64),
    (items) => {
      tries++;
      return needs(3, 60)(items);
    },
    6,
  );
  assert.ok(found.kind === 'shows' && !found.least);
  assert.equal(tries, 6);
  assert.ok(found.items.includes(3) && found.items.includes(60));
});

test('what cannot be tried at all ends it; a piece that cannot be tried is kept', async () => {
  const why = { why: 'no such command' };
  assert.deepEqual(await minimise(range(3), async () => why, 9), { kind: 'not_tried', why: 'no such command' });
  assert.deepEqual(await minimise([], async () => why, 9), { kind: 'not_tried', why: 'no such command' });
  const found = await minimise(range(4), async (items) => (items.length === 4 ? true : why), 99);
  assert.deepEqual(found.kind === 'shows' && found.items, range(4));
});
