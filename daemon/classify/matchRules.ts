/** Finds the first rule that fits what was said. Rules are indexed by codes and numbers once; texts are tried in order. */
import type { ErrorRule } from './errorRule.ts';
import type { Said } from './errorSaid.ts';

export interface Matched {
  readonly rule: ErrorRule;
  readonly read_from: string;
  /** The code as the server spelled it; null where the rule was found by words. */
  readonly code: string | null;
}

export interface RuleMatcher {
  /** Null where no rule fits. */
  match(said: Said): Matched | null;
}

export function createRuleMatcher(rules: readonly ErrorRule[]): RuleMatcher {
  const byCode = indexed(rules, (rule) => rule.codes ?? []);
  const byStatus = indexed(rules, (rule) => rule.statuses ?? []);
  const byRpc = indexed(rules, (rule) => rule.rpc ?? []);
  const withText = rules.flatMap((rule, at) =>
    rule.text ? [{ rule, at, text: rule.text, keys: rule.keys ?? [] }] : [],
  );
  return {
    match(said) {
      let best = rules.length;
      let found: { read_from: string; code: string | null } | null = null;
      const better = (at: number | undefined, read_from: string, code: string | null) => {
        if (at === undefined || at >= best) return;
        best = at;
        found = { read_from, code };
      };
      for (const [code, as] of said.codes) better(byCode.get(code), as.read_from, as.code);
      for (const [status, read_from] of said.statuses) better(byStatus.get(status), read_from, String(status));
      for (const [code, read_from] of said.rpc) better(byRpc.get(code), read_from, String(code));
      for (const { at, text, keys } of withText) {
        if (at >= best) break;
        const hit = said.texts.find(({ lower }) => keys.some((key) => lower.includes(key)) && text.test(lower));
        if (hit) better(at, hit.read_from, null);
      }
      const rule = rules[best];
      const { read_from, code } = found ?? { read_from: '', code: null };
      return rule ? { rule, read_from, code } : null;
    },
  };
}

/** By each of a rule's words, the place of the first rule that has it. */
function indexed<K>(rules: readonly ErrorRule[], words: (rule: ErrorRule) => readonly K[]): ReadonlyMap<K, number> {
  const index = new Map<K, number>();
  for (const [at, rule] of rules.entries()) for (const word of words(rule)) if (!index.has(word)) index.set(word, at);
  return index;
}
