/**
 * Headers as they may be recorded: every name, and of a credential a keyed fingerprint instead of its value. Computed
 * once for each value, because a connection sends the same few over and over.
 */
import { isCredentialHeader } from './httpTarget.ts';
import { lateCrypto } from './lateBuiltins.ts';

const KNOWN_LIMIT = 200;

/** @param key null where there is none: then only names are told */
export function createHeaderFacts(
  key: Uint8Array | null,
): (headers: Readonly<Record<string, string>>) => Record<string, string | null> {
  const known = new Map<string, string>();
  return (headers) => {
    const facts: Record<string, string | null> = {};
    for (const [name, value] of Object.entries(headers)) {
      const lower = name.toLowerCase();
      facts[lower] = key && isCredentialHeader(lower) ? remembered(known, key, value) : null;
    }
    return facts;
  };
}

function remembered(known: Map<string, string>, key: Uint8Array, value: string): string {
  const found = known.get(value);
  if (found !== undefined) return found;
  if (known.size >= KNOWN_LIMIT) known.clear();
  const made = credentialFingerprint(key, value);
  known.set(value, made);
  return made;
}

/** First 8 hex digits of HMAC-SHA-256(key, credential), where the credential is what stands behind `Bearer` and the like. */
export function credentialFingerprint(key: Uint8Array, value: string): string {
  const credential = /^[A-Za-z][\w-]{2,20} +(\S.*)$/.exec(value)?.[1] ?? value;
  return lateCrypto().createHmac('sha256', key).update(credential).digest('hex').slice(0, 8);
}
