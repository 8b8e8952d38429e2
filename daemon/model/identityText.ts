/** Under which identity a call ran, in plain words, for the command line and the page. */
import type { Call } from '../protocol/record.ts';

const MODES: Readonly<Record<Call['auth_mode'], string>> = {
  none: 'no credential was handed over',
  byok: 'a credential of yours',
  managed: 'issued by the platform it runs on',
  auto: 'the server finds its own',
  unknown: 'which of several is not known',
};

type Identity = Pick<Call, 'auth_mode' | 'credential_lane' | 'provider' | 'credential' | 'sources'>;

/** `github/env:GITHUB_TOKEN#3f9a1c02: a credential of yours, for api.github.com`; null where nothing is known of it. */
export function identityText({ auth_mode, credential_lane, provider, credential, sources }: Identity): string | null {
  if (credential_lane === null && auth_mode === 'unknown') return null;
  const { backend_principal, scopes, scope_fit, expires_at, source } = credential;
  const claimed = source?.includes('unverified') ? ' (so the token says)' : '';
  const facts = [
    MODES[auth_mode],
    ...(provider === null ? [] : [`for ${provider}`]),
    ...(backend_principal === null ? [] : [`as ${backend_principal}${claimed}`]),
    ...(scopes === null || scopes.length === 0
      ? []
      : [`allows ${scopes.slice(0, 8).join(', ')}${scopes.length > 8 ? ', …' : ''}`]),
    ...(scope_fit === 'unknown' ? [] : [FITS[scope_fit]]),
    ...(expires_at === null ? [] : [`good until ${expires_at.replace(/\.000Z$/, 'Z')}${claimed}`]),
    ...(sources.credential_lane === 'inferred' ? ['inferred'] : []),
  ];
  return `${credential_lane ?? 'unknown'}: ${facts.join(', ')}`;
}

const FITS: Readonly<Record<Exclude<Call['credential']['scope_fit'], 'unknown'>, string>> = {
  fits: 'just what it needs',
  broader: 'more than it needs',
  insufficient: 'less than it needs',
};

/** `through mcp-remote 0.15.1`; null where nothing is known to stand between. */
export function hopsText({ adapter }: Pick<Call, 'adapter'>): string | null {
  if (adapter.hops === null || adapter.hops.length === 0) return null;
  return adapter.hops.map((hop) => hop.replace('/', ' ')).join(', then ');
}
