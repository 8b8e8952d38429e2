/**
 * The edits that put the launcher into an entry, such that the entry itself says how to take it out again exactly:
 * new words stand in front of the old ones, which keep their spelling; nothing else of the entry is touched.
 */
import { headerVariable } from '../base/headerVariable.ts';
import { type ConfigFormat, type ConfigMember, memberOf, type ObjectNode } from './configTree.ts';
import { type Launch, launchWords } from './launched.ts';
import type { EntryShape, ServerEntry } from './serverEntries.ts';
import type { TextEdit } from './textEdits.ts';

/** Both formats read JSON's spelling of a text. */
export const quote = (text: string) => JSON.stringify(text);
const list = (words: readonly string[]) => words.map(quote).join(', ');

export interface WrapOptions {
  readonly launch: Launch;
  /** Written as `--home`; null where it is the platform's own. */
  readonly home: string | null;
  /** Words for `--was`, before those that the entry's shape needs. */
  readonly was?: readonly string[];
}

/** @param entry plain, and none that is to be left alone */
export function wrapEntry(
  text: string,
  entry: ServerEntry,
  options: WrapOptions,
  format: ConfigFormat,
): readonly TextEdit[] {
  const { launch, home, was: more = [] } = options;
  const { shape, name } = entry;
  if (shape.kind === 'url') return wrapUrl(text, entry, shape, options, format);
  if (shape.kind === 'unknown') throw new Error('an entry of unknown shape cannot be wrapped');
  const words = (was: readonly string[]) => [...launchWords({ name, home, was: [...more, ...was], headers: [] }), '--'];
  if (shape.kind === 'argv') return [inFront(shape.argv, list([launch.command, ...launch.args, ...words([])]))];
  const { command, args } = shape;
  const original = text.slice(command.value.start, command.value.end);
  const swap = { start: command.value.start, end: command.value.end, text: quote(launch.command) };
  if (args) return [swap, inFront(args, `${list([...launch.args, ...words([])])}, ${original}`)];
  const made = `[${list([...launch.args, ...words(['no-args'])])}, ${original}]`;
  return [swap, beside(text, command, 'args', made)];
}

/** Before the first item, so that a comment or line end before it stays where it is; in an empty array at its start. */
function inFront({ value }: ConfigMember, words: string): TextEdit {
  if (value.kind !== 'array') throw new Error('no array');
  const [first] = value.items;
  const at = first?.start ?? value.start + 1;
  return { start: at, end: at, text: first ? `${words}, ` : words };
}

/** A new member next to another: behind it where commas part them, on a line before it (and its comment) where lines do. */
function beside(text: string, member: ConfigMember, key: string, value: string): TextEdit {
  const { span, keySpan, layout } = member;
  if (layout === 'commas') {
    const quoted = text[keySpan.start] === '"' ? quote(key) : key;
    return { start: span.end, end: span.end, text: `, ${quoted}${separatorOf(text, member)}${value}` };
  }
  const path = text.slice(span.start, keySpan.start);
  const own = `${path}${key}${separatorOf(text, member)}${value}`;
  return { start: span.start, end: span.start, text: `${own}${lineEndOf(text)}${indentAt(text, span.start)}` };
}

/** What stands between a member's key and its value: `: `, ` = ` or whatever the file's author writes. */
export function separatorOf(text: string, { keySpan, value }: ConfigMember): string {
  return text.slice(keySpan.end, value.start);
}

const lineEndOf = (text: string) => (text.includes('\r\n') ? '\r\n' : '\n');
const indentAt = (text: string, at: number) => /[ \t]*$/.exec(text.slice(0, at))?.[0] ?? '';

function wrapUrl(
  text: string,
  { name }: ServerEntry,
  { url, entry }: Extract<EntryShape, { kind: 'url' }>,
  { launch, home, was: more = [] }: WrapOptions,
  format: ConfigFormat,
): readonly TextEdit[] {
  const type = memberOf(entry, 'type');
  const bearer = memberOf(entry, 'bearer_token_env_var');
  const oldType = type?.value.kind === 'string' ? type.value.value : null;
  const was = [
    ...more,
    ...(url.key === 'url' ? [] : [url.key]),
    ...(oldType === null || oldType === 'http' || oldType === 'remote' ? [] : [`type=${oldType}`]),
  ];
  const bearerName = bearer?.value.kind === 'string' ? bearer.value.value : null;
  const headers = bearerName === null ? [] : [`Authorization=Bearer \${${bearerName}}`];
  const address = text.slice(url.value.start, url.value.end);
  const words = `${list([...launch.args, ...launchWords({ name, home, was, headers }), '--url'])}, ${address}`;
  const edits: TextEdit[] = [];
  const local = oldType === 'remote';
  if (type) edits.push({ ...placeOf(type), text: quote(local ? 'local' : 'stdio') });
  edits.push(...headerEdits(text, entry, local ? 'environment' : 'env'));
  if (bearer && bearerName !== null) {
    const raw = text.slice(bearer.value.start, bearer.value.end);
    edits.push({ ...bearer.keySpan, text: 'env_vars' }, { ...placeOf(bearer), text: `[${raw}]` });
  }
  const key = (word: string) => (format === 'json' ? quote(word) : word);
  if (local) {
    const command = `[${quote(launch.command)}, ${words}]`;
    return [...edits, { ...url.keySpan, text: key('command') }, { ...placeOf(url), text: command }];
  }
  const separator = separatorOf(text, url);
  const path = text.slice(url.span.start, url.keySpan.start);
  const between = url.layout === 'commas' ? ', ' : `${lineEndOf(text)}${indentAt(text, url.span.start)}`;
  const command = `${path}${key('command')}${separator}${quote(launch.command)}`;
  const args = `${path}${key('args')}${separator}[${words}]`;
  return [...edits, { ...url.span, text: `${command}${between}${args}` }];
}

const placeOf = ({ value: { start, end } }: ConfigMember) => ({ start, end });

/** The headers become variables where they stand: only names change, so no value goes anywhere. */
function headerEdits(text: string, entry: ObjectNode, variables: string): TextEdit[] {
  const headers = memberOf(entry, 'headers') ?? memberOf(entry, 'http_headers');
  if (headers?.value.kind !== 'object') return [];
  const quoted = text[headers.keySpan.start] === '"';
  const edits: TextEdit[] = [{ ...headers.keySpan, text: quoted ? quote(variables) : variables }];
  for (const { key, keySpan } of headers.value.members) {
    const variable = headerVariable(key);
    if (variable === null) throw new Error(`header ${key} cannot become a variable`);
    edits.push({ ...keySpan, text: text[keySpan.start] === '"' ? quote(variable) : variable });
  }
  return edits;
}
