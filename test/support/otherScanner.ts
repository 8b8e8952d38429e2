/**
 * A secret scanner by somebody else, with rules of its own (none of them those that this product masks by): Sensitive
 * Canary, whose rules are its package's own file, without the hooks around it.
 */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

interface Rules {
  readonly RULES: readonly { readonly id: string; readonly category: string }[];
  scan(text: string, categories: ReadonlySet<string>): { readonly ruleId: string; readonly secretValue: string }[];
}

const file = createRequire(import.meta.url).resolve('@coo-quack/sensitive-canary/dist/lib/rules.js');
const rules: Rules = await import(pathToFileURL(file).href);
const SECRETS: ReadonlySet<string> = new Set(['secret']);
/** It gives a text a bounded time; a larger one is cut, with so much of each piece in the next. */
const PIECE_CHARS = 256 * 1024;
const OVERLAP_CHARS = 4096;
/** What records of this product say beside a member's name that it takes for a secret's: the tokenizer. */
const OWN_WORDS: ReadonlySet<string> = new Set(['o200k_base']);
const PLACEHOLDER = /^[a-z+]+:\/\/[^:@/]*:<secret:[\w-]+#[0-9a-f]{8}>@/;

export const RULE_COUNT = rules.RULES.filter(({ category }) => category === 'secret').length;

export function otherScanner(text: string): { rule: string; match: string }[] {
  const found: { rule: string; match: string }[] = [];
  for (let at = 0; at < text.length; at += PIECE_CHARS)
    // It takes no placeholder for a secret, but for one in a URL.
    for (const { ruleId, secretValue } of rules.scan(text.slice(at, at + PIECE_CHARS + OVERLAP_CHARS), SECRETS))
      if (!PLACEHOLDER.test(secretValue) && !OWN_WORDS.has(secretValue))
        found.push({ rule: ruleId, match: secretValue });
  return found;
}
