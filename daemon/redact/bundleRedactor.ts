/**
 * Masks what may not leave the machine: everything that the feed's redactor masks, by more rules, in more spellings,
 * and who and where. Counts what it found by rule and place, without the values. What it made is left alone by it.
 */
import { createSecretKey, randomBytes } from 'node:crypto';
import { isCredentialName, isCredentialVariable } from '../model/credentialNames.ts';
import { EXPORT_FORMATS } from '../model/exportFormats.ts';
import { isJson, type Json } from '../model/json.ts';
import { namePlaceholder, placeholderOf, placeholdersIn } from '../model/placeholder.ts';
import { FORMATS } from '../model/secretFormats.ts';
import { isVolatile } from '../model/volatileVariables.ts';
import { type Finding, mask, mergeFindings } from './finding.ts';
import { createFormatScan, scanPattern } from './formats.ts';
import { createIdentityScan, type Identity } from './identity.ts';
import { type JsonMasking, maskJson } from './json.ts';
import { createKnownValues } from './knownValues.ts';
import { createRecordMasking, type Tell } from './recordMasking.ts';
import { createTextScan, findInPieces, outside, remembered } from './scanText.ts';
import { STRICT_VIEWS } from './views.ts';
import { createWordFingerprints } from './wordFingerprints.ts';

/** What was found: so often, by this rule, at this place of this member. */
export interface FoundSecret {
  readonly rule: string;
  readonly member: string;
  readonly where: string;
  readonly count: number;
  readonly placeholder: 'secret' | 'home' | 'user' | 'host' | 'email';
}

export interface BundleRedactorOptions {
  /** Keys placeholders and fingerprints; without it placeholders compare within one bundle only. */
  readonly machineKey?: Uint8Array;
  readonly identity: Identity;
  /** The user's own. */
  readonly rules: readonly { readonly name: string; readonly pattern: RegExp }[];
  /** Variable names with the fingerprints of their values, taken with the machine key: from every environment that was seen. */
  readonly environment: readonly (readonly [name: string, fingerprint: string])[];
  /** Command lines of servers: what stands after their credential options is looked for everywhere. */
  readonly commands: readonly (readonly string[])[];
}

export interface BundleRedactor {
  /** A value without its secrets, its members in their order: of the same form, with other words in it. */
  json<T>(value: T, member: string, where?: string): T;
  /** The same for one of many records that are alike, and its JSON: members that are equal in both are the same values. */
  record<T extends object>(value: T, member: string): { readonly value: T; readonly json: string };
  text(text: string, member: string, where: string): string;
  /** A message's text: as a text, and by the names in it where it is JSON. */
  message(text: string, member: string, where: string): string;
  /** So far, most first. */
  found(): FoundSecret[];
}

/** Strings up to so many characters are remembered with what became of them: records repeat themselves. */
const MEMO_CHARS = 400;
const MEMO_SIZE = 8000;
const LAYERS = 3;

/** What became of a text, and by which rules, one for each place. */
interface MaskedText {
  readonly text: string;
  readonly each: readonly string[];
}

const SHORTEST_CHARS = 3;

/** Made by Callgrove, of digits that nobody chose: not worth a look. */
const OWN =
  /^(?:(?:con|cap|fresh|frz)_[0-9a-z]{26}|(?:call|cp)_[0-9a-z]{26}_\d+(?:\.\d+)?(?:-\d+)?|(?:hv|ws)_[0-9a-f]{24}|sha256:[0-9a-f]{64}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)$/;

/** Words that are some variable's value and no secret: paths, locales, versions, and plain words. */
const PLAIN_VALUE =
  /^(?:[./~]|[A-Za-z]:\\|https?:\/\/[^@]*$|[a-z]{2}_[A-Z]{2}\.|\d+(?:\.\d+)+$|[A-Za-z]+(?:[-_. /+](?:[A-Za-z]{1,14}|\d{1,4}))*$|\d+$)/;

/** Variables whose values are paths by their names. Each that is looked for takes one word in four thousand million for its own. */
const PLACE = /(?:^|_)(?:PATHS?|DIRS?|DIRECTORY|FILE|FOLDERS?|HOME|ROOTS?)$/;

