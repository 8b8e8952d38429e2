/**
 * A config file as a tree that remembers where everything stands, the same for JSON with comments and for TOML. It knows
 * nothing of servers. Offsets are UTF-16 units from the start of the text, ends exclusive.
 */

export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface ConfigMember {
  readonly key: string;
  readonly keySpan: Span;
  readonly value: ConfigNode;
  /** From the first character of the key, with what dots put before it, to the last one of the value. */
  readonly span: Span;
  /** `lines`: one member a line, without commas, as in a TOML table. `commas`: as in JSON. */
  readonly layout: 'lines' | 'commas';
}

export interface ObjectNode extends Span {
  readonly kind: 'object';
  readonly members: readonly ConfigMember[];
}

export interface ArrayNode extends Span {
  readonly kind: 'array';
  readonly items: readonly ConfigNode[];
}

export interface StringNode extends Span {
  readonly kind: 'string';
  readonly value: string;
}

export interface OtherNode extends Span {
  readonly kind: 'other';
  readonly value: number | boolean | null;
}

export type ConfigNode = ObjectNode | ArrayNode | StringNode | OtherNode;

export type ConfigFormat = 'json' | 'toml';

export type ParsedConfig =
  | { readonly kind: 'parsed'; readonly root: ConfigNode; readonly format: ConfigFormat }
  | { readonly kind: 'broken'; readonly reason: string };

export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

/** The member of that name; where a name stands twice the last counts, as every parser has it. */
export function memberOf(node: ConfigNode | undefined, key: string): ConfigMember | undefined {
  return node?.kind === 'object' ? node.members.findLast((member) => member.key === key) : undefined;
}

/** Does any name stand twice in this object? What its agent makes of that is not known. */
export function hasRepeats({ members }: ObjectNode): boolean {
  return new Set(members.map(({ key }) => key)).size < members.length;
}

/** The value without its places. */
export function plainOf(node: ConfigNode): Plain {
  if (node.kind === 'array') return node.items.map(plainOf);
  if (node.kind !== 'object') return node.value;
  // Own properties even for names such as __proto__.
  return Object.fromEntries(node.members.map(({ key, value }) => [key, plainOf(value)]));
}

/** The strings of an array; null where it is none or holds anything else. */
export function stringsOf(node: ConfigNode | undefined): readonly StringNode[] | null {
  if (node?.kind !== 'array') return null;
  const strings = node.items.filter((item) => item.kind === 'string');
  return strings.length === node.items.length ? strings : null;
}
