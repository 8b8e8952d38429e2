import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Arrival, admit } from '../../../daemon/feed/admit.ts';

const good: Arrival = { host: '127.0.0.1:4711', origin: undefined, url: '/api/status' };

test('who comes from where', () => {
  const cases: [Partial<Arrival>, number][] = [
    [{}, 200],
    [{ host: 'localhost:4711' }, 200],
    [{ host: 'LOCALHOST:4711' }, 200],
    [{ host: '[::1]:4711' }, 200],
    [{ origin: 'http://127.0.0.1:4711' }, 200],
    [{ origin: 'http://localhost:4711' }, 200],
    [{ origin: 'http://[::1]:4711' }, 200],
    [{ host: undefined }, 403],
    [{ host: '' }, 403],
    [{ host: '127.0.0.1' }, 403],
    [{ host: '127.0.0.1:4712' }, 403],
    [{ host: 'evil.test:4711' }, 403],
    [{ host: '127.0.0.1.evil.test:4711' }, 403],
    [{ host: 'localhost.:4711' }, 403],
    [{ host: '0.0.0.0:4711' }, 403],
    [{ host: '127.1:4711' }, 403],
    [{ host: '2130706433:4711' }, 403],
    [{ host: '[::ffff:127.0.0.1]:4711' }, 403],
    [{ host: '127.0.0.1:4711@evil.test' }, 403],
    [{ origin: 'null' }, 403],
    [{ origin: '' }, 403],
    [{ origin: 'http://evil.test' }, 403],
    [{ origin: 'http://evil.test:4711' }, 403],
    [{ origin: 'https://127.0.0.1:4711' }, 403],
    [{ origin: 'http://127.0.0.1' }, 403],
    [{ origin: 'http://127.0.0.1:4712' }, 403],
    [{ origin: 'http://127.0.0.1:4711.evil.test' }, 403],
    [{ origin: 'vscode-webview://x' }, 403],
    [{ origin: 'file://' }, 403],
    [{ url: undefined }, 400],
    [{ url: '' }, 400],
    [{ url: '*' }, 400],
    [{ url: 'http://127.0.0.1:4711/api/status' }, 400],
    [{ url: 'http://evil.test/api/status' }, 400],
    [{ url: '//evil.test/api/status' }, 400],
    [{ url: `/${'a'.repeat(5000)}` }, 400],
  ];
  for (const [change, status] of cases) {
    const admission = admit({ ...good, ...change }, 4711);
    assert.equal(admission.kind === 'refused' ? admission.status : 200, status, JSON.stringify(change));
  }
});

test('path and query are parted as they stand: nothing is normalised', () => {
  const of = (url: string) => {
    const admission = admit({ ...good, url }, 4711);
    return admission.kind === 'admitted' ? [admission.path, admission.query.toString()] : null;
  };
  assert.deepEqual(of('/api/calls?a=1&b=2'), ['/api/calls', 'a=1&b=2']);
  assert.deepEqual(of('/../../etc/passwd'), ['/../../etc/passwd', '']);
  assert.deepEqual(of('/%2e%2e/x?'), ['/%2e%2e/x', '']);
});
