/** A secret's place in a text, and how many of them become one masked text. Where they stand is decided elsewhere. */

/** How much a finding's own name says: the more specific one names an overlap. */
export const WEIGHT = { context: 1, known: 2, format: 3 } as const;

export interface Finding {
  /** UTF-16 offsets, end exclusive. */
  readonly start: number;
  readonly end: number;
  /** What kind of secret, as it stands in the placeholder: letters, digits, `_` and `-`. */
  readonly rule: string;
  readonly weight: number;
  /** The secret itself where the text carries it encoded; else the text between start and end. */
  readonly secret?: string;
}

export interface Masked {
  readonly text: string;
  readonly count: number;
  /** Distinct rule names, sorted. */
  readonly rules: readonly string[];
}

/** Joins findings that overlap. The result is sorted, without overlaps, and covers everything that any finding covers. */
export function mergeFindings(findings: readonly Finding[]): Finding[] {
  const sorted = [...findings].sort((a, b) => a.start - b.start || b.end - a.end);
  const merged: Finding[] = [];
  for (const finding of sorted) {
    const last = merged.at(-1);
    if (!last || finding.start >= last.end) {
      merged.push(finding);
      continue;
    }
    const better = finding.weight > last.weight ? finding : last;
    const whole = { start: last.start, end: Math.max(last.end, finding.end), rule: better.rule, weight: better.weight };
    merged[merged.length - 1] = better.secret === undefined ? whole : { ...whole, secret: better.secret };
  }
  return merged;
}

/**
 * Puts a placeholder in the place of each finding.
 * @param placeholder makes one from the rule's name and the secret
 */
export function mask(
  text: string,
  findings: readonly Finding[],
  placeholder: (rule: string, secret: string) => string,
): Masked {
  if (findings.length === 0) return { text, count: 0, rules: [] };
  let masked = '';
  let at = 0;
  const merged = mergeFindings(findings);
  for (const { start, end, rule, secret } of merged) {
    masked += text.slice(at, start) + placeholder(rule, secret ?? text.slice(start, end));
    at = end;
  }
  const rules = [...new Set(merged.map(({ rule }) => rule))].sort();
  return { text: masked + text.slice(at), count: merged.length, rules };
}
