/** Lays out examples for reading: JSON with short objects on one line, journal records as head line and payload. */

const WIDTH = 116;

/** JSON text in which whatever fits into a line stands in one. */
export function layOut(value: unknown, indent = ''): string {
  const flat = oneLine(value);
  if (typeof value !== 'object' || value === null || indent.length + flat.length <= WIDTH) return flat;
  const deeper = `${indent}  `;
  if (Array.isArray(value)) {
    return `[\n${value.map((one) => `${deeper}${layOut(one, deeper)}`).join(',\n')}\n${indent}]`;
  }
  const lines: string[] = [];
  for (const [key, one] of Object.entries(value)) {
    const text = `${JSON.stringify(key)}: ${layOut(one, deeper)}`;
    const last = lines.at(-1);
    // Scalars stand side by side as far as the line goes: 60 fields are not 60 lines.
    const joins = last !== undefined && !last.includes('\n') && !text.includes('\n');
    if (joins && deeper.length + last.length + text.length + 3 <= WIDTH) lines[lines.length - 1] = `${last}, ${text}`;
    else lines.push(text);
  }
  return `{\n${lines.map((line) => deeper + line).join(',\n')}\n${indent}}`;
}

function oneLine(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[${value.map(oneLine).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}: ${oneLine(one)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

/** A fenced block; the words behind `json` name the schemas of what stands in it. */
export function fence(kinds: string, text: string): string {
  return `\`\`\`json ${kinds}\n${text}\n\`\`\``;
}

/** A table of a record's fields. @param words throws for a field that has none */
export function fieldTable(
  fields: readonly string[],
  words: Readonly<Record<string, { readonly says: string; readonly later?: true; readonly part?: true }>>,
): string {
  const lines = fields.map((field) => {
    const said = words[field];
    if (!said) throw new Error(`the field ${field} has no words in test/support/records/words.ts`);
    return `| \`${field}\` | ${said.later ? 'not yet' : said.part ? 'in part' : 'yes'} | ${said.says} |`;
  });
  return ['| field | filled | meaning |', '| --- | --- | --- |', ...lines].join('\n');
}
