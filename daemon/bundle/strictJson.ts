/**
 * Parses JSON of a hostile file: what two readers could read differently, or one could choke on, is refused. Repeated
 * names, deep nesting, and numbers that are none in JavaScript.
 */
import { BUNDLE_LIMITS } from '../protocol/bundle.ts';
import { BundleError } from './bundleError.ts';

const QUOTE = 34;
const BACKSLASH = 92;
const COLON = 58;
/** Digits and signs of a number; what we write has some 20. */
const NUMBER_CHARS = 40;
const NUMBER = /-?\d[\d.eE+-]*/y;

/** @param where for the sentence: `calls.ndjson, line 3` */
export function parseStrict(text: string, where: string): unknown {
  const { deepest, names, hasEndless } = measure(text);
  // Before parsing: a parser that calls itself could be made to fall over.
  if (deepest > BUNDLE_LIMITS.depth) throw new BundleError('malformed', `${where} is nested too deeply`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new BundleError('malformed', `${where} is no JSON`);
  }
  // Of a name that stands in an object twice one value is left.
  if (membersIn(value) !== names) throw new BundleError('malformed', `${where} has a name twice in one object`);
  if (hasEndless) throw new BundleError('malformed', `${where} has a number that is too large`);
  return value;
}

/** What stands outside of its strings; of a text that is no JSON it says nothing but how deep it goes. */
function measure(text: string): { deepest: number; names: number; hasEndless: boolean } {
  let [depth, deepest, names] = [0, 0, 0];
  let hasEndless = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === COLON) names++;
    else if (code === 91 || code === 123) deepest = Math.max(deepest, ++depth);
    else if (code === 93 || code === 125) depth--;
    else if (code === 45 || (code >= 48 && code <= 57)) {
      NUMBER.lastIndex = at;
      const [number = ''] = NUMBER.exec(text) ?? [];
      hasEndless ||= number.length > NUMBER_CHARS || !Number.isFinite(Number(number));
      at += Math.max(0, number.length - 1);
    }
  }
  return { deepest, names, hasEndless };
}

/** Of all objects in it. */
function membersIn(value: unknown): number {
  if (value === null || typeof value !== 'object') return 0;
  const items: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  let members = Array.isArray(value) ? 0 : items.length;
  for (const item of items) members += membersIn(item);
  return members;
}

/** The offset of the closing quote, or the text's end. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text.charCodeAt(end - slashes - 1) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return end;
  }
  return text.length;
}
