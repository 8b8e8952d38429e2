import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bundleNotice } from '../../extension/bundleNotice.ts';

test('a page without any script, in which everything is text', () => {
  const html = bundleNotice('<b>.callgrove.zip', ['wrong_hash: </p><script>alert(1)</script>', '']);
  assert.match(html, /content="default-src 'none'; base-uri 'none'; form-action 'none'"/);
  assert.doesNotMatch(html, /<script|<b>/);
  assert.match(html, /<p>wrong_hash: &#60;\/p&#62;&#60;script&#62;alert\(1\)/);
  assert.equal(html.match(/<p>/g)?.length, 1);
});
