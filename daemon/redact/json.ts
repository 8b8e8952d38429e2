/**
 * Walks a parsed value: a credential's member is masked whole, every other string by the rules for text. Which strings
 * are secrets in themselves is decided by the scan that is handed in.
 */
import { isCredentialName, isPasswordName, ruleFor } from '../model/credentialNames.ts';
import type { Json } from '../model/json.ts';
import { PAYMENT, SIGNED } from './payments.ts';
import { canBeSecret } from './secretValue.ts';

/** Nesting beyond this depth is cut off with a word, so that no input can exhaust the stack. */
const DEPTH = 200;
const SCHEME = /^(?:Bearer|Basic|Token|ApiKey|Negotiate|DPoP|OAuth|Digest)\s+/i;

export interface JsonMasking {
  text(value: string): string;
  whole(rule: string, value: string): string;
  /** Called with each member's name (`[]` for items) before its value, and with null after it. */
  at?(step: string | null): void;
  /** A member's name, where that is judged once for all of that name. */
  name?(name: string): { readonly masked: string; readonly isCredential: boolean };
  /** Where names are judged by one that remembers them. */
  isCredential?(name: string): boolean;
}

/** What nothing was masked in is handed back as it is, not copied. */
export function maskJson(value: Json, masking: JsonMasking, depth = 0): Json {
  if (typeof value === 'string') return masking.text(value);
  if (value === null || typeof value !== 'object') return value;
  if (depth >= DEPTH) return '<nested too deeply>';
  if (isList(value)) {
    masking.at?.('[]');
    const items = value.map((item) => maskJson(item, masking, depth + 1));
    masking.at?.(null);
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  const isCredential = masking.isCredential ?? isCredentialName;
  const named = namedValue(value, isCredential);
  const names = Object.keys(value);
  /** From the first member on that is another; the ones before it are as they were. */
  let masked: [string, Json][] | null = null;
  for (const [index, name] of names.entries()) {
    const item = value[name]!;
    const known = masking.name?.(name) ?? { masked: masking.text(name), isCredential: isCredential(name) };
    const credential = name === 'value' && named !== null ? named : known.isCredential ? name : null;
    masking.at?.(name);
    const after =
      name === PAYMENT
        ? maskPayment(item, masking, depth + 1)
        : credential === null
          ? maskJson(item, masking, depth + 1)
          : maskMember(credential, item, masking, depth);
    masking.at?.(null);
    const key = name === PAYMENT ? name : known.masked;
    if (masked === null && (after !== item || key !== name))
      masked = names.slice(0, index).map((before) => [before, value[before]!]);
    masked?.push([key, after]);
  }
  return masked === null ? value : Object.fromEntries(masked);
}

function maskPayment(value: Json, masking: JsonMasking, depth: number): Json {
  if (value === null || typeof value !== 'object' || depth >= DEPTH) return maskJson(value, masking, depth);
  if (isList(value)) return value.map((item) => maskPayment(item, masking, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      masking.text(name),
      typeof item === 'string' && SIGNED.test(name) && !item.startsWith('<secret:')
        ? masking.whole('payment', item)
        : maskPayment(item, masking, depth + 1),
    ]),
  );
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** `{ "name": "API_KEY", "value": "…" }`: the credential's name, or null. */
function namedValue(value: { readonly [name: string]: Json }, isCredential: (name: string) => boolean): string | null {
  // Only the member `value` asks.
  if (value.value === undefined) return null;
  const name = value.name ?? value.key;
  return typeof name === 'string' && isCredential(name) ? name : null;
}

function maskMember(name: string, value: Json, masking: JsonMasking, depth: number): Json {
  if (typeof value === 'string') {
    const scheme = SCHEME.exec(value)?.[0] ?? '';
    const secret = value.slice(scheme.length);
    return canBeSecret(secret, 'data', isPasswordName(name))
      ? scheme + masking.whole(ruleFor(name), secret)
      : masking.text(value);
  }
  if (typeof value === 'number' && isPasswordName(name)) return masking.whole('password', String(value));
  if (value !== null && typeof value === 'object' && isList(value))
    return value.map((item) => maskMember(name, item, masking, depth + 1));
  return maskJson(value, masking, depth + 1);
}
