/**
 * Masks the secrets in texts, command lines and parsed values before they reach database, feed, page or output. Puts
 * the scans together and works in bounded pieces; what counts as a secret is decided by the files it imports.
 */
import { createSecretKey, randomBytes } from 'node:crypto';
import { isCredentialName } from '../model/credentialNames.ts';
import type { Json } from '../model/json.ts';
import { judgeArgv } from '../model/judgeArgv.ts';
import { placeholderOf, placeholdersIn } from '../model/placeholder.ts';
import { FORMATS } from '../model/secretFormats.ts';
import { type Finding, type Masked, mask } from './finding.ts';
import { createFormatScan } from './formats.ts';
import { maskJson } from './json.ts';
import { createKnownValues, type KnownValues } from './knownValues.ts';
import { createRecordMasking } from './recordMasking.ts';
import { createTextScan, findInPieces, outside, PIECE_CHARS, remembered, type Scan } from './scanText.ts';
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
  /** For many records that are alike: masks each as `redactJson` does. @returns its JSON */
  records(): (record: object) => string;
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

/** Nothing shorter is a secret by itself; values of members with a credential's name are, whatever their length. */
const SHORTEST_CHARS = 6;
/** Names and words that come up again and again in values, and in which nothing was found. */
const REMEMBERED_CHARS = 48;
const REMEMBERED = 1000;

export async function createRedactor(options: RedactorOptions = {}): Promise<Redactor> {
  const key = createSecretKey(options.machineKey ?? randomBytes(32));
  const formats = createFormatScan(FORMATS);
  return redactorWith(createWordFingerprints(key), formats, null);
}

function redactorWith(words: WordFingerprints, formats: Scan, known: KnownValues | null): Redactor {
  const placeholder = (rule: string, secret: string) => placeholderOf(rule, words.of(secret));
  const scanPiece = createTextScan(formats, known);
  const isCredential = remembered(isCredentialName);
  const maskFound = (text: string, found: readonly Finding[]): Masked =>
    found.length === 0 ? { text, count: 0, rules: [] } : mask(text, outside(found, placeholdersIn(text)), placeholder);
  const nothing = new Set<string>();
  const maskText = (text: string): Masked => {
    if (text.length < SHORTEST_CHARS || nothing.has(text)) return { text, count: 0, rules: [] };
    const found: Finding[] = [];
    for (const _ of findInPieces(text, scanPiece, found));
    if (found.length === 0 && text.length <= REMEMBERED_CHARS) {
      if (nothing.size >= REMEMBERED) nothing.clear();
      nothing.add(text);
    }
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
        isCredential,
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
    records() {
      const masking = { isCredential, text: (text: string) => maskText(text).text, whole: placeholder };
      const isPlain = remembered((name) => !isCredential(name) && maskText(name).count === 0);
      const mask = createRecordMasking(
        (one) => maskJson(one, masking),
        (name, item) => isPlain(name) && (typeof item !== 'string' || maskText(item).count === 0),
      );
      return (record) => mask({ ...record }, () => {}).json;
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
