/**
 * The edits that take the launcher out of an entry again, from what the entry itself says. After `wrapEntry` they give
 * the text as it was, byte for byte; in an entry that was changed since, what was changed stays.
 */
import { headerOf } from '../base/headerVariable.ts';
import { type ConfigFormat, type ConfigMember, type ConfigNode, memberOf, type ObjectNode } from './configTree.ts';
import { type Launched, readLaunched } from './launched.ts';
import type { ServerEntry } from './serverEntries.ts';
import type { TextEdit } from './textEdits.ts';
import { quote, separatorOf } from './wrapEntry.ts';

/** How an entry is started through Callgrove, or null where it is not. */
export function launchedBy({ shape }: ServerEntry): Launched | null {
  if (shape.kind === 'argv') return readLaunched(itemsOf(shape.argv).map(wordOf));
  if (shape.kind !== 'command') return null;
  return readLaunched([wordOf(shape.command.value), ...itemsOf(shape.args).map(wordOf)]);
}

const itemsOf = (member: ConfigMember | null) => (member?.value.kind === 'array' ? member.value.items : []);
const wordOf = (node: ConfigNode) => ('value' in node ? String(node.value) : '');

/** Null for an entry that is not wrapped, or was changed so that it no longer says what it was. */
export function unwrapEntry(text: string, entry: ServerEntry, format: ConfigFormat): readonly TextEdit[] | null {
  const launched = launchedBy(entry);
  if (!launched) return null;
  const { shape } = entry;
  const { at } = launched.target;
  if (launched.target.kind === 'url') return unwrapUrl(text, entry, launched, format);
  if (shape.kind === 'argv') {
    const items = itemsOf(shape.argv);
    return [{ start: items[0]?.start ?? 0, end: items[at]?.start ?? 0, text: '' }];
  }
  if (shape.kind !== 'command' || !shape.args) return null;
  const { command, args } = shape;
  // The program is the first of the words, and no item of the array.
  const items = itemsOf(args);
  const [first, original, next] = [items[0], items[at - 1], items[at]];
  if (!first || !original) return null;
  const back = { start: command.value.start, end: command.value.end, text: text.slice(original.start, original.end) };
  if (launched.was.includes('no-args') && !next) return [back, withoutMember(command, args)];
  return [back, { start: first.start, end: next?.start ?? original.end, text: '' }];
}

/** `args` was made beside `command`: behind it, or on a line before it. */
function withoutMember(command: ConfigMember, args: ConfigMember): TextEdit {
  if (args.span.start > command.span.end) return { start: command.value.end, end: args.span.end, text: '' };
  return { start: args.span.start, end: command.span.start, text: '' };
}

function unwrapUrl(
  text: string,
  { node, shape }: ServerEntry,
  launched: Launched,
  format: ConfigFormat,
): readonly TextEdit[] | null {
  if (node.kind !== 'object') return null;
  const { was, headers, target } = launched;
  const type = memberOf(node, 'type');
  const local = shape.kind === 'argv';
  const oldType = was.find((word) => word.startsWith('type='))?.slice('type='.length) ?? (local ? 'remote' : 'http');
  const oldKey = was.find((word) => /^\w*url$/i.test(word)) ?? 'url';
  const key = format === 'json' ? quote(oldKey) : oldKey;
  const edits: TextEdit[] = [];
  if (type) edits.push({ start: type.value.start, end: type.value.end, text: quote(oldType) });
  edits.push(...headerEdits(text, node, local ? 'environment' : 'env', format));
  if (headers.length > 0) {
    const variables = memberOf(node, 'env_vars');
    const [variable, second] = itemsOf(variables ?? null);
    if (!variables || !variable || second) return null;
    const { start, end } = variables.value;
    edits.push({ ...variables.keySpan, text: 'bearer_token_env_var' });
    edits.push({ start, end, text: text.slice(variable.start, variable.end) });
  }
  if (shape.kind === 'argv') {
    const url = itemsOf(shape.argv)[target.at];
    const { start, end } = shape.argv.value;
    return url
      ? [...edits, { ...shape.argv.keySpan, text: key }, { start, end, text: text.slice(url.start, url.end) }]
      : null;
  }
  if (shape.kind !== 'command' || !shape.args) return null;
  const { command, args } = shape;
  const url = itemsOf(args)[target.at - 1];
  if (!url || args.span.start < command.span.end) return null;
  if (!/^[\s,]*$/.test(text.slice(command.span.end, args.span.start))) return null;
  const path = text.slice(command.span.start, command.keySpan.start);
  const member = `${path}${key}${separatorOf(text, command)}${text.slice(url.start, url.end)}`;
  return [...edits, { start: command.span.start, end: args.span.end, text: member }];
}

/** Variables that carry headers become headers again, if all of them do. */
function headerEdits(text: string, node: ObjectNode, variables: string, format: ConfigFormat): TextEdit[] {
  const member = memberOf(node, variables);
  if (member?.value.kind !== 'object') return [];
  const edits: TextEdit[] = [];
  for (const { key, keySpan } of member.value.members) {
    const header = headerOf(key);
    if (header === null) return [];
    edits.push({ ...keySpan, text: text[keySpan.start] === '"' ? quote(header) : header });
  }
  const name = format === 'toml' ? 'http_headers' : 'headers';
  return [{ ...member.keySpan, text: text[member.keySpan.start] === '"' ? quote(name) : name }, ...edits];
}