export function createBundleRedactor(options: BundleRedactorOptions): BundleRedactor {
  const words = createWordFingerprints(createSecretKey(options.machineKey ?? randomBytes(32)));
  const formats = createFormatScan([...FORMATS, ...EXPORT_FORMATS]);
  const identity = createIdentityScan(options.identity);
  // Every variable counts but those that are known to be harmless or hold a place; of one that is no credential's by its
  // name, the value has to look like more than a word.
  const known = createKnownValues(
    options.environment,
    options.commands.flatMap((argv) => [...argv, '']),
    words,
    {
      variable: (name) => isCredentialVariable(name) || !(isVolatile(name) || PLACE.test(name)),
      word: (word, rule) => isCredentialVariable(rule.slice(4)) || !rule.startsWith('env-') || !PLAIN_VALUE.test(word),
    },
  );
  const scanPiece = createTextScan(
    (text, into) => {
      formats(text, into);
      for (const { name, pattern } of options.rules) scanPattern(`user-${name}`, pattern, text, into);
    },
    known,
    { scan: identity, views: STRICT_VIEWS, layers: LAYERS },
  );

  const placeholder = (rule: string, secret: string): string => {
    if (rule === 'home') return '~';
    if (rule === 'user' || rule === 'host' || rule === 'email') return namePlaceholder(rule, words.of(secret));
    return placeholderOf(rule, words.of(secret));
  };
  const isCredential = remembered(isCredentialName);
  const memo = new Map<string, MaskedText | null>();
  const look = (text: string): MaskedText | null => {
    const found: Finding[] = [];
    for (const _ of findInPieces(text, scanPiece, found));
    if (found.length === 0) return null;
    const kept = outside(found, placeholdersIn(text));
    if (kept.length === 0) return null;
    return { text: mask(text, kept, placeholder).text, each: mergeFindings(kept).map(({ rule }) => rule) };
  };
  /** Null where it may stay as it is. */
  const maskText = (text: string): MaskedText | null => {
    if (text.length < SHORTEST_CHARS) return null;
    if (text.length > MEMO_CHARS) return look(text);
    const remembered = memo.get(text);
    if (remembered !== undefined) return remembered;
    if (OWN.test(text)) return null;
    const masked = look(text);
    if (memo.size >= MEMO_SIZE) memo.clear();
    memo.set(text, masked);
    return masked;
  };

  const counts = new Map<string, { rule: string; member: string; where: string; count: number }>();
  const note = (rule: string, member: string, where: string): void => {
    const key = `${rule}\n${member}\n${where}`;
    const entry = counts.get(key);
    if (entry) entry.count++;
    else counts.set(key, { rule, member, where, count: 1 });
  };
  const text = (one: string, member: string, where: string): string => {
    const masked = maskText(one);
    if (masked === null) return one;
    for (const rule of masked.each) note(rule, member, where);
    return masked.text;
  };
  const names = new Map<string, { readonly masked: string; readonly isCredential: boolean }>();
  /** Records repeat their members' names. What is masked in one is counted each time. */
  const nameOf = (name: string, mask: (name: string) => string) => {
    const known = names.get(name);
    if (known) return known;
    const judged = { masked: mask(name), isCredential: isCredential(name) };
    if (judged.masked === name && names.size < MEMO_SIZE) names.set(name, judged);
    return judged;
  };
  const walk = (value: Json, where: string, tell: Tell): Json => {
    const steps: string[] = where === '' ? [] : [where];
    const shown = (step: string) =>
      step === '[]' || /^[A-Za-z_$][\w$-]{0,40}$/.test(step) ? (maskText(step)?.text ?? step) : '*';
    const place = () => steps.map(shown).join('.').replaceAll('.[]', '[]');
    const masking: JsonMasking = {
      text: (one) => {
        const masked = maskText(one);
        if (masked === null) return one;
        for (const rule of masked.each) tell(rule, place());
        return masked.text;
      },
      whole(rule, secret) {
        tell(rule, place());
        return placeholder(rule, secret);
      },
      at(step) {
        if (step === null) steps.pop();
        else steps.push(step);
      },
      name: (one) => nameOf(one, masking.text),
      isCredential,
    };
    return maskJson(value, masking);
  };
  function json<T>(value: T, member: string, where?: string): T;
  function json(value: unknown, member: string, where = ''): unknown {
    return isJson(value) ? walk(value, where, (rule, place) => note(rule, member, place)) : null;
  }
  const maskRecord = createRecordMasking(
    (one, tell) => walk(one, '', tell),
    (name, item) => {
      const judged = nameOf(name, (one) => maskText(one)?.text ?? one);
      if (judged.isCredential || judged.masked !== name) return false;
      return typeof item !== 'string' || maskText(item) === null;
    },
  );
  function record<T extends object>(value: T, member: string): { value: T; json: string };
  function record(value: { readonly [name: string]: Json }, member: string): { value: Json; json: string } {
    return maskRecord(value, (rule, place) => note(rule, member, place));
  }

  return {
    json,
    record,
    text,
    message(one, member, where) {
      const masked = text(one, member, where);
      const value = parsed(masked);
      if (value === undefined || typeof value !== 'object' || value === null) return masked;
      let changed = false;
      const named = maskJson(value, {
        isCredential,
        // Escaped quotes and backslashes part words that are one.
        text: (inner) => {
          if (!/["\\]/.test(inner)) return inner;
          const found = text(inner, member, where);
          changed ||= found !== inner;
          return found;
        },
        whole(rule, secret) {
          changed = true;
          note(rule, member, where);
          return placeholder(rule, secret);
        },
      });
      return changed ? JSON.stringify(named) : masked;
    },
    found: () => [...counts.values()].map((entry) => ({ ...entry, placeholder: kindOf(entry.rule) })).sort(mostFirst),
  };
}

/** The findings of two redactors that looked at different places. */
export function foundTogether(one: readonly FoundSecret[], other: readonly FoundSecret[]): FoundSecret[] {
  return [...one, ...other].sort(mostFirst);
}

function mostFirst(a: FoundSecret, b: FoundSecret): number {
  return b.count - a.count || (a.rule < b.rule ? -1 : 1);
}

function kindOf(rule: string): FoundSecret['placeholder'] {
  return rule === 'home' || rule === 'user' || rule === 'host' || rule === 'email' ? rule : 'secret';
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
