/**
 * What an answer says, laid out for rules: its texts in lower case, the error codes and HTTP statuses that stand in it,
 * each with the place that it was read from. Decides what is looked at and how much; what it means is for the rules.
 */
import type { Json } from '../model/json.ts';
import { jsonMember } from '../model/jsonMember.ts';
import { LOOKED_AT_CHARS } from './callFacts.ts';

export interface SaidText {
  /** `error.message`, `result.content`, `result.structuredContent`, `stderr`. */
  readonly read_from: string;
  readonly lower: string;
}

export interface SaidCode {
  /** As the server spelled it. */
  readonly code: string;
  readonly read_from: string;
  /** It stood where a body has its code; else it was found in a text. */
  readonly inBody: boolean;
}

export interface Said {
  readonly texts: SaidText[];
  /** By the code in lower case. */
  readonly codes: Map<string, SaidCode>;
  readonly statuses: Map<number, string>;
  /** Of JSON-RPC, as the error's own or as an SDK spells it into a text. */
  readonly rpc: Map<number, string>;
}

const MAX_NODES = 300;
const MAX_DEPTH = 6;
const MAX_CODES = 400;
const MAX_SENTENCES = 20;
const CODE_CHARS = 100;

/** Members whose value is the name or the number of an error. */
const CODE_NAMES = new Set([
  'error',
  'code',
  'type',
  'status',
  'reason',
  'errorcode',
  'errortype',
  'error_code',
  'error_type',
  'statuscode',
  'status_code',
  'category',
  '__type',
  'err',
  'errcode',
  'name',
  'subcode',
  'error_subcode',
]);
/** Members whose value is the error in a sentence. */
const SENTENCE_NAMES = new Set([
  'error',
  'message',
  'detail',
  'error_description',
  'description',
  'error_message',
  'errormessage',
  'reason',
  'title',
]);
/** Members that go on telling of the error. */
const ERROR_NAMES = new Set([
  'error',
  'errors',
  'details',
  'detail',
  'extensions',
  'innererror',
  'inner_error',
  'root_cause',
  'caused_by',
  'data',
  'cause',
  'body',
  'response',
]);
const STATUS_NAMES = new Set(['status', 'statuscode', 'status_code', 'code', 'error_code', 'http_status']);

export function nothingSaid(): Said {
  return { texts: [], codes: new Map(), statuses: new Map(), rpc: new Map() };
}

/** Adds a text, with the codes that are spelled in it, and where a JSON document stands in it what that says. */
export function addText(said: Said, text: string, read_from: string): void {
  const bounded = text.slice(0, LOOKED_AT_CHARS);
  const plain = withoutAddresses(bounded);
  said.texts.push({ read_from, lower: plain.toLowerCase() });
  const body = bodyIn(bounded);
  if (body !== undefined) addBody(said, body, read_from);
  addSpelledCodes(said, plain, read_from);
}

/** Adds an error body: the codes and statuses of the members that tell of an error. */
export function addBody(said: Said, body: Json, read_from: string): void {
  let nodes = 0;
  const cloudflare = jsonMember(body, 'success') === false;
  const visit = (value: Json, depth: number): void => {
    if (typeof value !== 'object' || value === null || depth > MAX_DEPTH || nodes++ > MAX_NODES) return;
    if (Array.isArray(value)) {
      for (const item of value.slice(0, 20)) {
        if (typeof item === 'string') addCode(said, item, read_from, true);
        else visit(item, depth + 1);
      }
      return;
    }
    for (const [name, item] of Object.entries(value)) {
      const lower = name.toLowerCase();
      if (CODE_NAMES.has(lower)) {
        if (typeof item === 'string') addCode(said, item, read_from, true);
        else if (typeof item === 'number') addNumber(said, item, lower, cloudflare, read_from);
      }
      if (typeof item === 'string' && SENTENCE_NAMES.has(lower) && /\s/.test(item)) addSentence(said, item, read_from);
      if (ERROR_NAMES.has(lower)) visit(item, depth + 1);
    }
  };
  visit(body, 0);
}

function addSentence(said: Said, text: string, read_from: string): void {
  if (said.texts.length < MAX_SENTENCES) said.texts.push({ read_from, lower: text.slice(0, 2000).toLowerCase() });
}

/** Codes are words: a sentence is none. AWS writes `com.amazon.coral#Name`, types of problems are addresses. */
function addCode(said: Said, text: string, read_from: string, inBody: boolean): void {
  if (text.length > CODE_CHARS * 2) return;
  const name = text.slice(text.lastIndexOf('#') + 1);
  const code = name.slice(name.lastIndexOf('/') + 1);
  if (code === '' || code.length > CODE_CHARS || /\s/.test(code)) return;
  if (/^[1-5]\d\d$/.test(code)) addStatus(said, Number(code), read_from);
  keepCode(said, code.toLowerCase(), { code, read_from, inBody });
}

/** @param key what rules know it by */
function keepCode(said: Said, key: string, code: SaidCode): void {
  if (said.codes.size < MAX_CODES && !said.codes.has(key)) said.codes.set(key, code);
}

