/**
 * The head of a Markdown file between two lines of `---`: names with a text, a list, or something nested that is kept as
 * it stands. A small part of YAML, leniently read, as agents do: what is not understood is a text. What a field means is
 * for its readers.
 */

export type Field =
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'nested'; readonly lines: readonly string[] };

export interface Frontmatter {
  readonly fields: ReadonlyMap<string, Field>;
  /** What stands below the head. */
  readonly body: string;
}

const LINES = 1000;
const ITEMS = 200;

/** Never throws; a text without a closed head of at most 1,000 lines has no fields. */
export function readFrontmatter(text: string): Frontmatter {
  const whole = text.replace(/^\uFEFF/, '');
  const none = { fields: new Map<string, Field>(), body: whole };
  if (!/^---[ \t]*\r?\n/.test(whole)) return none;
  const lines = whole.split('\n', LINES + 2);
  const end = lines.findIndex((line, at) => at > 0 && /^(?:---|\.\.\.)[ \t]*\r?$/.test(line));
  if (end < 0) return none;
  const body = whole.slice(lines.slice(0, end + 1).reduce((length, line) => length + line.length + 1, 0));
  return { fields: fieldsOf(lines.slice(1, end).map((line) => line.replace(/\r$/, ''))), body };
}

/** The items of a field; a text is parted at its commas, those in braces excepted, as globs are written. */
export function itemsOf(field: Field | undefined): readonly string[] {
  if (field?.kind === 'list') return field.items;
  return field?.kind === 'text' ? partsOf(field.value) : [];
}

/** null where the field is absent or neither true nor false. */
export function flagOf(field: Field | undefined): boolean | null {
  const value = textOf(field)?.toLowerCase();
  return value === 'true' ? true : value === 'false' ? false : null;
}

export function textOf(field: Field | undefined): string | null {
  return field?.kind === 'text' && field.value !== '' ? field.value : null;
}

function fieldsOf(lines: readonly string[]): Map<string, Field> {
  const fields = new Map<string, Field>();
  for (let at = 0; at < lines.length; at++) {
    const [, name, rest] = /^([A-Za-z_][\w.-]{0,100})[ \t]*:(?:[ \t]+(.*)|[ \t]*)$/.exec(lines[at] ?? '') ?? [];
    if (name === undefined) continue;
    const below: string[] = [];
    while (at + 1 < lines.length && /^(?:[ \t]|- |-$|$)/.test(lines[at + 1] ?? '')) below.push(lines[++at] ?? '');
    fields.set(name, fieldOf(withoutComment(rest ?? ''), below));
  }
  return fields;
}

function fieldOf(value: string, below: readonly string[]): Field {
  const filled = below.filter((line) => !/^[ \t]*(?:#.*)?$/.test(line));
  if (/^[|>][+-]?\d?$/.test(value)) {
    return {
      kind: 'text',
      value: below
        .map((line) => line.trim())
        .join(value.startsWith('|') ? '\n' : ' ')
        .trim(),
    };
  }
  if (value.startsWith('[')) {
    const inner = [value, ...filled]
      .join(' ')
      .replace(/^\[/, '')
      .replace(/\][ \t]*$/, '');
    return { kind: 'list', items: partsOf(inner) };
  }
  if (value === '' && filled.length > 0) {
    const items = filled.map((line) => /^[ \t]*-[ \t]+(.*)$/.exec(line)?.[1]);
    // `- name: value` is a list of tables.
    if (items.every((item) => item !== undefined && !/^[\w-]+:(?:[ \t]|$)/.test(item))) {
      return { kind: 'list', items: items.map((item) => unquoted(withoutComment(item ?? ''))).slice(0, ITEMS) };
    }
    return { kind: 'nested', lines: filled };
  }
  // A plain text may go on in indented lines.
  return { kind: 'text', value: unquoted([value, ...filled.map((line) => line.trim())].join(' ').trim()) };
}

function withoutComment(value: string): string {
  const text = value.trim();
  if (/^["']/.test(text)) return text.replace(/^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')[ \t]+#.*$/, '$1');
  return text.replace(/(?:^|[ \t]+)#.*$/, '');
}

function unquoted(text: string): string {
  const trimmed = text.trim();
  if (/^"[\s\S]*"$/.test(trimmed) && trimmed.length > 1) return trimmed.slice(1, -1).replace(/\\(["\\])/g, '$1');
  if (/^'[\s\S]*'$/.test(trimmed) && trimmed.length > 1) return trimmed.slice(1, -1).replaceAll("''", "'");
  return trimmed;
}

/** Parts a text at the commas outside braces, brackets and quotes. */
function partsOf(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quote = '';
  let part = '';
  for (const character of text) {
    if (quote !== '') quote = character === quote ? '' : quote;
    else if ((character === '"' || character === "'") && part.trim() === '') quote = character;
    else if (character === '{' || character === '(' || character === '[') depth++;
    else if (character === '}' || character === ')' || character === ']') depth = Math.max(0, depth - 1);
    if (character === ',' && depth === 0 && quote === '') {
      parts.push(part);
      part = '';
    } else part += character;
  }
  parts.push(part);
  return parts
    .map(unquoted)
    .filter((one) => one !== '')
    .slice(0, ITEMS);
}
