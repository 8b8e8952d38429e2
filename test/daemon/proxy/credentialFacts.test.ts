import assert from 'node:assert/strict';
import { test } from 'node:test';
import { credentialFacts, urlCredentialFacts } from '../../../daemon/proxy/credentialFacts.ts';
import { credentialFingerprint } from '../../../daemon/proxy/httpFacts.ts';
import { fingerprints } from '../../../daemon/proxy/openFacts.ts';

const KEY = new Uint8Array(32).fill(7);
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const TOKEN = `${part({ alg: 'none' })}.${part({ sub: 'ada', scope: 'repo', exp: 1_790_000_000 })}.c2lnbmF0dXJl`;
const CLAIMS = { issuer: null, subject: 'ada', scopes: ['repo'], expires_at: '2026-09-21T14:13:20.000Z' };

test('what is told of credentials on a command line and of tokens in variables', () => {
  const facts = credentialFacts(
    ['s', '--api-key', 'hunter2-and-more', '--port', '80'],
    { A_TOKEN: TOKEN, B: 'plain' },
    KEY,
  );
  assert.deepEqual(facts, {
    'argv:--api-key': { fingerprint: credentialFingerprint(KEY, 'hunter2-and-more'), claims: null },
    'env:A_TOKEN': { fingerprint: fingerprints({ A_TOKEN: TOKEN }, KEY).A_TOKEN, claims: CLAIMS },
  });
  assert.ok(!/hunter2|c2lnbmF0dXJl|eyJ/.test(JSON.stringify(facts)));
  assert.deepEqual(credentialFacts(['s'], { HOME: '/home/ada' }, KEY), {});
});

test('a credential is the same in an option, a header and a variable', () => {
  const variable = fingerprints({ T: 'one-credential' }, KEY).T;
  assert.equal(
    credentialFacts(['s', '-H', 'Authorization: Bearer one-credential'], {}, KEY)['header:authorization']?.fingerprint,
    variable,
  );
  assert.equal(
    urlCredentialFacts(new URL('https://x.dev/?api_key=one-credential'), {}, KEY)['url:api_key']?.fingerprint,
    variable,
  );
});

test('of a server by URL: its query and what its headers’ tokens claim; no fingerprint without a key', () => {
  const facts = urlCredentialFacts(
    new URL('https://x.dev/?key=k1&page=2'),
    { authorization: `Bearer ${TOKEN}`, accept: '*/*' },
    null,
  );
  assert.deepEqual(facts, {
    'url:key': { fingerprint: null, claims: null },
    'header:authorization': { fingerprint: null, claims: CLAIMS },
  });
});
