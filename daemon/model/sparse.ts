/** Records that are alike, written as what differs from one of them: sparse text that is read back without loss. */

type Members = Readonly<Record<string, unknown>>;

/** What others are compared with. */
export interface SparseBase {
  readonly json: string;
  /** Those that have JSON, in their order. */
  readonly members: readonly BaseMember[];
  readonly byName: ReadonlyMap<string, BaseMember>;
}

interface BaseMember {
  readonly name: string;
  readonly value: unknown;
  readonly json: string;
}

export function sparseBase(value: Members): SparseBase {
  const members: BaseMember[] = [];
  for (const [name, member] of Object.entries(value)) {
    const json: string | undefined = JSON.stringify(member);
    if (json !== undefined) members.push({ name, value: member, json });
  }
  return { json: JSON.stringify(value), members, byName: new Map(members.map((one) => [one.name, one])) };
}

/** JSON of the members of `value` that are others in the base. Members that have no JSON are left out. */
export function sparseText(base: SparseBase, value: Members): string {
  let text = '';
  let at = 0;
  const values = Object.values(value);
  for (const [index, name] of Object.keys(value).entries()) {
    const member = values[index];
    // Records that are alike have their members in the same order.
    const beside = base.members[at];
    const same = beside?.name === name ? beside : base.byName.get(name);
    if (same === beside) at++;
    // Much is the very same value, which costs less to see than its JSON to make.
    if (same !== undefined && same.value === member) continue;
    const own: string | undefined = JSON.stringify(member);
    if (own === undefined || same?.json === own) continue;
    text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${own}`;
  }
  return `{${text}}`;
}

/** The whole again. */
export function wholeOf(base: Members, sparse: Members): Record<string, unknown> {
  return { ...base, ...sparse };
}
