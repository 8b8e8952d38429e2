/** What was masked in a bundle, by rule: the words of every list of it. */
import type { RedactionEntry } from '../protocol/bundle.ts';

export interface RedactedRule {
  readonly rule: string;
  readonly count: number;
  /** Names of the members, each once. */
  readonly members: readonly string[];
}

/** The most frequent first. */
export function redactedRules(entries: readonly RedactionEntry[]): RedactedRule[] {
  const known = new Map<string, { rule: string; count: number; members: string[] }>();
  for (const { rule, member, count } of entries) {
    const one = known.get(rule) ?? { rule, count: 0, members: [] };
    known.set(rule, one);
    one.count += count;
    if (!one.members.includes(member)) one.members.push(member);
  }
  return [...known.values()].sort((a, b) => b.count - a.count);
}
