import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addBody, addText, nothingSaid } from '../../../daemon/classify/errorSaid.ts';
import type { Json } from '../../../daemon/model/json.ts';

const ofText = (text: string) => {
  const said = nothingSaid();
  addText(said, text, 'result.content');
  return said;
};
const codes = (text: string) => [...ofText(text).codes.keys()];
const statuses = (text: string) => [...ofText(text).statuses.keys()];

test('codes as programs spell them into sentences', () => {
  assert.ok(codes('<Error><Code>NoSuchKey</Code></Error>').includes('nosuchkey'));
  assert.ok(codes('An error occurred (ExpiredToken) when calling the X operation').includes('expiredtoken'));
  assert.ok(codes('ERROR:  23505: duplicate key').includes('sqlstate:23505'));
  assert.ok(codes('deadlock (SQLSTATE 40P01)').includes('sqlstate:40p01'));
  assert.ok(codes('[Errno 13] Permission denied').includes('eacces'));
  assert.ok(codes('File exists (os error 17)').includes('eexist'));
  assert.ok(codes('rpc error: code = Unavailable desc = x').includes('unavailable'));
  assert.ok(codes("{'ok': False, 'error': 'ratelimited'}").includes('ratelimited'));
  assert.deepEqual(codes('a plain sentence without any of them'), []);
});

test('statuses where a text says that they are some', () => {
  assert.deepEqual(statuses('Request failed with status code 401'), [401]);
  assert.deepEqual(statuses('HTTP error! status: 500'), [500]);
  assert.deepEqual(statuses("Client error '404 Not Found' for url"), [404]);
  assert.deepEqual(statuses('GET https://x/y: 403 Forbidden []'), [403]);
  assert.deepEqual(statuses('there were 404 of them, and 500 more'), []);
  assert.deepEqual(statuses('port 443, took 429 ms'), []);
});

test('bodies: the members that tell of the error, and no others', () => {
  const of = (body: Json) => {
    const said = nothingSaid();
    addBody(said, body, 'x');
    return { codes: [...said.codes.values()].map(({ code }) => code), statuses: [...said.statuses.keys()] };
  };
  assert.deepEqual(of({ error: { code: 'a_b', type: 'c_d' }, user: { code: 'e_f' } }), {
    codes: ['a_b', 'c_d'],
    statuses: [],
  });
  assert.deepEqual(of({ errors: [{ extensions: { code: 'X_Y' } }] }).codes, ['X_Y']);
  assert.deepEqual(of({ __type: 'com.amazon.coral#ThrottlingException' }).codes, ['ThrottlingException']);
  assert.deepEqual(of({ status: 404, code: 20404 }), { codes: ['20404'], statuses: [404] });
  assert.deepEqual(of({ success: false, errors: [{ code: 10000 }] }).codes, ['10000']);
  assert.deepEqual(of({ error: 'a sentence is no code' }).codes, []);
});

test('a document inside a text is read as one', () => {
  const said = ofText('Tavily API error: {"error":{"code":"rate_limited"}}');
  assert.equal(said.codes.get('rate_limited')?.code, 'rate_limited');
});
