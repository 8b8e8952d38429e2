/**
 * Masks the secrets in texts, command lines and parsed values before they reach database, feed, page or output. Puts
 * the scans together and works in bounded pieces; what counts as a secret is decided by the files it imports.
 */
import { createSecretKey, randomBytes } from 'node:crypto';
import type { Json } from '../model/json.ts';
import { judgeArgv } from '../model/judgeArgv.ts';
import { placeholderOf, placeholdersIn } from '../model/placeholder.ts';
import { FORMATS } from '../model/secretFormats.ts';
import { scanAssignments } from './assignments.ts';
import { scanEncoded } from './encoded.ts';
import { evenLineEnds, undoEscapes } from './escapes.ts';
import { type Finding, type Masked, mask, WEIGHT } from './finding.ts';
import { maskJson } from './json.ts';
import { createKnownValues, type KnownValues } from './knownValues.ts';
import { scanPayments } from './payments.ts';
import { createPresetScan } from './preset.ts';
import { scanUrls } from './urls.ts';
import { createWordFingerprints, type WordFingerprints } from './wordFingerprints.ts';

/** A text without its secrets: `count` of them were masked, by the rules named (distinct, sorted). */
export type Redacted = Masked;

export interface Redactor {
  /** One result for each text, in order. Never throws for what a text holds; long texts let other work go on between pieces. */
  redact(texts: readonly string[]): Promise<readonly Redacted[]>;
  /** The words of a command line: values of credential options and variables masked, and the rules for text applied. */
  redactArgv(argv: readonly string[]): Promise<string[]>;
  /** A parsed value: members with a credential's name masked whole, the rules for text applied to every other string. */
  redactJson(value: Json): Promise<{ value: Json; count: number; rules: readonly string[] }>;
  /** A redactor that also masks the values of this connection's credential variables and options. */
  forConnection(connection: ConnectionSecrets): Redactor;
}

/** What a connection's `open` record says of its secrets. */
export interface ConnectionSecrets {
  /** Variable name → first 8 hex digits of HMAC-SHA-256(machine key, value). */
  readonly fingerprints: Readonly<Record<string, string>>;
  /** The server's command line, raw. */
  readonly argv?: readonly string[];
  /** Where it is another than the redactor's. */
  readonly machineKey?: Uint8Array;
}

export interface RedactorOptions {
  /** Keys placeholders and fingerprints; without it placeholders compare within this redactor only. */
  readonly machineKey?: Uint8Array;
}

/** A text is scanned in pieces of this many characters, each with so many of the one before. */
const PIECE_CHARS = 256 * 1024;
const OVERLAP_CHARS = 32 * 1024;
const LAYERS = 2;
/** Nothing shorter is a secret by itself; values of members with a credential's name are, whatever their length. */
const SHORTEST_CHARS = 6;

type Scan = (text: string, into: Finding[]) => void;
type PieceScan = (text: string, into: Finding[], continued: boolean) => void;

