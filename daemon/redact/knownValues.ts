/**
 * Finds the values of a connection's own credential variables and options. Of variables only keyed fingerprints are
 * known, so every word of a text that could be such a value is fingerprinted and looked up.
 */
import type { KeyObject } from 'node:crypto';
import { judgeArgv } from './argv.ts';
import { isCredentialVariable } from './credentialNames.ts';
import { type Finding, WEIGHT } from './finding.ts';
import { fingerprintOf } from './placeholder.ts';

/** Shorter values are not looked for: too many words would have to be tried. */
const WORD_CHARS = 8;
const LONGEST = 4096;
const REMEMBERED = 50_000;

/** Split at what can't stand in most secrets, then at what may: `key=value`, `user:value@host`, `a,b`, `f(value)`. */
const OUTER = /[^\s"'`<>\\]{8,}/g;
const INNER = /[^=:,;&?(){}[\]|@/#]{8,}/g;
const PLAIN_WORD = /^(?:[a-z]{1,14}|[A-Z][a-z]{1,13}|\d+)$/;

export interface KnownValues {
  scan(text: string, into: Finding[]): void;
}

/**
 * @param fingerprints variable name → first 8 hex digits of HMAC-SHA-256(key, value)
 * @param argv the server's command line: what stands after its credential options is looked for too
 * @returns null where nothing says that it holds a credential
 */
export function createKnownValues(
  fingerprints: Readonly<Record<string, string>>,
  argv: readonly string[],
  key: KeyObject,
): KnownValues | null {
  /** Fingerprint → rule. */
  const names = new Map<string, string>();
  judgeArgv(argv).forEach((verdict, index) => {
    if (verdict) names.set(fingerprintOf(key, argv[index]!.slice(verdict.from)), `argv-${verdict.rule}`);
  });
  for (const [name, fingerprint] of Object.entries(fingerprints)) {
    if (isCredentialVariable(name)) names.set(fingerprint, `env-${name.replace(/\W/g, '_').slice(0, 60)}`);
  }
  // The empty value's fingerprint would never match a word of 8 characters, but it is no secret either.
  names.delete(fingerprintOf(key, ''));
  if (names.size === 0) return null;
  const seen = new Map<string, string | null>();
  const nameOf = (word: string): string | null => {
    const known = seen.get(word);
    if (known !== undefined) return known;
    const name = names.get(fingerprintOf(key, word)) ?? null;
    if (seen.size >= REMEMBERED) seen.clear();
    if (word.length <= 128) seen.set(word, name);
    return name;
  };
  const add = (into: Finding[], word: string, start: number): boolean => {
    if (word.length < WORD_CHARS || word.length > LONGEST || PLAIN_WORD.test(word)) return false;
    const name = nameOf(word);
    if (name === null) return false;
    into.push({
      start,
      end: start + word.length,
      rule: name,
      weight: WEIGHT.known,
    });
    return true;
  };
  return {
    scan(text, into) {
      if (text.length <= LONGEST && /\s/.test(text) && add(into, text, 0)) return;
      for (const { 0: outer, index } of text.matchAll(OUTER)) {
        if (add(into, outer, index)) continue;
        if (!/[=:,;&?(){}[\]|@/#.]/.test(outer)) continue;
        for (const { 0: inner, index: at } of outer.matchAll(INNER)) {
          if (inner.length === outer.length) continue;
          if (!add(into, inner, index + at)) add(into, inner.replace(/\.+$/, ''), index + at);
        }
        const sign = outer.search(/[=:]/);
        if (sign >= 0) add(into, outer.slice(sign + 1), index + sign + 1);
        const trimmed = outer.replace(/^[([{,;:]+|[)\]},;:.!?]+$/g, '');
        if (trimmed.length !== outer.length) add(into, trimmed, index + outer.indexOf(trimmed));
      }
    },
  };
}
