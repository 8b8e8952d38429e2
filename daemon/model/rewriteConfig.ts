/**
 * Wraps and unwraps entries of a whole file's text. Every change is checked before it counts: the file still parses,
 * the entry is known again, and taking it back gives the text as it was. An entry for which that fails is left alone.
 */
import { type ConfigFormat, type ParsedConfig, plainOf } from './configTree.ts';
import { parseJsonc } from './parseJsonc.ts';
import { parseToml } from './parseToml.ts';
import { type ServerEntry, serverEntries } from './serverEntries.ts';
import { applyEdits } from './textEdits.ts';
import { launchedBy, unwrapEntry } from './unwrapEntry.ts';
import { type WrapOptions, wrapEntry } from './wrapEntry.ts';

/** Which entry of a file: its name may stand there once for each project. */
export type EntryId = Pick<ServerEntry, 'name' | 'project'>;

/** A text with the entries that were found in it: so a file is read once for a change, however many of its entries are changed. */
export interface ReadText {
  readonly text: string;
  readonly entries: readonly ServerEntry[];
}

export type Rewritten =
  | ({ readonly kind: 'done' } & ReadText)
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'refused'; readonly reason: string };

/** TOML by the file's name, because little of it is told by its content; all else is JSON with comments. */
export function formatOf(file: string): ConfigFormat {
  return /\.toml$/i.test(file) ? 'toml' : 'json';
}

export function parseConfig(text: string, format: ConfigFormat): ParsedConfig {
  return format === 'toml' ? parseToml(text) : parseJsonc(text);
}

export function readText(text: string, format: ConfigFormat): ReadText {
  return { text, entries: serverEntries(parseConfig(text, format)) };
}

/** @param id of the entry, which may have been found before other entries were changed */
export function wrapOne(before: ReadText, format: ConfigFormat, id: EntryId, options: WrapOptions): Rewritten {
  const { text } = before;
  const entry = entryOf(before, id);
  if (!entry) return { kind: 'refused', reason: 'it stands in the file more than once, or no longer' };
  if (launchedBy(entry)) return { kind: 'unchanged' };
  const wrapped = attempt(() => applyEdits(text, wrapEntry(text, entry, options, format)));
  const after = wrapped === null ? null : readText(wrapped, format);
  return after !== null && plainAgain(after, format, id) === text && othersSame(before, after, format, id)
    ? { kind: 'done', ...after }
    : { kind: 'refused', reason: 'it is written in a way that could not be restored exactly' };
}

export function unwrapOne(before: ReadText, format: ConfigFormat, id: EntryId): Rewritten {
  const entry = entryOf(before, id);
  if (!entry || !launchedBy(entry)) return { kind: 'unchanged' };
  const plain = plainAgain(before, format, id);
  const after = plain === null ? null : readText(plain, format);
  const back = after && entryOf(after, id);
  if (after === null || !back || launchedBy(back))
    return { kind: 'refused', reason: 'it no longer says what it was before' };
  return { kind: 'done', ...after };
}

/** The text with the entry as it was before it was wrapped; null where it does not say that. */
function plainAgain(wrapped: ReadText, format: ConfigFormat, id: EntryId): string | null {
  const entry = entryOf(wrapped, id);
  const edits = entry && launchedBy(entry) ? unwrapEntry(wrapped.text, entry, format) : null;
  return edits && attempt(() => applyEdits(wrapped.text, edits));
}

const isOf =
  ({ name, project }: EntryId) =>
  (one: ServerEntry) =>
    one.name === name && one.project === project;

function entryOf({ entries }: ReadText, id: EntryId): ServerEntry | null {
  const all = entries.filter(isOf(id));
  return all.length === 1 ? (all[0] ?? null) : null;
}

/** Nothing but the one entry may mean something else than before. */
function othersSame(before: ReadText, after: ReadText, format: ConfigFormat, id: EntryId): boolean {
  const is = isOf(id);
  const others = ({ entries }: ReadText) => entries.filter((one) => !is(one));
  const now = others(after);
  const then = others(before);
  // In TOML the tables of an entry may stand apart: there its text is not all of it.
  const written = ({ text }: ReadText, { node }: ServerEntry) => text.slice(node.start, node.end);
  const meant = ({ node }: ServerEntry) => JSON.stringify(plainOf(node));
  return (
    then.length === now.length &&
    then.every((one, at) => {
      const other = now[at];
      if (!other || other.name !== one.name || other.project !== one.project) return false;
      return (format === 'json' && written(before, one) === written(after, other)) || meant(one) === meant(other);
    })
  );
}

function attempt(make: () => string): string | null {
  try {
    return make();
  } catch {
    return null;
  }
}
