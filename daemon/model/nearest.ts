/** Suggests what somebody meant: the known word nearest to a mistyped one. */

/** Edits (insert, delete, replace, swap of neighbours) that turn `a` into `b`. Words, not texts: O(a·b). */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, rows[i - 1]![j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, rows[i - 2]![j - 2]! + 1);
      row.push(best);
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}

/** The nearest of `known`, or null where nothing is near: at most a third of the word may be wrong, a prefix always is near. */
export function nearest(word: string, known: readonly string[]): string | null {
  const typed = word.toLowerCase().slice(0, 40);
  if (typed.length >= 2) {
    const begun = known.find((candidate) => candidate.startsWith(typed));
    if (begun) return begun;
  }
  let best: { candidate: string; distance: number } | null = null;
  for (const candidate of known) {
    const distance = editDistance(typed, candidate);
    if (!best || distance < best.distance) best = { candidate, distance };
  }
  if (!best) return null;
  return best.distance <= Math.max(1, Math.floor(Math.max(typed.length, best.candidate.length) / 3))
    ? best.candidate
    : null;
}
