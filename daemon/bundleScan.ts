/** How a bundle is searched for secrets once more: by the rules that it was masked with, as far as this machine knows them. */
import type { SecretScan } from './bundle/verifyBundle.ts';
import { scanningRedactor } from './exportRedactor.ts';
import { MEMBER } from './protocol/bundle.ts';
import type { RedactRule } from './protocol/settings.ts';

export function bundleScan(machineKey: Uint8Array | null, rules: readonly RedactRule[]): SecretScan {
  const redactor = scanningRedactor(machineKey, rules);
  let before = 0;
  let seen = new Map<string, number>();
  /** Rules that have found more than they had before. */
  const news = (): string[] => {
    const found = redactor.found();
    const total = found.reduce((sum, { count }) => sum + count, 0);
    if (total === before) return [];
    const now = new Map<string, number>();
    for (const { rule, count } of found) now.set(rule, (now.get(rule) ?? 0) + count);
    const rules = [...now].flatMap(([rule, count]) => (count > (seen.get(rule) ?? 0) ? [rule] : []));
    before = total;
    seen = now;
    return rules;
  };
  return {
    value(value, member) {
      // Calls are many, and alike.
      if (member === MEMBER.calls && typeof value === 'object' && value !== null) redactor.record(value, member);
      else redactor.json(value, member);
      return news();
    },
    text(text, member) {
      redactor.message(text, member, '');
      return news();
    },
  };
}
