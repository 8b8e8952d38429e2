/**
 * What the record says of credentials that a server is handed beside its variables' names: a keyed fingerprint of those
 * on its command line, in its address and in its headers, and what tokens claim of themselves. Never a credential.
 */
import { bareCredential } from '../model/bareCredential.ts';
import { argvCredentials, type HandedCredential, urlCredentials } from '../model/handedCredentials.ts';
import { jwtClaims } from '../model/jwtClaims.ts';
import type { OpenRecord } from '../protocol/journal.ts';
import { createKeyedPrint } from './keyedPrint.ts';

export type CredentialFacts = NonNullable<OpenRecord['credentials']>;

/** Of a server that is started. @param key null where there is none: then no fingerprint is taken */
export function credentialFacts(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  key: Uint8Array | null,
): CredentialFacts {
  return factsOf([...argvCredentials(argv), ...tokensIn('env', env)], key);
}

/** Of a server that is reached by URL. */
export function urlCredentialFacts(
  url: URL,
  headers: Readonly<Record<string, string>>,
  key: Uint8Array | null,
): CredentialFacts {
  return factsOf([...urlCredentials(url), ...tokensIn('header', headers)], key);
}

function factsOf(found: readonly HandedCredential[], key: Uint8Array | null): CredentialFacts {
  const facts: CredentialFacts = {};
  const print = key && found.length > 0 ? createKeyedPrint(key) : null;
  for (const { place, value } of found) {
    if (value === null || Object.hasOwn(facts, place)) continue;
    facts[place] = { fingerprint: print === null ? null : print(bareCredential(value)), claims: claimsOf(value) };
  }
  return facts;
}

function tokensIn(kind: 'env' | 'header', table: Readonly<Record<string, string | undefined>>): HandedCredential[] {
  const found: HandedCredential[] = [];
  for (const [name, value] of Object.entries(table))
    if (value?.includes('eyJ') && jwtClaims(value)) found.push({ place: `${kind}:${name}`, value });
  return found;
}

function claimsOf(value: string): CredentialFacts[string]['claims'] {
  const claims = jwtClaims(value);
  return claims && { ...claims, scopes: claims.scopes && [...claims.scopes] };
}
