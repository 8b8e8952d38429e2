/**
 * How a tool changed between two lists of its server, in sentences: "argument `path` became required". Reads the text that
 * is kept of a tool (listedTool.ts); what cannot be told in a sentence is told as changed.
 */

/** In the order in which the text has them. */
const MEMBERS = ['name', 'title', 'description', 'inputSchema', 'outputSchema', 'annotations'] as const;
type Member = (typeof MEMBERS)[number];
const SENTENCES = 30;
const DEPTH = 8;
const SHOWN_CHARS = 60;

type Schema = { readonly [name: string]: unknown };

/** Empty where nothing changed. At most 30. */
export function toolChanges(before: string, after: string): string[] {
  const [a, b] = [membersOf(before), membersOf(after)];
  const said: string[] = [];
  for (const member of ['title', 'description'] as const) {
    if (a[member] === b[member]) continue;
    said.push(
      a[member] === undefined
        ? `has a ${member} now`
        : b[member] === undefined
          ? `lost its ${member}`
          : `its ${member} changed`,
    );
  }
  said.push(...schemaChanges('argument', a.inputSchema, b.inputSchema));
  said.push(...schemaChanges('output', a.outputSchema, b.outputSchema));
  said.push(...annotationChanges(parsed(a.annotations), parsed(b.annotations)));
  return said.slice(0, SENTENCES);
}

/** From the end: a description may hold any text, the members behind it are JSON. */
function membersOf(text: string): Partial<Record<Member, string>> {
  const found: Partial<Record<Member, string>> = {};
  let rest = text;
  for (const member of [...MEMBERS].reverse()) {
    const lead = member === 'name' ? 'name: ' : `\n${member}: `;
    const isJson = member === 'inputSchema' || member === 'outputSchema' || member === 'annotations';
    const at = member === 'name' ? 0 : isJson ? rest.lastIndexOf(lead) : rest.indexOf(lead);
    if (at < 0 || !rest.startsWith(lead, at)) continue;
    const value = rest.slice(at + lead.length);
    if (isJson && parsed(value) === undefined) continue;
    found[member] = value;
    rest = rest.slice(0, at);
  }
  return found;
}

function parsed(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

function schemaOf(value: unknown): Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function schemaChanges(noun: string, before: string | undefined, after: string | undefined): string[] {
  if (before === after) return [];
  if (before === undefined)
    return [noun === 'output' ? 'says what it answers now' : 'says which arguments it takes now'];
  if (after === undefined)
    return [noun === 'output' ? 'no longer says what it answers' : 'no longer says which arguments it takes'];
  const said: string[] = [];
  compare(noun, '', schemaOf(parsed(before)), schemaOf(parsed(after)), said, 0);
  return said.length > 0 ? said : [`its ${noun === 'output' ? 'output' : 'input'} schema is written differently`];
}

/** Words of a schema that are told by the sentences about its members. */
const STRUCTURE = new Set(['properties', 'required', 'items', 'description', 'title', 'enum', '$schema', 'examples']);

function compare(noun: string, path: string, a: Schema, b: Schema, said: string[], depth: number): void {
  if (said.length >= SENTENCES || depth > DEPTH) return;
  const name = path === '' ? null : `${noun} \`${path}\``;
  const about = (what: string) => said.push(name === null ? what : `${name}: ${what}`);
  if (name !== null && a.description !== b.description) about('its description changed');
  enumChanges(a.enum, b.enum, about);
  for (const word of new Set([...Object.keys(a), ...Object.keys(b)])) {
    if (STRUCTURE.has(word)) continue;
    const [x, y] = [JSON.stringify(a[word]), JSON.stringify(b[word])];
    if (x === y) continue;
    const [from, to] = [shown(x), shown(y)];
    about(
      x === undefined
        ? `${word} is ${to} now`
        : y === undefined
          ? `${word} is gone, it was ${from}`
          : `${word} ${from} → ${to}`,
    );
  }
  const [before, after] = [schemaOf(a.properties), schemaOf(b.properties)];
  const [wasRequired, isRequired] = [namesIn(a.required), namesIn(b.required)];
  for (const member of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const whole = path === '' ? member : `${path}.${member}`;
    const title = `${noun} \`${whole}\``;
    if (!Object.hasOwn(before, member)) {
      said.push(`${title} is new${isRequired.has(member) ? ' and required' : ''}`);
      continue;
    }
    if (!Object.hasOwn(after, member)) {
      said.push(`${title} is gone`);
      continue;
    }
    if (wasRequired.has(member) !== isRequired.has(member))
      said.push(`${title} ${isRequired.has(member) ? 'became required' : 'is no longer required'}`);
    compare(noun, whole, schemaOf(before[member]), schemaOf(after[member]), said, depth + 1);
  }
  compareItems(noun, path, a, b, said, depth);
}

function compareItems(noun: string, path: string, a: Schema, b: Schema, said: string[], depth: number): void {
  if (JSON.stringify(a.items) === JSON.stringify(b.items)) return;
  compare(noun, `${path}[]`, schemaOf(a.items), schemaOf(b.items), said, depth + 1);
}

function enumChanges(before: unknown, after: unknown, about: (what: string) => void): void {
  if (JSON.stringify(before) === JSON.stringify(after)) return;
  if (!Array.isArray(before) || !Array.isArray(after)) {
    about(Array.isArray(after) ? `allows only ${shown(JSON.stringify(after))} now` : 'allows any value now');
    return;
  }
  const [had, has] = [
    new Set(before.map((one) => JSON.stringify(one))),
    new Set(after.map((one) => JSON.stringify(one))),
  ];
  const added = [...has].filter((one) => !had.has(one));
  const gone = [...had].filter((one) => !has.has(one));
  if (added.length > 0) about(`also allows ${shown(added.join(', '))}`);
  if (gone.length > 0) about(`no longer allows ${shown(gone.join(', '))}`);
}

/** What is not said has the default of the MCP schema, which is for the worst. */
function annotationChanges(before: unknown, after: unknown): string[] {
  const [a, b] = [schemaOf(before), schemaOf(after)];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((name) => {
    const [x, y] = [JSON.stringify(a[name]), JSON.stringify(b[name])];
    return x === y
      ? []
      : [
          `its annotation ${name} is ${y === undefined ? 'gone' : shown(y)}, it was ${x === undefined ? 'not set' : shown(x)}`,
        ];
  });
}

function namesIn(value: unknown): ReadonlySet<string> {
  return new Set(Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []);
}

function shown(text: string | undefined): string {
  const all = text ?? 'nothing';
  return all.length > SHOWN_CHARS ? `${all.slice(0, SHOWN_CHARS - 1)}…` : all;
}
