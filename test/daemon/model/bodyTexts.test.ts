import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bodyTexts, frameSide } from '../../../daemon/model/bodyTexts.ts';
import type { Json } from '../../../daemon/model/json.ts';

const none = { text: null };
const whole = (value: Json) => ({ value, text: null });

test('arguments of a tool, parameters of anything else', () => {
  const request = whole({ params: { name: 'x', arguments: { a: 1 } } });
  assert.equal(bodyTexts('tools/call', request, none).arguments, '{\n  "a": 1\n}');
  assert.match(bodyTexts('tools/list', request, none).arguments ?? '', /"name": "x"/);
  assert.equal(bodyTexts('tools/call', whole({ params: {} }), none).arguments, null);
  assert.equal(bodyTexts('tools/call', { text: '{"cut' }, none).arguments, '{"cut');
});

test('a result of texts alone is read as text, any other as JSON, an error as an error', () => {
  const result = (content: Json) => bodyTexts('tools/call', none, whole({ result: { content } })).result;
  assert.equal(result([{ text: 'a' }, { text: 'b' }]), 'a\nb');
  assert.match(result([{ text: 'a' }, { data: 'b' }]) ?? '', /"data": "b"/);
  assert.match(result([]) ?? '', /"content": \[\]/);
  const failed = bodyTexts('tools/call', none, whole({ error: { code: -1 } }));
  assert.deepEqual([failed.result, failed.error], [null, '{\n  "code": -1\n}']);
  assert.equal(bodyTexts('tools/call', none, { text: 'the beginning' }).result, 'the beginning');
  assert.equal(bodyTexts('tools/call', none, whole({})).result, null);
});

test('a frame of a bundle: its beginning is text, all else what it says', () => {
  const body = '{"a":1}';
  assert.deepEqual(frameSide({ kept: 'full', body }), { value: { a: 1 }, text: null });
  assert.deepEqual(frameSide({ kept: 'shape', body }), { value: { a: 1 }, text: null });
  assert.deepEqual(frameSide({ kept: 'head', body }), { text: body });
  assert.deepEqual(frameSide({ kept: 'full', body: '{' }), { text: '{' });
  assert.deepEqual([frameSide({ kept: 'gone', body: null }), frameSide(undefined)], [{ text: null }, { text: null }]);
});

test('members of the prototype are none', () => {
  assert.equal(bodyTexts('toString', whole({}), whole(Object.create({ result: 1 }))).result, null);
});
