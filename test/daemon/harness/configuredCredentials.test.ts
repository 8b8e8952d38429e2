import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configuredCredentials } from '../../../daemon/harness/configuredCredentials.ts';
import type { SeenServer } from '../../../daemon/harness/request.ts';
import { credentialFacts, urlCredentialFacts } from '../../../daemon/proxy/credentialFacts.ts';
import { createHeaderFacts } from '../../../daemon/proxy/httpFacts.ts';
import { fingerprints } from '../../../daemon/proxy/openFacts.ts';
import { seenServer } from '../../support/seenServer.ts';

const KEY = new Uint8Array(32).fill(7);
const placesOf = (over: Partial<SeenServer>) => configuredCredentials(seenServer(over), KEY);

test('what an entry holds has the fingerprint that the proxy takes of it', () => {
  const env = { GITHUB_TOKEN: 'ghp_abc', PLAIN: 'yes' };
  assert.deepEqual(placesOf({ env }), {
    'env:GITHUB_TOKEN': fingerprints(env, KEY).GITHUB_TOKEN,
    'env:PLAIN': fingerprints(env, KEY).PLAIN,
  });
  const command = ['srv', '--api-key', 'k-123456'];
  const held = credentialFacts(command, {}, KEY)['argv:--api-key']?.fingerprint;
  assert.ok(held);
  assert.deepEqual(placesOf({ command }), { 'argv:--api-key': held });
  const headerValues = { Authorization: 'Bearer abc.def' };
  const sent = createHeaderFacts(KEY).of(headerValues).authorization;
  assert.ok(sent);
  assert.deepEqual(placesOf({ headerValues }), { 'header:authorization': sent });
  const url = 'https://mcp.example/x?api_key=q1w2e3r4';
  const asked = urlCredentialFacts(new URL(url), {}, KEY)['url:api_key']?.fingerprint;
  assert.ok(asked);
  assert.deepEqual(placesOf({ url }), { 'url:api_key': asked });
});

test('what it takes from elsewhere, or may, is not known', () => {
  const elsewhere = [
    '${TOKEN}',
    '$TOKEN',
    '%TOKEN%',
    '{env:TOKEN}',
    '${input:token}',
    'op://vault/item',
    '!pass x',
    '',
    ' a',
  ];
  for (const value of elsewhere) {
    assert.deepEqual(placesOf({ env: { T: value } }), { 'env:T': null }, value);
    assert.deepEqual(placesOf({ headerValues: { 'X-Api-Key': value } }), { 'header:x-api-key': null }, value);
  }
  assert.deepEqual(placesOf({ headerValues: { Authorization: 'Bearer ${T}' } }), { 'header:authorization': null });
  assert.deepEqual(placesOf({ env: { T: 'Bearer abcdef' } }), { 'env:T': null });
  assert.deepEqual(placesOf({ url: 'not an address' }), {});
});

test('a container is handed the variable that its entry sets, or one of its own', () => {
  const [own, given] = ['ghp_own', 'ghp_given'].map((value) => fingerprints({ T: value }, KEY).T);
  const docker = (word: string) => ['docker', 'run', '-e', word, 'ghcr.io/x/y'];
  const env = { GITHUB_TOKEN: 'ghp_own' };
  assert.deepEqual(placesOf({ command: docker('GITHUB_TOKEN'), env }), { 'env:GITHUB_TOKEN': own });
  assert.deepEqual(placesOf({ command: docker('GITHUB_TOKEN=ghp_given'), env }), { 'env:GITHUB_TOKEN': given });
  assert.deepEqual(placesOf({ command: docker('GITHUB_TOKEN') }), { 'env:GITHUB_TOKEN': null });
});
