/**
 * How a masked secret is written, and how it is known again. The same secret gives the same eight digits on one machine,
 * whatever rule found it, so that equality survives; who takes the digits is no matter here.
 */

/** `<secret:github-token#3f9a12cd>` */
export function placeholderOf(rule: string, fingerprint: string): string {
  return `<secret:${rule}#${fingerprint}>`;
}

/** `<secret:github-token>`: the same on every machine, in what is named by its content. */
export function plainPlaceholder(rule: string): string {
  return `<secret:${rule}>`;
}

/** `<user#3f9a12cd>`: who or where, in bundles. */
export function namePlaceholder(kind: 'user' | 'host' | 'email', fingerprint: string): string {
  return `<${kind}#${fingerprint}>`;
}

const PLACEHOLDER = '<(?:secret:(?:[\\w-]{1,80}#[0-9a-f]{8}|[a-z][a-z-]{0,39})|(?:user|host|email)#[0-9a-f]{8})>';
const WHOLE = new RegExp(`^${PLACEHOLDER}$`);
const ALL = new RegExp(PLACEHOLDER, 'g');

/** Is this exactly one placeholder? Such a value is left alone, so that redacting twice changes nothing. */
export function isPlaceholder(text: string): boolean {
  return WHOLE.test(text);
}

/** The places of all placeholders in a text: nothing inside one is looked at again. */
export function placeholdersIn(text: string): readonly { start: number; end: number }[] {
  if (!text.includes('<')) return [];
  return [...text.matchAll(ALL)].map(({ 0: all, index }) => ({
    start: index,
    end: index + all.length,
  }));
}
