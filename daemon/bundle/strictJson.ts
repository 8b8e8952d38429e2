/**
 * Parses JSON of a hostile file: what two readers could read differently, or one could choke on, is refused. Repeated
 * names, deep nesting, and numbers that are none in JavaScript.
 */
import { BUNDLE_LIMITS } from '../protocol/bundle.ts';
import { BundleError } from './bundleError.ts';

const QUOTE = 34;
const BACKSLASH = 92;
/** Digits and signs of a number; what we write has some 20. */
const NUMBER_CHARS = 40;

/** @param where for the sentence: `calls.ndjson, line 3` */
export function parseStrict(text: string, where: string): unknown {
  let value: unknown;
  checkNesting(text, where);
  try {
    value = JSON.parse(text);
  } catch {
    throw new BundleError('malformed', `${where} is no JSON`);
  }
  checkNames(text, where);
  return value;
}

/** Before parsing: a parser that calls itself could be made to fall over. */
function checkNesting(text: string, where: string): void {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === 91 || code === 123) {
      if (++depth > BUNDLE_LIMITS.depth) throw new BundleError('malformed', `${where} is nested too deeply`);
    } else if (code === 93 || code === 125) depth--;
  }
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

const NUMBER = /-?\d[\d.eE+-]*/y;

/** Of JSON that parses. A name that stands in an object already, and numbers without bounds. */
function checkNames(text: string, where: string): void {
  const open: (Set<string> | null)[] = [];
  let wantsName = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      const end = endOfString(text, at);
      const names = open.at(-1);
      if (wantsName && names) {
        const raw = text.slice(at, end + 1);
        const name = raw.includes('\\') ? String(JSON.parse(raw)) : raw.slice(1, -1);
        if (names.has(name)) throw new BundleError('malformed', `${where} has a name twice in one object`);
        names.add(name);
        wantsName = false;
      }
      at = end;
    } else if (code === 123) {
      open.push(new Set());
      wantsName = true;
    } else if (code === 91) {
      open.push(null);
      wantsName = false;
    } else if (code === 125 || code === 93) {
      open.pop();
      wantsName = false;
    } else if (code === 44) wantsName = open.at(-1) != null;
    else if (code === 45 || (code >= 48 && code <= 57)) {
      NUMBER.lastIndex = at;
      const [number = ''] = NUMBER.exec(text) ?? [];
      if (number.length > NUMBER_CHARS || !Number.isFinite(Number(number))) {
        throw new BundleError('malformed', `${where} has a number that is too large`);
      }
      at += Math.max(0, number.length - 1);
    }
  }
}
