import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jwtClaims } from '../../../daemon/model/jwtClaims.ts';

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const token = (claims: unknown) => `${part({ alg: 'RS256' })}.${part(claims)}.c2lnbmF0dXJl`;

test('what a token claims', () => {
  assert.deepEqual(
    jwtClaims(
      `Bearer ${token({ iss: 'https://id.example', sub: 'adé', scope: 'repo  read:org', exp: 1_790_000_000 })}`,
    ),
    {
      issuer: 'https://id.example',
      subject: 'adé',
      scopes: ['repo', 'read:org'],
      expires_at: '2026-09-21T14:13:20.000Z',
    },
  );
  assert.deepEqual(jwtClaims(token({ scp: ['a', 7, ''], client_id: 'app' })), {
    issuer: null,
    subject: 'app',
    scopes: ['a'],
    expires_at: null,
  });
  assert.deepEqual(jwtClaims(token({ permissions: ['read:x'], exp: 'soon' })), {
    issuer: null,
    subject: null,
    scopes: ['read:x'],
    expires_at: null,
  });
});

test('what is no token', () => {
  for (const value of [
    '',
    'ghp_x',
    'eyJhbGciOiJub25lIn0.eyJub3QganNvbg.x',
    `${token({})} and more`,
    `eyJ${'a'.repeat(20_000)}`,
    token('a text'),
    token(null),
  ])
    assert.equal(jwtClaims(value), null, value.slice(0, 60));
});
