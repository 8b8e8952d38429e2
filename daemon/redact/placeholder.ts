/**
 * What stands in a secret's place. The same secret gives the same eight digits on one machine, whatever rule found it,
 * so that equality survives; the key never leaves the machine, so that nobody can test guesses against them.
 */
import { createHmac, type KeyObject } from 'node:crypto';

/** The first 8 hex digits of HMAC-SHA-256: the same that a connection's `environment` holds for each value. */
export function fingerprintOf(key: KeyObject, secret: string): string {
  return createHmac('sha256', key).update(secret).digest('hex').slice(0, 8);
}

/** `<secret:github-token#3f9a12cd>` */
export function placeholderOf(rule: string, fingerprint: string): string {
  return `<secret:${rule}#${fingerprint}>`;
}

/** Is this exactly one placeholder? Such a value is left alone, so that redacting twice changes nothing. */
export function isPlaceholder(text: string): boolean {
  return /^<secret:[\w-]{1,80}#[0-9a-f]{8}>$/.test(text);
}

/** The places of all placeholders in a text: nothing inside one is looked at again. */
export function placeholdersIn(text: string): readonly { start: number; end: number }[] {
  if (!text.includes('<secret:')) return [];
  return [...text.matchAll(/<secret:[\w-]{1,80}#[0-9a-f]{8}>/g)].map(({ 0: all, index }) => ({
    start: index,
    end: index + all.length,
  }));
}
