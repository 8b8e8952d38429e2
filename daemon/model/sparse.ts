/** Records that are alike, written as what differs from one of them: sparse text that is read back without loss. */

type Members = Readonly<Record<string, unknown>>;

/** What others are compared with. */
export interface SparseBase {
  readonly value: Members;
  readonly json: string;
  /** JSON by member. */
  readonly texts: ReadonlyMap<string, string>;
}

export function sparseBase(value: Members): SparseBase {
  const texts = new Map<string, string>();
  for (const [name, member] of Object.entries(value)) {
    const text: string | undefined = JSON.stringify(member);
    if (text !== undefined) texts.set(name, text);
  }
  return { value, json: JSON.stringify(value), texts };
}

/** JSON of the members of `value` that are others in the base. Members that have no JSON are left out. */
export function sparseText(base: SparseBase, value: Members): string {
  let text = '';
  for (const name of Object.keys(value)) {
    const member = value[name];
    // Much is the very same value, which costs less to see than its JSON to make.
    if (member === base.value[name] && base.texts.has(name)) continue;
    const own: string | undefined = JSON.stringify(member);
    if (own === undefined || base.texts.get(name) === own) continue;
    text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${own}`;
  }
  return `{${text}}`;
}

/** The whole again. */
export function wholeOf(base: Members, sparse: Members): Record<string, unknown> {
  return { ...base, ...sparse };
}
