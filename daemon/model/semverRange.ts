/** Whether a version lies in a range, for the ranges that people write into an entry. What it cannot read fits nothing. */

type Parts = readonly [number, number, number];

/** `^1.2`, `~1.2.3`, `1.x`, `>=1.0.0`, `1.2.3`, `*`; alternatives with `||`. A pre-release fits only itself. */
export function fitsRange(version: string, range: string): boolean {
  if (version === range.replace(/^[=v]+/, '')) return true;
  const parts = partsOf(version);
  if (parts === null) return false;
  return range.split('||').some((one) =>
    one
      .trim()
      .split(/\s+/)
      .every((piece) => fitsPiece(parts, piece)),
  );
}

function fitsPiece(version: Parts, piece: string): boolean {
  if (/^[*x]?$/i.test(piece)) return true;
  const [, sign, digits] = /^(\^|~|>=|<=|>|<|=|v)?(\d+(?:\.(?:\d+|x|\*)){0,2})$/i.exec(piece) ?? [];
  if (digits === undefined) return false;
  const given = digits
    .split('.')
    .filter((part) => /^\d+$/.test(part))
    .map(Number);
  const from: Parts = [given[0] ?? 0, given[1] ?? 0, given[2] ?? 0];
  const order = compare(version, from);
  if (sign === '>=') return order >= 0;
  if (sign === '>') return order > 0;
  if (sign === '<') return order < 0;
  if (sign === '<=') return order <= 0;
  // How many of the first parts must stay: up to the first that is not 0 for `^`, two for `~`, those given else.
  const first = from.findIndex((part) => part > 0);
  const keep =
    sign === '^' ? (first < 0 ? given.length : first + 1) : sign === '~' ? Math.min(2, given.length) : given.length;
  return order >= 0 && from.slice(0, keep).every((part, at) => part === version[at]);
}

/** Negative where `a` is older. */
function compare(a: Parts, b: Parts): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

function partsOf(version: string): Parts | null {
  const match = /^(\d+)\.(\d+)\.(\d+)(?:\+.*)?$/.exec(version);
  return match ? [Number(match[1]), Number(match[2]), Number(match[3])] : null;
}
