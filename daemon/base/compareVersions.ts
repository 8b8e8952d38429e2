/** Orders our own version numbers, to tell an older daemon from a newer one. */

/**
 * Negative where `a` is older than `b`, 0 where neither is. `1.2.0-dev` is older than `1.2.0`; of two with different
 * suffixes the alphabet decides. What is no version counts as the oldest.
 */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  for (let i = 0; i < 3; i++) {
    const difference = (left.numbers[i] ?? -1) - (right.numbers[i] ?? -1);
    if (difference !== 0) return difference;
  }
  if (left.suffix === right.suffix) return 0;
  if (left.suffix === '') return 1;
  if (right.suffix === '') return -1;
  return left.suffix < right.suffix ? -1 : 1;
}

function partsOf(version: string): { numbers: readonly number[]; suffix: string } {
  const match = /^(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?$/.exec(version);
  if (!match) return { numbers: [], suffix: '' };
  return { numbers: match.slice(1, 4).map(Number), suffix: match[4] ?? '' };
}