export async function createRedactor(options: RedactorOptions = {}): Promise<Redactor> {
  const key = createSecretKey(options.machineKey ?? randomBytes(32));
  const preset = createPresetScan();
  const literals = [...new Set([...preset.keywords, ...FORMATS.flatMap(({ keywords }) => keywords)])];
  const hint = new RegExp(literals.map((literal) => literal.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')).join('|'));
  const formats: Scan = (text, into) => {
    if (!hint.test(text)) return;
    preset.scan(text, into);
    for (const { rule, keywords, pattern } of FORMATS) {
      if (!keywords.some((keyword) => text.includes(keyword))) continue;
      for (const match of text.matchAll(pattern)) {
        const secret = match.groups?.secret ?? match[0];
        const start = match.index + match[0].lastIndexOf(secret);
        into.push({ start, end: start + secret.length, rule, weight: WEIGHT.format });
      }
    }
  };
  return redactorWith(createWordFingerprints(key), formats, null);
}

function redactorWith(words: WordFingerprints, formats: Scan, known: KnownValues | null): Redactor {
  const placeholder = (rule: string, secret: string) => placeholderOf(rule, words.of(secret));
  const scanPlain = (text: string, into: Finding[], isText: boolean) => {
    formats(text, into);
    if (!isText) return;
    scanAssignments(text, into);
    scanPayments(text, into);
    scanUrls(text, into);
    known?.scan(text, into);
  };
  const scanView = (text: string, into: Finding[], continued: boolean) => {
    scanPlain(text, into, true);
    scanEncoded(text, into, scanPlain, LAYERS, continued);
  };
  const scanPiece: PieceScan = (text, into, continued) => {
    scanView(evenLineEnds(text), into, continued);
    const decoded = text.includes('\\') ? undoEscapes(text) : null;
    if (decoded === null) return;
    const inner: Finding[] = [];
    scanView(evenLineEnds(decoded.text), inner, continued);
    for (const { start, end, rule, weight, secret = decoded.text.slice(start, end) } of inner) {
      into.push({ start: decoded.offsets[start]!, end: decoded.offsets[end]!, rule, weight, secret });
    }
  };
  const maskFound = (text: string, found: readonly Finding[]): Masked =>
    found.length === 0 ? { text, count: 0, rules: [] } : mask(text, outside(found, placeholdersIn(text)), placeholder);
  const maskText = (text: string): Masked => {
    if (text.length < SHORTEST_CHARS) return { text, count: 0, rules: [] };
    const found: Finding[] = [];
    for (const _ of findInPieces(text, scanPiece, found));
    return maskFound(text, found);
  };
  const breathe = () => new Promise<void>((done) => setImmediate(done));
  return {
    async redact(texts) {
      const results: Masked[] = [];
      let chars = 0;
      for (const text of texts) {
        const found: Finding[] = [];
        for (const _ of findInPieces(text, scanPiece, found)) await breathe();
        results.push(maskFound(text, found));
        chars += text.length;
        if (chars >= PIECE_CHARS) {
          chars = 0;
          await breathe();
        }
      }
      return results;
    },
    async redactArgv(argv) {
      const judged = judgeArgv(argv);
      return argv.map((word, index) => {
        const verdict = judged[index];
        if (!verdict) return maskText(word).text;
        return word.slice(0, verdict.from) + placeholder(verdict.rule, word.slice(verdict.from));
      });
    },
    async redactJson(value) {
      let count = 0;
      const rules = new Set<string>();
      const masked = maskJson(value, {
        text(text) {
          const result = maskText(text);
          count += result.count;
          for (const rule of result.rules) rules.add(rule);
          return result.text;
        },
        whole(rule, secret) {
          count++;
          rules.add(rule);
          return placeholder(rule, secret);
        },
      });
      return { value: masked, count, rules: [...rules].sort() };
    },
    forConnection({ fingerprints, argv = [], machineKey }) {
      const own = machineKey ? wordsFor(words, machineKey) : words;
      return redactorWith(own, formats, createKnownValues(fingerprints, argv, own));
    },
  };
}

/** The same words where the key is the same. */
function wordsFor(words: WordFingerprints, machineKey: Uint8Array): WordFingerprints {
  const key = createSecretKey(machineKey);
  return key.equals(words.key) ? words : createWordFingerprints(key);
}

/** Scans a text of any length in pieces, one a step. A finding that a piece cuts off goes on to the end of its word. */
function* findInPieces(text: string, scan: PieceScan, found: Finding[]): Generator<void> {
  if (text.length <= PIECE_CHARS + OVERLAP_CHARS) {
    scan(text, found, false);
    return;
  }
  for (let from = 0; from < text.length; from += PIECE_CHARS) {
    const to = Math.min(text.length, from + PIECE_CHARS + OVERLAP_CHARS);
    const inPiece: Finding[] = [];
    scan(text.slice(from, to), inPiece, from > 0);
    for (const finding of inPiece) {
      let end = from + finding.end;
      if (end >= to) while (end < text.length && !/[\s"'`<>\\]/.test(text[end]!)) end++;
      found.push({ ...finding, start: from + finding.start, end });
    }
    if (to === text.length) return;
    yield;
  }
}

/** The findings that do not lie within one of the ranges, which are in order. */
function outside(findings: readonly Finding[], ranges: readonly { start: number; end: number }[]): readonly Finding[] {
  if (ranges.length === 0) return findings;
  let at = 0;
  return [...findings]
    .sort((a, b) => a.start - b.start)
    .filter(({ start, end }) => {
      while (at < ranges.length && ranges[at]!.end <= start) at++;
      const range = ranges[at];
      return range === undefined || start < range.start || end > range.end;
    });
}
