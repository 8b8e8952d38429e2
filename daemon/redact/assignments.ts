/**
 * Finds values beside a credential's name: JSON members (escaped any number of times), `NAME=value`, header lines,
 * options, name/value pairs and XML elements. Which names and which values count is decided elsewhere.
 */
import { isCredentialName, isPasswordName, NAME_HINT, ruleFor } from '../model/credentialNames.ts';
import { type Finding, WEIGHT } from './finding.ts';
import { canBeSecret, type Place } from './secretValue.ts';

/** So much of a quoted value is looked at, in characters; a longer one is masked to the end of its word. */
const VALUE_CHARS = 16_384;
const LONG_CHARS = 2048;
const NAME_CHARS = 80;

/** The rest of a name, its closing quote, the sign between, the opening quote of the value. */
const SIGN =
  /(?<escape>\\{0,64})(?<quote>["'`]?)\]?[ \t]{0,8}(?<sign>:=|=>|==?(?!=)|:)[ \t]{0,8}(?<escape2>\\{0,64})(?<open>["'`]?)/y;
const PAIR =
  /\\*["'][ \t\r\n]{0,40},[ \t\r\n]{0,40}\\*["']value\\*["'][ \t]{0,4}:[ \t]{0,4}(?<escape2>\\{0,64})(?<open>["'])/y;
const ITEM = /\\*["'][ \t\r\n]{0,40},[ \t\r\n]{0,40}(?<escape2>\\{0,64})(?<open>["'])/y;
const ELEMENT = />(?<value>[^<>\s]{4,400})<\//y;
const OPTION = /[ \t]{1,4}\\*["']?(?<value>[^\s"'`\\,;|&<>-][^\s"'`\\,;|&<>]{3,4096})/y;
const BARE = /[^\s"'`\\;,&|<>(){}[\]]{1,2048}/y;
const LINE = /[^\r\n"'`\\]{1,4096}/y;
const HEADER =
  /^(?:(?:proxy-)?authorization|(?:set-)?cookie2?|x-[\w-]*(?:key|token|auth|secret|payment)[\w-]*|mcp-session-id|payment-signature|api-key|private-token|[\w-]*-(?:token|secret|api-key))$/i;
const COOKIE = /^[\w!#$%&*+.^|~-]{1,100}=/;
const SCHEME = /^(?:Bearer|Basic|Token|ApiKey|Api-Key|Negotiate|AWS4-HMAC-SHA256|GenericMAC|DPoP|OAuth|Digest)[ \t]+/i;

/** The offset after the value that a quote opens, with `depth` backslashes before each of its quotes. */
function endOfQuoted(text: string, start: number, quote: string, depth: number): number {
  const limit = Math.min(text.length, start + VALUE_CHARS);
  for (let at = text.indexOf(quote, start); at >= 0 && at < limit; at = text.indexOf(quote, at + 1)) {
    let slashes = 0;
    while (at - slashes > start && text[at - slashes - 1] === '\\') slashes++;
    if (depth === 0 ? slashes % 2 === 0 : slashes <= depth) return at - (depth === 0 ? 0 : slashes);
  }
  // Cut off, or not closed: up to the end of the line.
  const line = text.slice(start, limit).search(/[\r\n]/);
  return line < 0 ? limit : start + line;
}

function isNameChar(code: number): boolean {
  return (
    (code >= 48 && code <= 57) ||
    (code >= 65 && code <= 90) ||
    (code >= 97 && code <= 122) ||
    code === 95 ||
    code === 45 ||
    code === 46
  );
}

/** A name, and where it stands. */
export interface Sight {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** The whole name around a hint. */
function nameAround(text: string, from: number, to: number): Sight {
  let start = from;
  let end = to;
  while (start > 0 && from - start < NAME_CHARS && isNameChar(text.charCodeAt(start - 1))) start--;
  while (end < text.length && end - to < NAME_CHARS && isNameChar(text.charCodeAt(end))) end++;
  // `\n` and `\t` of an escaped text belong to no name.
  if (start > 0 && text[start - 1] === '\\' && /[nrt]/.test(text[start]!)) start++;
  return { name: text.slice(start, end), start, end };
}

/** @param isCredential by its name; one that remembers what it judged saves much: texts repeat their names */
export function scanAssignments(text: string, into: Finding[], isCredential = isCredentialName): void {
  NAME_HINT.lastIndex = 0;
  for (let hint = NAME_HINT.exec(text); hint; hint = NAME_HINT.exec(text)) {
    const sight = nameAround(text, hint.index, NAME_HINT.lastIndex);
    NAME_HINT.lastIndex = Math.max(NAME_HINT.lastIndex, sight.end);
    if (!mayBeAssigned(text, sight) || !isCredential(sight.name)) continue;
    const value = valueAfter(text, sight);
    if (!value) continue;
    if (value.end - value.start >= LONG_CHARS) {
      while (value.end < text.length && !/[\s"'`\\]/.test(text[value.end]!)) value.end++;
    }
    NAME_HINT.lastIndex = Math.max(NAME_HINT.lastIndex, value.end);
    into.push({ ...value, rule: ruleFor(sight.name), weight: WEIGHT.context });
  }
}

/** Every sign that a value can stand behind begins with one of these. */
const SIGN_STARTS = '\\"\'`]:=>';

/** Is there any sign behind this name? Costs less than to judge the name, and most names stand in prose. */
export function mayBeAssigned(text: string, { name, end }: Sight): boolean {
  let at = end;
  while (text[at] === ' ' || text[at] === '\t') at++;
  if (at > end) return name.startsWith('--') || text[at] === ':' || text[at] === '=';
  return at < text.length && SIGN_STARTS.includes(text[at]!);
}

/** What stands beside a name, where it can be a secret. */
export function valueAfter(text: string, sight: Sight): { start: number; end: number } | null {
  const groups = stick(SIGN, text, sight.end);
  if (groups) return assigned(text, sight, groups.match, groups.end);
  const pair = stick(PAIR, text, sight.end);
  if (pair) return quoted(text, sight, pair.match, pair.end, 'data');
  // A list's next item: a value in `["x-api-key", "…"]`, another name in a list of names.
  const item = HEADER.test(sight.name) ? stick(ITEM, text, sight.end) : null;
  if (item) return quoted(text, sight, item.match, item.end, 'text');
  const direct =
    stick(ELEMENT, text, sight.end) ?? (sight.name.startsWith('--') ? stick(OPTION, text, sight.end) : null);
  if (!direct) return null;
  const value = direct.match.value ?? '';
  const end = direct.end - (text[direct.end - 1] === '/' && text[direct.end - 2] === '<' ? 2 : 0);
  return judge(value, end - value.length, 'text', sight);
}

function stick(
  pattern: RegExp,
  text: string,
  at: number,
): { match: Record<string, string | undefined>; end: number } | null {
  pattern.lastIndex = at;
  const match = pattern.exec(text);
  return match?.groups ? { match: match.groups, end: pattern.lastIndex } : null;
}

function assigned(
  text: string,
  sight: Sight,
  match: Record<string, string | undefined>,
  at: number,
): { start: number; end: number } | null {
  const isQuotedName = match.quote !== '';
  const isWholeName = isQuotedName && text[sight.start - 1] === match.quote;
  if (match.open) return quoted(text, sight, match, at, isWholeName ? 'data' : 'code');
  const from = at - (match.escape2?.length ?? 0);
  if (!isQuotedName && match.sign === ':' && HEADER.test(sight.name)) return line(text, from, sight);
  const bare = take(BARE, text, from);
  const next = text[from + bare.length] ?? '';
  if (bare === '' || next === '(' || next === '[' || next === '{' || next === '<') return null;
  const isDirect = text[sight.end] === '=' && from === sight.end + 1;
  if (isDirect && /^[A-Z][A-Z\d_.-]*$/.test(sight.name)) return judge(bare, from, 'env', sight);
  // `token: string;` and `token = next,` are code, `token: abc123` and `Password=abc123;` are not.
  const isLine = next === '' || next === '\n' || next === '\r' || next === '\\' || next === '"' || next === "'";
  if (!isDirect && !isLine) return /\d/.test(bare) && bare.length >= 16 ? judge(bare, from, 'text', sight) : null;
  return judge(bare, from, 'text', sight);
}

function take(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}

function quoted(
  text: string,
  sight: Sight,
  match: Record<string, string | undefined>,
  at: number,
  place: Place,
): { start: number; end: number } | null {
  const end = endOfQuoted(text, at, match.open ?? '"', match.escape2?.length ?? 0);
  return judge(text.slice(at, end), at, place, sight);
}

/** A header's value: all of a cookie's line, else one word after the scheme. Code and prose are left alone. */
function line(text: string, from: number, sight: Sight): { start: number; end: number } | null {
  const value = take(LINE, text, from).trimEnd();
  if (/^(?:set-)?cookie/i.test(sight.name)) return COOKIE.test(value) ? judge(value, from, 'data', sight) : null;
  const scheme = SCHEME.exec(value)?.[0] ?? '';
  if (/^(?:Digest|AWS4|OAuth)/i.test(scheme)) return judge(value, from, 'data', sight);
  const word = /^[^\s(){}[\];,]{4,}/.exec(value.slice(scheme.length))?.[0] ?? '';
  const next = value[scheme.length + word.length] ?? ' ';
  if (word === '' || !/[\s;,]/.test(next)) return null;
  return judge(scheme + word, from, scheme === '' ? 'text' : 'data', sight);
}

/** Keeps an authorization scheme readable; what follows it is the secret. */
function judge(value: string, start: number, place: Place, sight: Sight): { start: number; end: number } | null {
  const scheme = SCHEME.exec(value)?.[0].length ?? 0;
  const secret = value.slice(scheme);
  if (!canBeSecret(secret, place, isPasswordName(sight.name))) return null;
  return { start: start + scheme, end: start + value.length };
}
