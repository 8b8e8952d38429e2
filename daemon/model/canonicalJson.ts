/** A value in one spelling, whatever order its members came in: what digests of parsed JSON are taken of. */

/** Keys in the order of code units, no spaces; what JSON cannot say is left out. Nesting beyond 200 is cut off. */
export function canonicalJson(value: unknown, depth = 0): string {
  if (value === null || typeof value !== 'object' || depth > 200) {
    return typeof value === 'object' ? 'null' : (JSON.stringify(value) ?? 'null');
  }
  if (Array.isArray(value)) return `[${value.map((one) => canonicalJson(one, depth + 1)).join(',')}]`;
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member, depth + 1)}`);
  return `{${members.join(',')}}`;
}
