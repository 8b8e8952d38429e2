import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonShape } from '../../../daemon/classify/jsonShape.ts';

test('one shape: other values, other order, other lengths', () => {
  const shape = jsonShape({ path: 'a', lines: [1, 2, 3], deep: { on: true, off: null } });
  assert.equal(shape, jsonShape({ deep: { off: null, on: false }, lines: [9], path: 'secret' }));
  assert.ok(!shape.includes('secret'));
});

test('other shapes: a member, a kind, an item', () => {
  const shapes = [
    { a: 'x' },
    { a: 1 },
    { a: null },
    { a: ['x'] },
    { a: ['x', 1] },
    { b: 'x' },
    { a: 'x', b: 'x' },
    {},
    [],
    'x',
    null,
  ];
  assert.equal(new Set(shapes.map(jsonShape)).size, shapes.length);
});

test('a large or deep value costs no more than a bounded one', () => {
  let deep: unknown = 1;
  for (let i = 0; i < 5000; i++) deep = { deep };
  assert.ok(
    jsonShape(JSON.parse(JSON.stringify(Array.from({ length: 10_000 }, (_, i) => ({ [`k${i}`]: i }))))).length < 50_000,
  );
  assert.ok(jsonShape({ deep: JSON.parse('['.repeat(3000) + ']'.repeat(3000)) }).length < 1000);
});
