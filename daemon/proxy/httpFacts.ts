/**
 * Headers as they may be recorded: every name, and of a credential a keyed fingerprint instead of its value. A
 * connection sends the same few over and over: they are told once, and again when they are others.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { bareCredential } from '../model/bareCredential.ts';
import { isCredentialHeader } from './httpTarget.ts';
import { lateCrypto } from './lateBuiltins.ts';

export interface HeaderFacts {
  /** Of one set of headers. */
  of(headers: Readonly<Record<string, string>>): Record<string, string | null>;
  /** Null where the last request that was told had the same. */
  ofRequest(headers: Readonly<Record<string, string>>): Record<string, string | null> | null;
  /** Null where the last answer that was told had the same. @param names as they came */
  ofAnswer(names: readonly string[], headers: IncomingHttpHeaders): Record<string, string | null> | null;
}

/** Header values of an answer that are credentials by themselves. */
const SECRET_ANSWERS = ['mcp-session-id', 'set-cookie'] as const;
const MAX_NAMES = 100;

/** @param key null where there is none: then only names are told */
export function createHeaderFacts(key: Uint8Array | null): HeaderFacts {
  let lastRequest: Readonly<Record<string, string>> | null = null;
  let lastAnswer = '';
  const of: HeaderFacts['of'] = (headers) => {
    const facts: Record<string, string | null> = {};
    for (const [name, value] of Object.entries(headers)) {
      const lower = name.toLowerCase();
      facts[lower] = key && isCredentialHeader(lower) ? credentialFingerprint(key, value) : null;
    }
    return facts;
  };
  return {
    of,
    ofRequest(headers) {
      if (lastRequest !== null && (lastRequest === headers || sameHeaders(lastRequest, headers))) return null;
      lastRequest = headers;
      return of(headers);
    },
    ofAnswer(names, headers) {
      const secrets = SECRET_ANSWERS.map((name) => headers[name] ?? '').join('\n');
      const answer = `${names.join('\n')}\n\n${secrets}`;
      if (answer === lastAnswer) return null;
      lastAnswer = answer;
      const facts: Record<string, string | null> = {};
      for (const name of names.slice(0, MAX_NAMES)) facts[name.toLowerCase().slice(0, 100)] = null;
      for (const name of SECRET_ANSWERS) {
        const value = headers[name];
        if (value !== undefined && key) facts[name] = credentialFingerprint(key, String(value));
      }
      return facts;
    },
  };
}

/** Same names with the same values, where the names are all that is told of most: a method's name may differ. */
function sameHeaders(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => name in b && (a[name] === b[name] || !isCredentialHeader(name)))
  );
}

/** First 8 hex digits of HMAC-SHA-256(key, credential), where the credential is what stands behind `Bearer` and the like. */
export function credentialFingerprint(key: Uint8Array, value: string): string {
  return lateCrypto().createHmac('sha256', key).update(bareCredential(value)).digest('hex').slice(0, 8);
}
