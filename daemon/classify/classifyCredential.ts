/**
 * Under which identity a call ran: the lane of its connection (model/credentialLane.ts), what its token claims, and whether
 * its scopes were enough. A token's claims are its own word; a credential is never part of what is returned.
 */

import { type CredentialLane, credentialLane } from '../model/credentialLane.ts';
import { isCredentialName } from '../model/credentialNames.ts';
import { hopsOf } from '../model/hops.ts';
import type { Json } from '../model/json.ts';
import { jsonMember } from '../model/jsonMember.ts';
import { jwtClaims, type TokenClaims } from '../model/jwtClaims.ts';
import type { CallEvidence } from '../protocol/evidence.ts';
import type { Source } from '../protocol/record.ts';
import type { CallFacts, ConnectionSeen } from './callFacts.ts';
import { contextTexts } from './contextTexts.ts';
import { saidScopes, scopeFit } from './scopeFit.ts';

export interface IdentityParts {
  /** Keyed, 8 hex digits at least; null where there is no key. */
  readonly fingerprint: (credential: string) => string | null;
}

/** What all calls of a connection share. What is not known is left out of what is stored: the record's default says it. */
interface Identity {
  readonly lane: CredentialLane | null;
  readonly claims: TokenClaims | null;
  readonly hops: readonly string[] | null;
}

export function createCredentialPart({ fingerprint }: IdentityParts): (facts: CallFacts) => CallEvidence {
  const known = new WeakMap<ConnectionSeen, Identity>();
  const identityOf = (connection: ConnectionSeen): Identity => {
    const found = known.get(connection);
    if (found) return found;
    const made = identity(connection);
    known.set(connection, made);
    return made;
  };
  return (facts) => {
    if (facts.event === 'notification' || facts.direction !== 'c2s') return {};
    const { lane, claims, hops } = identityOf(facts.connection);
    const own = ownCredential(facts, fingerprint);
    const adapter: CallEvidence = hops === null ? {} : { adapter: { hops: [...hops] }, sources: { hops: 'observed' } };
    const used = own ?? (lane && { lane, claims });
    return used ? { ...adapter, ...evidenceOf(facts, used.lane, used.claims, adapter.sources ?? {}) } : adapter;
  };
}

function identity({ open, server, facts, introduced }: ConnectionSeen): Identity {
  if (open === null || open.proxy_pid === 0) return { lane: null, claims: null, hops: null };
  const lane = credentialLane(open, server, facts);
  const claims = lane.place === null ? null : (open.credentials?.[lane.place]?.claims ?? null);
  const said = introduced.name === null ? null : { name: introduced.name, version: introduced.version };
  return { lane, claims, hops: hopsOf(open.argv, said, facts.known !== null && open.transport === 'stdio') };
}

/** What is kept secret of a call, and says nothing of whose it is. */
const NO_IDENTITY = /session|state|cookie|verifier|device.?code/i;

/** A credential that travels with the call itself, in its `_meta`. */
function ownCredential(
  { params, connection }: CallFacts,
  fingerprint: IdentityParts['fingerprint'],
): { lane: CredentialLane; claims: TokenClaims | null } | null {
  const meta = jsonMember(params, '_meta');
  if (typeof meta !== 'object' || meta === null || Array.isArray(meta)) return null;
  for (const [name, value] of Object.entries(meta)) {
    if (typeof value !== 'string' || value.length < 8 || NO_IDENTITY.test(name)) continue;
    if (!isCredentialName(name.slice(name.lastIndexOf('/') + 1))) continue;
    const claims = jwtClaims(value);
    // One that is made anew for every call is still the same subject's.
    const print = fingerprint(claims?.subject ? `${claims.issuer ?? ''} ${claims.subject}` : value);
    const place = `meta:${name.slice(0, 120)}`;
    return {
      lane: {
        mode: 'byok',
        lane: `${connection.server}/${place}${print === null ? '' : `#${print}`}`,
        provider: null,
        place,
        fingerprint: print,
        source: 'meta',
        trust: 'observed',
      },
      claims,
    };
  }
  return null;
}

function evidenceOf(
  facts: CallFacts,
  lane: CredentialLane,
  claims: TokenClaims | null,
  sources: Readonly<Record<string, Source>>,
): CallEvidence {
  const said = facts.outcome === 'error' ? saidScopes(failureTexts(facts)) : null;
  const held = said?.held ?? claims?.scopes ?? null;
  const fit = said?.fit ?? scopeFit(held, facts.listed?.scopes ?? null);
  const { mode, provider, place, source, trust } = lane;
  return {
    ...(mode !== 'unknown' && { auth_mode: mode }),
    ...(lane.lane !== null && { credential_lane: lane.lane }),
    ...(provider !== null && { provider }),
    ...(lane.lane !== null && place !== null && { quota_owner: `lane:${lane.lane}` }),
    credential: {
      ...(claims?.subject && { backend_principal: claims.subject }),
      ...(held !== null && { scopes: [...held] }),
      ...(fit !== 'unknown' && { scope_fit: fit }),
      ...(claims?.expires_at && { expires_at: claims.expires_at }),
      // A token's claims were read, not verified.
      ...(source !== null && { source: claims ? `${source}+jwt_unverified` : source }),
    },
    sources: {
      ...sources,
      ...(mode !== 'unknown' && { auth_mode: trust }),
      ...(lane.lane !== null && { credential_lane: trust }),
      ...(provider !== null && { provider: 'catalog' as const }),
      ...(fit !== 'unknown' && { scope_fit: 'observed' as const }),
    },
  };
}

function failureTexts({ method, result, error, exchange }: CallFacts): string[] {
  const message: Json | undefined = jsonMember(error, 'message');
  const data = jsonMember(error, 'data');
  return [
    ...(result === undefined ? [] : (contextTexts(method, result) ?? [])),
    ...(typeof message === 'string' ? [message] : []),
    ...(data === undefined ? [] : [JSON.stringify(data)]),
    ...(exchange?.headers['www-authenticate'] ? [exchange.headers['www-authenticate']] : []),
  ];
}
