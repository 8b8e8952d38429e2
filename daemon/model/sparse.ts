/** Records that are alike, written as what differs from one of them: sparse text that is read back without loss. */

type Members = Readonly<Record<string, unknown>>;

/** The members of `value` that are others in `base`. @param baseTexts JSON of each member of `base` */
export function sparseOf(baseTexts: ReadonlyMap<string, string>, value: Members): Record<string, unknown> {
  const rest: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value))
    if (baseTexts.get(name) !== JSON.stringify(member)) rest[name] = member;
  return rest;
}

/** For `sparseOf`; members that have no JSON are left out. */
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
