import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isErrorBody } from '../../../daemon/classify/hiddenError.ts';
import type { Json } from '../../../daemon/model/json.ts';

const body = (value: Json, tool = 'get_user') => isErrorBody(value, null, tool);
const text = (value: string, tool = 'get_user') => isErrorBody(undefined, value, tool);

test('bodies that say of themselves that they are errors', () => {
  for (const value of [
    { ok: false, error: 'x' },
    { success: false, errors: [] },
    { object: 'error', status: 404 },
    { type: 'error', error: { type: 'x' } },
    { error: 'x' },
    { error: { code: 1 } },
    { data: null, errors: [{ message: 'x' }] },
    { status: 401, message: 'x' },
  ])
    assert.ok(body(value), JSON.stringify(value));
  assert.ok(text('Error: rate limited'));
});

test('bodies that only hold the words', () => {
  for (const value of [
    { error: null, result: { id: 1 } },
    { error: 'last one', items: [1] },
    { data: { a: 1 }, errors: [{ message: 'partial' }] },
    { errors: [{ id: 1 }], total: 1 },
    { errors: [] },
    { status: 200, message: 'OK' },
    { status: 'error' },
    [{ error: 'x' }],
  ])
    assert.ok(!body(value), JSON.stringify(value));
  assert.ok(!text('Echo: Error: x'));
  assert.ok(!text(`Error: ${'x'.repeat(3000)}`), 'a long text is content');
});

test('what a tool hands out is not its own', () => {
  for (const tool of ['read_file', 'open_nodes', 'view-document', 'get_file_contents', 'load'])
    assert.ok(!body({ ok: false }, tool), tool);
  assert.ok(body({ ok: false }, 'get_user_profile'));
  assert.ok(body({ ok: false }, 'reader'));
});
