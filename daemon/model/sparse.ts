/** Records that are alike, written as what differs from one of them: sparse text that is read back without loss. */

type Members = Readonly<Record<string, unknown>>;

/** JSON of the members of `value` that are others in the base. Members that have no JSON are left out. */
export function sparseText(baseTexts: ReadonlyMap<string, string>, value: Members): string {
  let text = '';
  for (const [name, member] of Object.entries(value)) {
    const own: string | undefined = JSON.stringify(member);
    if (own === undefined || baseTexts.get(name) === own) continue;
    text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${own}`;
  }
  return `{${text}}`;
}

/** Of the base, for `sparseText`. */
export function memberTexts(base: Members): Map<string, string> {
  return new Map(
    Object.entries(base).flatMap(([name, member]) => {
      const text: string | undefined = JSON.stringify(member);
      return text === undefined ? [] : [[name, text] as const];
    }),
  );
}

/** The whole again. */
export function wholeOf(base: Members, sparse: Members): Record<string, unknown> {
  return { ...base, ...sparse };
}
