import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ErrorForm, errorForm } from '../../../daemon/classify/hiddenError.ts';
import type { Json } from '../../../daemon/model/json.ts';

const body = (value: Json, tool = 'get_user') => errorForm(value, null, tool);
const text = (value: string, tool = 'get_user') => errorForm(undefined, value, tool);

const CASES: readonly (readonly [Json, ErrorForm | null])[] = [
  // What says of itself that it failed, and has nothing else to say.
  [{ status: 'error' }, 'certain'],
  [{ status: 'error', message: 'Request not found' }, 'certain'],
  [{ status: 'ERROR', code: 7, details: { a: 1 } }, 'certain'],
  [{ status: 'failed', error: 'no such board' }, 'certain'],
  [{ status: 'fail', data: null, message: 'x' }, 'certain'],
  [{ success: false }, 'certain'],
  [{ success: false, errors: [] }, 'certain'],
  [{ ok: false, error: 'x' }, 'certain'],
  [{ ok: false, error: { code: 1 } }, 'certain'],
  [{ error: 'x' }, 'certain'],
  [{ error: { code: 1, message: 'x' } }, 'certain'],
  [{ error: true, message: 'x' }, null],
  [{ object: 'error', status: 404 }, 'certain'],
  [{ type: 'error', error: { type: 'x' } }, 'certain'],
  [{ status: 401, message: 'x' }, 'certain'],
  [{ data: null, errors: [{ message: 'x' }] }, 'certain'],
  // With more to say it is an error only where its words are known.
  [{ success: false, results: [1, 2], error: 'one is missing' }, 'likely'],
  [{ id: 7, name: 'nightly', error: 'x' }, 'likely'],
  [{ ok: false, passed: 3, failed: 1 }, 'likely'],
  // How something stands that was asked about.
  [{ status: 'failed' }, null],
  [{ status: 'failed', id: 7, message: 'exit code 1' }, null],
  [{ status: 'error', id: 'dep_1', url: 'https://a' }, null],
  [{ status: 'error', data: { id: 1 } }, null],
  [{ status: 'ok', error: null }, null],
  [{ status: 'task_not_found', message: 'No such task' }, null],
  // What only holds the words.
  [{ error: null, result: { id: 1 } }, null],
  [{ error: '' }, null],
  [{ error: 'last one', items: [1] }, null],
  [{ data: { a: 1 }, errors: [{ message: 'partial' }] }, null],
  [{ errors: [{ id: 1 }], total: 1 }, null],
  [{ errors: [] }, null],
  [{ status: 200, message: 'OK' }, null],
  [{ content: '{"status":"error"}' }, null],
  [[{ error: 'x' }], null],
  ['error', null],
];

for (const [value, form] of CASES)
  test(`${form ?? 'no'} error: ${JSON.stringify(value)}`, () => assert.equal(body(value), form));

test('a sentence is one only at the beginning of a short text, and never for certain', () => {
  assert.equal(text('Error: rate limited'), 'likely');
  assert.equal(text('Echo: Error: x'), null);
  assert.equal(text(`Error: ${'x'.repeat(3000)}`), null, 'a long text is content');
});

test('what a tool hands out is not its own', () => {
  const handing = ['read_text_file', 'readFile', 'open_nodes', 'view-document', 'get_file_contents', 'getFile', 'load'];
  for (const tool of handing)
    for (const value of [{ ok: false }, { status: 'error' }, { error: 'x' }])
      assert.equal(body(value, tool), null, tool);
  assert.equal(body({ ok: false }, 'get_user_profile'), 'certain');
  assert.equal(body({ ok: false }, 'reader'), 'certain');
});

test('who reports of something else is an error only where its words are known', () => {
  for (const tool of ['get_job_status', 'run_tests', 'executeCommand', 'fetch_json', 'validate-config', 'sql_query']) {
    assert.equal(body({ success: false }, tool), 'likely', tool);
    assert.equal(body({ status: 'error', message: 'x' }, tool), null, tool);
  }
});

test('a file that is read is never one, and what stands at an address only by its words', () => {
  assert.equal(errorForm({ error: 'x' }, null, 'get', 'file'), null);
  assert.equal(errorForm({ error: 'x' }, null, 'get', 'address'), 'likely');
});
