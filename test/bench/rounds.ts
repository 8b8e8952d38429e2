/**
 * How figures are compared: subjects take turns within each round, each round gives one ratio a subject, and what counts
 * is the median of those ratios with their range. Slow drifts of the machine hit both sides of a ratio alike.
 */

/** The middle of some numbers; the mean of the two middle ones for an even count. NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** The smallest value that at least `share` of all values do not exceed (nearest rank). NaN for none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export function spreadOf(values: readonly number[]): Spread {
  return { median: median(values), low: Math.min(...values), high: Math.max(...values) };
}

/** Round by round, `of` divided by (or less) `to`. Both hold one figure a round, in the same order. */
export function paired(of: readonly number[], to: readonly number[], how: 'ratio' | 'difference'): Spread {
  if (of.length !== to.length || of.length === 0) throw new Error('figures of different rounds cannot be paired');
  return spreadOf(of.map((value, round) => (how === 'ratio' ? value / to[round]! : value - to[round]!)));
}

/**
 * Runs every subject once a round, beginning with another one each time.
 * @returns for each subject its figures, one a round
 */
export async function interleave<Name extends string, Figure>(
  names: readonly Name[],
  rounds: number,
  measure: (name: Name, round: number) => Promise<Figure>,
): Promise<Map<Name, Figure[]>> {
  const figures = new Map<Name, Figure[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(turn + round) % names.length]!;
      figures.get(name)!.push(await measure(name, round));
    }
  }
  return figures;
}
