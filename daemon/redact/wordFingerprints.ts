/**
 * Fingerprints of words, remembered: traffic repeats itself, and one HMAC costs as much as reading a hundred characters.
 * Shared by all connections of one key.
 */
import { createHmac, type KeyObject } from 'node:crypto';

/** Two generations of so many words; the older goes when the younger is full. About 5 MB at most. */
const GENERATION = 25_000;
/** Longer words are not remembered. */
const WORD_CHARS = 96;

export interface WordFingerprints {
  readonly key: KeyObject;
  /** The first 8 hex digits of HMAC-SHA-256(key, word). */
  of(word: string): string;
}

export function createWordFingerprints(key: KeyObject): WordFingerprints {
  let young = new Map<string, string>();
  let old = new Map<string, string>();
  return {
    key,
    of(word) {
      const known = young.get(word);
      if (known !== undefined) return known;
      const fingerprint = old.get(word) ?? fingerprintOf(key, word);
      if (word.length > WORD_CHARS) return fingerprint;
      if (young.size >= GENERATION) {
        old = young;
        young = new Map();
      }
      young.set(word, fingerprint);
      return fingerprint;
    },
  };
}

/**
 * The first 8 hex digits of HMAC-SHA-256: the same that a connection's `environment` holds for each value. The key never
 * leaves the machine, so that nobody can test guesses against them.
 */
function fingerprintOf(key: KeyObject, secret: string): string {
  return createHmac('sha256', key).update(secret).digest('hex').slice(0, 8);
}
