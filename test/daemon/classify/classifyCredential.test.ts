import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCredentialPart } from '../../../daemon/classify/classifyCredential.ts';
import type { OpenRecord } from '../../../daemon/protocol/journal.ts';
import { callFacts, hints } from '../../support/callFacts.ts';

const part = createCredentialPart({ fingerprint: (credential) => `fp${credential.length}` });

const OPEN: OpenRecord = {
  connection_id: 'con_00000000000000000000000001',
  callgrove: '0.1.0',
  transport: 'stdio',
  name: 'acme',
  argv: ['npx', '-y', 'mcp-remote@0.15.1', 'https://mcp.acme.dev'],
  cwd: '/w',
  proxy_pid: 7,
  child: null,
  process_chain: [],
  root_evidence: {},
  environment: { ACME_TOKEN: '3f9a1c02' },
  credentials: {
    'env:ACME_TOKEN': {
      fingerprint: '3f9a1c02',
      claims: { issuer: 'https://id.acme.dev', subject: 'ada', scopes: ['read', 'write'], expires_at: null },
    },
  },
  platform: 'linux',
  runtime: 'node 24',
  user: 'ada',
  boot_id: null,
};

function judged(more: Parameters<typeof callFacts>[0] = {}, open: OpenRecord | null = OPEN) {
  const facts = callFacts(more);
  return part({ ...facts, connection: { ...facts.connection, server: 'acme', open } });
}

const part64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const token = (claims: object) => `${part64({ alg: 'none' })}.${part64(claims)}.c2ln`;

test('the lane of a connection, what its token claims, and what stands between', () => {
  const { credential_lane, quota_owner, credential, adapter, sources } = judged();
  assert.equal(credential_lane, 'acme/env:ACME_TOKEN#3f9a1c02');
  assert.equal(quota_owner, 'lane:acme/env:ACME_TOKEN#3f9a1c02');
  assert.deepEqual(credential, {
    backend_principal: 'ada',
    scopes: ['read', 'write'],
    source: 'env_name+jwt_unverified',
  });
  assert.deepEqual(adapter, { hops: ['mcp-remote/0.15.1'] });
  assert.deepEqual(sources, { hops: 'observed', auth_mode: 'inferred', credential_lane: 'inferred' });
});

test('scopes fit where both sides are known, or where the refusal says so', () => {
  const needs = (...scopes: string[]) => judged({ listed: { ...hints({}), scopes } }).credential?.scope_fit;
  assert.deepEqual([needs('read', 'write'), needs('read'), needs('admin')], ['fits', 'broader', 'insufficient']);
  const refused = judged({
    outcome: 'error',
    result: {
      isError: true,
      content: [{ type: 'text', text: '{"error":"missing_scope","needed":"chat:write","provided":"read"}' }],
    },
  });
  assert.deepEqual([refused.credential?.scope_fit, refused.credential?.scopes], ['insufficient', ['read']]);
  const challenge = { status: 403, headers: { 'www-authenticate': 'error="insufficient_scope", scope="admin"' } };
  assert.equal(judged({ outcome: 'error', exchange: challenge }).credential?.scope_fit, 'insufficient');
});

test('a credential that travels with a call is that call’s, and one subject’s whatever its token', () => {
  const lane = (_meta: { readonly [name: string]: string }) => judged({ params: { name: 't', _meta } }).credential_lane;
  assert.equal(lane({ 'com.acme/api_key': '0123456789' }), 'acme/meta:com.acme/api_key#fp10');
  const now = lane({ 'com.acme/access_token': token({ sub: 'ada', iat: 1 }) });
  assert.equal(now, lane({ 'com.acme/access_token': token({ sub: 'ada', iat: 2000, jti: 'another' }) }));
  assert.notEqual(now, lane({ 'com.acme/access_token': token({ sub: 'someone else', iat: 1 }) }));
  // Positions, sessions and states are no identities.
  for (const name of ['progressToken', 'mcp-session-id', 'requestState', 'com.acme/code_verifier', 'com.acme/token'])
    assert.equal(
      lane({ [name]: name === 'com.acme/token' ? 'short' : '0123456789' }),
      'acme/env:ACME_TOKEN#3f9a1c02',
      name,
    );
});

test('nothing is said where the connection’s beginning is gone, and of what servers ask', () => {
  assert.deepEqual(judged({}, null), {});
  assert.deepEqual(judged({}, { ...OPEN, proxy_pid: 0 }), {});
  assert.deepEqual(judged({ direction: 's2c' }), {});
  assert.deepEqual(judged({ event: 'notification' }), {});
});