function addNumber(said: Said, value: number, name: string, cloudflare: boolean, read_from: string): void {
  if (value >= 100 && value < 600 && STATUS_NAMES.has(name)) addStatus(said, value, read_from);
  else if (value <= -1 && value >= -33000) said.rpc.set(value, read_from);
  else if (Number.isInteger(value) && value >= 600)
    keepCode(said, `${cloudflare ? 'cloudflare:' : ''}n${value}`, { code: String(value), read_from, inBody: true });
}

export function addStatus(said: Said, status: number, read_from: string): void {
  if (status >= 300 && !said.statuses.has(status)) said.statuses.set(status, read_from);
}

/** Codes that programs print into sentences, and how each is spelled there. */
const SPELLED: readonly { readonly pattern: RegExp; readonly key?: string }[] = [
  { pattern: /<Code>([\w.]{2,80})<\/Code>/g },
  { pattern: /\ban error occurred \(([\w.]{2,80})\)/gi },
  { pattern: /\berror from server \(([A-Za-z]{3,40})\)/gi },
  { pattern: /\bcode = ([A-Za-z]{3,30}) desc\b/g },
  { pattern: /\bsqlstate[ :=[]{1,3}([0-9A-Z]{5})\b/gi, key: 'sqlstate:' },
  { pattern: /\b(?:ERROR|FATAL|PANIC): {1,4}([0-9][0-9A-Z]{4}):/g, key: 'sqlstate:' },
  { pattern: /\bnpm (?:err!|error) code (E[A-Z0-9]{2,20})/gi },
  { pattern: /'(?:error|code)': '([\w.-]{2,60})'/g },
];
/** Linux' numbers, as Python and Rust print them. */
const ERRNO: Readonly<Record<string, string>> = {
  1: 'EPERM',
  2: 'ENOENT',
  5: 'EIO',
  11: 'EAGAIN',
  12: 'ENOMEM',
  13: 'EACCES',
  16: 'EBUSY',
  17: 'EEXIST',
  18: 'EXDEV',
  20: 'ENOTDIR',
  21: 'EISDIR',
  22: 'EINVAL',
  24: 'EMFILE',
  28: 'ENOSPC',
  30: 'EROFS',
  32: 'EPIPE',
  36: 'ENAMETOOLONG',
  39: 'ENOTEMPTY',
  104: 'ECONNRESET',
  110: 'ETIMEDOUT',
  111: 'ECONNREFUSED',
  113: 'EHOSTUNREACH',
};
const ERRNO_NUMBER = /(?:\[errno |\bos error )(\d{1,3})[\])]/gi;
const STATUS_IN_TEXT =
  /\b(?:http(?:\/\d(?:\.\d)?)?(?: error| status)?|status(?: ?code)?|error code|client error|server error|failed with|returned)\b[^\w\n]{0,6}(?:status |code |http ){0,2}[:=]? ?([1-5]\d\d)\b|(?:^|[:(\n] ?)([45]\d\d)(?=[):]| [A-Z]|$)/gi;
const RPC_IN_TEXT = /\bmcp error (-\d{1,5})\b/gi;
const WORD = /\b[A-Za-z][A-Za-z0-9_]{3,60}\b/g;

function addSpelledCodes(said: Said, text: string, read_from: string): void {
  for (const { pattern, key = '' } of SPELLED)
    for (const match of some(text, pattern)) {
      const code = match[1]!;
      keepCode(said, `${key}${code.toLowerCase()}`, { code, read_from, inBody: false });
    }
  for (const match of some(text, ERRNO_NUMBER)) {
    const name = ERRNO[match[1]!];
    if (name) addCode(said, name, read_from, false);
  }
  for (const match of some(text, STATUS_IN_TEXT)) addStatus(said, Number(match[1] ?? match[2]), read_from);
  for (const match of some(text, RPC_IN_TEXT)) said.rpc.set(Number(match[1]), read_from);
  let words = 0;
  for (const [word] of text.matchAll(WORD)) {
    if (words++ > MAX_CODES) break;
    if (looksLikeCode(word)) addCode(said, word, read_from, false);
  }
}

/** Words of a sentence are no codes: those are `in_pieces`, `CamelCase`, `UPPER` or hold a digit. */
function looksLikeCode(word: string): boolean {
  return /_|\d|[a-z][A-Z]/.test(word) || word === word.toUpperCase();
}

function* some(text: string, pattern: RegExp): Generator<RegExpMatchArray> {
  let left = 20;
  for (const match of text.matchAll(pattern)) {
    if (left-- === 0) return;
    yield match;
  }
}

/** Addresses name things such as `/rate-limits` or `/401` that nobody said. */
function withoutAddresses(text: string): string {
  return text.includes('://') ? text.replace(/\bhttps?:\/\/[^\s'"<>)\]},]{0,2000}[^\s'"<>)\]},.;:]/g, 'URL') : text;
}

/** The JSON document that a text is, or that stands in it; undefined where there is none. */
function bodyIn(text: string): Json | undefined {
  const start = text.search(/[[{]/);
  if (start < 0) return undefined;
  const end = Math.max(text.lastIndexOf('}'), text.lastIndexOf(']'));
  if (end <= start) return undefined;
  const whole = parsed(text.slice(start, end + 1));
  if (whole !== undefined || start === 0) return whole;
  const object = text.indexOf('{');
  return object > start ? parsed(text.slice(object, text.lastIndexOf('}') + 1)) : undefined;
}

function parsed(text: string): Json | undefined {
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
