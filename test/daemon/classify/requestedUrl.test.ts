import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requestedUrl } from '../../../daemon/classify/requestedUrl.ts';
import type { Json } from '../../../daemon/model/json.ts';

const CASES: readonly (readonly [string, Json, string | null])[] = [
  ['by its name', { url: 'https://a.example/b?c=1#d' }, 'https://a.example/b?c=1#d'],
  ['among others', { url: 'http://a.example', max_length: 5000, raw: true }, 'http://a.example'],
  ['a name of several words', { pageUrl: 'https://a.example' }, 'https://a.example'],
  ['nested, in a list of one', { request: { urls: ['https://a.example'] } }, 'https://a.example'],
  ['twice the same', { url: 'https://a.example', referrer_url: 'https://a.example' }, 'https://a.example'],
  ['two', { urls: ['https://a.example', 'https://b.example'] }, null],
  ['under a name of texts', { text: 'https://a.example', query: 'https://b.example' }, null],
  ['a text that holds one', { url: 'see https://a.example' }, null],
  ['another scheme', { url: 'file:///etc/passwd', uri: 'memo://x' }, null],
  ['none that can be read', { url: 'https://' }, null],
  ['no object', 'https://a.example', null],
  ['user and password', { url: 'https://ada:pass@a.example/x' }, 'https://…@a.example/x'],
  ['an @ in the password', { url: 'https://ada:p@ss@a.example/x@y' }, 'https://…@a.example/x@y'],
  ['a long query', { url: `https://a.example/p?${'q'.repeat(600)}` }, 'https://a.example/p?…'],
  ['a long path', { url: `https://a.example/${'p'.repeat(600)}` }, null],
  ['too deep', { a: { b: { c: { d: { url: 'https://a.example' } } } } }, null],
];

for (const [what, args, url] of CASES) test(what, () => assert.equal(requestedUrl(args), url));

test('of more than is looked through nothing is said: there may be another', () => {
  assert.equal(requestedUrl({ url: 'https://a.example', list: Array.from({ length: 300 }, () => 1) }), null);
  assert.equal(requestedUrl(undefined), null);
});
