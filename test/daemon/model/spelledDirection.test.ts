import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spelledDirection } from '../../../daemon/model/spelledDirection.ts';

test('characters that turn text are spelled, all others stay', () => {
  assert.equal(spelledDirection('invoice\u202Efdp.exe'), 'invoice\\u202efdp.exe');
  assert.equal(spelledDirection('\u061c\u200e\u200f\u2066\u2069'), '\\u061c\\u200e\\u200f\\u2066\\u2069');
  assert.equal(spelledDirection('שלום\nمرحبا\ttab 👨‍👩‍👧'), 'שלום\nمرحبا\ttab 👨‍👩‍👧');
});
