import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hopsText, identityText } from '../../../daemon/model/identityText.ts';
import type { Call } from '../../../daemon/protocol/record.ts';

const NOTHING: Call['credential'] = {
  backend_principal: null,
  scopes: null,
  scope_fit: 'unknown',
  expires_at: null,
  source: null,
};
const text = (
  auth_mode: Call['auth_mode'],
  credential_lane: string | null,
  credential: Partial<Call['credential']> = {},
  more: { provider?: string; sources?: Call['sources'] } = {},
) =>
  identityText({
    auth_mode,
    credential_lane,
    provider: more.provider ?? null,
    credential: { ...NOTHING, ...credential },
    sources: more.sources ?? {},
  });

test('identities in words', () => {
  assert.equal(text('unknown', null), null);
  assert.equal(text('none', 'fs_local'), 'fs_local: no credential was handed over');
  assert.equal(text('unknown', null, {}, { provider: 'api.exa.ai' }), null);
  assert.equal(
    text(
      'byok',
      'github/env:GITHUB_TOKEN#3f9a1c02',
      {},
      { provider: 'api.github.com', sources: { credential_lane: 'inferred' } },
    ),
    'github/env:GITHUB_TOKEN#3f9a1c02: a credential of yours, for api.github.com, inferred',
  );
  const claimed = {
    backend_principal: 'ada',
    scopes: ['repo'],
    expires_at: '2026-09-21T14:13:20.000Z',
    source: 'env_name+jwt_unverified',
  };
  assert.equal(
    text('byok', 'acme/env:T#1', { ...claimed, scope_fit: 'broader' }),
    'acme/env:T#1: a credential of yours, as ada (so the token says), allows repo, more than it needs, good until 2026-09-21T14:13:20Z (so the token says)',
  );
});

test('what stands between', () => {
  const adapter = {
    name: 'callgrove' as const,
    version: null,
    altered: false,
    request_shape: null,
    result_shape: null,
    before: null,
  };
  assert.equal(hopsText({ adapter: { ...adapter, hops: null } }), null);
  assert.equal(hopsText({ adapter: { ...adapter, hops: [] } }), null);
  assert.equal(
    hopsText({ adapter: { ...adapter, hops: ['supergateway/3.4.0', 'mcp-remote'] } }),
    'supergateway 3.4.0, then mcp-remote',
  );
});
