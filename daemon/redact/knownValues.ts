/**
 * Finds the values of a connection's own credential variables and options. Of variables only keyed fingerprints are
 * known, so every word of a text that could be such a value is fingerprinted and looked up.
 */

import { isCredentialVariable } from '../model/credentialNames.ts';
import { judgeArgv } from '../model/judgeArgv.ts';
import { type Finding, WEIGHT } from './finding.ts';
import type { WordFingerprints } from './wordFingerprints.ts';

/** Shorter values are not looked for: too many words would have to be tried. */
const WORD_CHARS = 8;
const LONGEST = 4096;

/** Kinds of characters: one that stands in no secret that is looked for, one that may part two words, any other. */
const BREAK = 1;
const PART = 2;

function kinds(): Uint8Array {
  const table = new Uint8Array(128);
  for (const char of ' \t\r\n\f\v"\'`<>\\') table[char.charCodeAt(0)] = BREAK;
  for (const char of '=:,;&?(){}[]|@/#!') table[char.charCodeAt(0)] = PART;
  return table;
}

const KINDS = kinds();

/** Beyond the end of the text there is a break. */
function kindAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code < 128) return KINDS[code]!;
  return code === 0xa0 || code === 0x2028 || at >= text.length ? BREAK : 0;
}

function hasPart(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (kindAt(text, at) === PART) return true;
  return false;
}

/** A value with signs of its own (base64, generated passwords) looks like this; paths and code rarely do. */
const MIXED = /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)/;
const MIXED_CHARS = 16;
/** Longer words are lists and data; of a shorter one so many neighbouring parts are tried as one. */
const PARTS_LIMIT = 12;
const RUN_PARTS = 5;

const PLAIN_WORD = /^(?:[a-z]{1,14}|[A-Z][a-z]{1,13}|\d+)$/;

/** Which variables' values are secrets, and which words can be one. */
export interface ValueChoice {
  variable(name: string): boolean;
  /** @param rule `env-` and the variable's name, or `argv-` and what kind of option it stood behind */
  word(word: string, rule: string): boolean;
}

const CREDENTIALS: ValueChoice = { variable: isCredentialVariable, word: () => true };

function isList<T, R>(value: readonly T[] | R): value is readonly T[] {
  return Array.isArray(value);
}

export interface KnownValues {
  scan(text: string, into: Finding[]): void;
}

/**
 * @param fingerprints variable name → first 8 hex digits of HMAC-SHA-256(key, value)
 * @param argv the server's command line: what stands after its credential options is looked for too
 * @param counts which variables are looked for, and which words can be their values
 * @returns null where nothing says that it holds a credential
 */
export function createKnownValues(
  fingerprints: Readonly<Record<string, string>> | readonly (readonly [name: string, fingerprint: string])[],
  argv: readonly string[],
  words: WordFingerprints,
  counts: ValueChoice = CREDENTIALS,
): KnownValues | null {
  /** Fingerprint → rule. */
  const names = new Map<string, string>();
  judgeArgv(argv).forEach((verdict, index) => {
    if (verdict) names.set(words.of(argv[index]!.slice(verdict.from)), `argv-${verdict.rule}`);
  });
  const pairs: readonly (readonly [string, string])[] = isList(fingerprints)
    ? fingerprints
    : Object.entries(fingerprints);
  for (const [name, fingerprint] of pairs) {
    if (counts.variable(name)) names.set(fingerprint, `env-${name.replace(/\W/g, '_').slice(0, 60)}`);
  }
  // The empty value's fingerprint would never match a word of 8 characters, but it is no secret either.
  names.delete(words.of(''));
  if (names.size === 0) return null;
  const add = (into: Finding[], word: string, start: number): boolean => {
    if (word.length < WORD_CHARS || word.length > LONGEST || PLAIN_WORD.test(word)) return false;
    const name = names.get(words.of(word));
    if (name === undefined || !counts.word(word, name)) return false;
    into.push({
      start,
      end: start + word.length,
      rule: name,
      weight: WEIGHT.known,
    });
    return true;
  };
  /** Neighbouring parts with the signs between them: `?key=ab/CD1+ef==&x=1`, `https://jane:ab:CD1@host`. */
  const scanRuns = (
    text: string,
    parts: readonly { start: number; end: number }[],
    to: number,
    into: Finding[],
  ): void => {
    for (const [first, { start }] of parts.entries()) {
      for (const { end } of parts.slice(first + 1, first + RUN_PARTS)) {
        if (end - start < MIXED_CHARS || !MIXED.test(text.slice(start, end))) continue;
        if (add(into, text.slice(start, end), start)) continue;
        let padded = end;
        while (padded < to && text[padded] === '=') padded++;
        if (padded > end) add(into, text.slice(start, padded), start);
      }
    }
  };
  /** What stands between signs that may also belong to a secret: `key=value`, `user:value@host`, `f(value).` */
  const scanParts = (text: string, from: number, to: number, into: Finding[]): void => {
    const parts: { start: number; end: number }[] = [];
    for (let start = from; start < to; ) {
      let end = start;
      while (end < to && kindAt(text, end) !== PART) end++;
      if (end > start) parts.push({ start, end });
      if (end - start >= WORD_CHARS && !add(into, text.slice(start, end), start)) {
        const trimmed = text.slice(start, end).replace(/\.+$/, '');
        if (trimmed.length < end - start) add(into, trimmed, start);
      }
      start = end + 1;
    }
    if (parts.length <= PARTS_LIMIT) scanRuns(text, parts, to, into);
    const word = text.slice(from, to);
    const sign = word.search(/[=:]/);
    if (sign >= 0) add(into, word.slice(sign + 1), from + sign + 1);
    const trimmed = word.replace(/^[([{,;:]+|[)\]},;:.!?]+$/g, '');
    if (trimmed.length !== word.length) add(into, trimmed, from + word.indexOf(trimmed));
  };
  return {
    scan(text, into) {
      if (text.length <= LONGEST && /\s/.test(text) && add(into, text, 0)) return;
      // Every word that is long enough has one of the characters that are looked at.
      for (let at = WORD_CHARS - 1, before = -1; at < text.length; at += WORD_CHARS) {
        if (kindAt(text, at) === BREAK) continue;
        let start = at;
        while (start - 1 > before && kindAt(text, start - 1) !== BREAK) start--;
        let end = at + 1;
        while (kindAt(text, end) !== BREAK) end++;
        if (end - start >= WORD_CHARS && !add(into, text.slice(start, end), start)) {
          if (text[end - 1] === '.' || hasPart(text, start, end)) scanParts(text, start, end, into);
        }
        before = end;
        at = end;
      }
    },
  };
}
