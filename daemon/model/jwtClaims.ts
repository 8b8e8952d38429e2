/**
 * What a JSON Web Token says of itself: who gave it, for whom, for what, until when. Its signature is not checked, so
 * this is what is claimed. The token itself is not part of what is returned.
 */

export interface TokenClaims {
  readonly issuer: string | null;
  readonly subject: string | null;
  /** Null where it names none. */
  readonly scopes: readonly string[] | null;
  /** ISO 8601; null where it names none. */
  readonly expires_at: string | null;
}

const TOKEN_CHARS = 16 * 1024;
const CLAIM_CHARS = 200;
const SCOPES = 100;
const TOKEN = /^(?:[A-Za-z][\w-]{2,20} +)?eyJ[\w-]+\.(eyJ[\w-]+)\.[\w-]*$/;

/** @param value a credential, with or without `Bearer` before it; null for what is no token of this kind */
export function jwtClaims(value: string): TokenClaims | null {
  if (value.length > TOKEN_CHARS || !value.includes('eyJ')) return null;
  const body = TOKEN.exec(value)?.[1];
  const claims = body === undefined ? null : parsed(body);
  if (claims === null) return null;
  return {
    issuer: word(claims.get('iss')),
    subject: word(claims.get('sub')) ?? word(claims.get('client_id')),
    scopes: scopesOf(claims.get('scope') ?? claims.get('scp') ?? claims.get('scopes') ?? claims.get('permissions')),
    expires_at: timeOf(claims.get('exp')),
  };
}

function parsed(body: string): ReadonlyMap<string, unknown> | null {
  try {
    const bytes = Uint8Array.from(atob(body.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === 'object' && value !== null ? new Map(Object.entries(value)) : null;
  } catch {
    return null;
  }
}

function word(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value.slice(0, CLAIM_CHARS) : null;
}

/** RFC 8693 and RFC 9068 have a text with spaces between, others a list. */
function scopesOf(value: unknown): readonly string[] | null {
  const list: readonly unknown[] | null =
    typeof value === 'string' ? value.split(/[\s,]+/) : Array.isArray(value) ? value : null;
  return list === null
    ? null
    : list
        .filter((one) => typeof one === 'string' && one !== '')
        .slice(0, SCOPES)
        .map((one) => String(one).slice(0, CLAIM_CHARS));
}

function timeOf(value: unknown): string | null {
  if (typeof value !== 'number' || !(value > 0 && value < 1e11)) return null;
  return new Date(value * 1000).toISOString();
}
