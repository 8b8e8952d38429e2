import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maskEvidence } from '../../daemon/maskEvidence.ts';
import type { CallEvidence } from '../../daemon/protocol/evidence.ts';
import { CallEvidence as Schema } from '../../daemon/protocol/evidence.ts';
import { createRedactor } from '../../daemon/redact/redactor.ts';

const SECRET = ['ghp', '_', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'].join('');
const redactor = await createRedactor({ machineKey: new Uint8Array(32) });

test('every text of a peer’s is masked, and the rest stays as it is', async () => {
  const evidence: CallEvidence = {
    effects: [
      {
        kind: 'file_created',
        target: `/w/${SECRET}.txt`,
        evidence: 'verified',
        bytes: 3,
        visibility: 'durable',
        note: `see ${SECRET}`,
      },
    ],
    error: {
      error_class: 'auth_expired',
      error_code: SECRET,
      auth_cause: 'revoked',
      recoverable: true,
      recovery_action: 'reauth',
      retry_after_ms: null,
      retry_safe: false,
      failure_class: 'auth_drift',
      read_from: 'result.isError',
      rule: 'slack',
    },
    provider: SECRET,
    artifact_id: SECRET,
    receipt_id: SECRET,
    credential: { backend_principal: SECRET, scopes: ['repo', SECRET] },
    adapter: { hops: [`mcp-remote/${SECRET}`] },
    output: { refill_route: SECRET, tokens: 4 },
    input_summary: { requested_url: `https://a.example/x?token=${SECRET}`, operation_class: 'network' },
    credential_lane: 'github/env:GITHUB_TOKEN#3f9a1b2c',
    retry_safe: false,
  };
  const masked = await maskEvidence(evidence, redactor);
  assert.ok(!JSON.stringify(masked).includes(SECRET), JSON.stringify(masked));
  assert.equal(masked.credential_lane, evidence.credential_lane);
  assert.equal(masked.output?.tokens, 4);
  assert.match(masked.input_summary?.requested_url ?? '', /^https:\/\/a\.example\/x\?token=/);
  assert.equal(masked.input_summary?.operation_class, 'network');
  assert.deepEqual(masked.credential?.scopes?.[0], 'repo');
  assert.equal(masked.error?.error_class, 'auth_expired');
  assert.deepEqual(Schema.parse(masked), masked);
});

test('evidence without such texts is handed back as it is', async () => {
  const evidence: CallEvidence = { retry_safe: null, sources: {} };
  assert.equal(await maskEvidence(evidence, redactor), evidence);
});
