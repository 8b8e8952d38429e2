/**
 * Wraps and unwraps entries of a whole file's text. Every change is checked before it counts: the file still parses,
 * the entry is known again, and taking it back gives the text as it was. An entry for which that fails is left alone.
 */
import { type ConfigFormat, type ParsedConfig, plainOf } from './configTree.ts';
import { parseJsonc } from './parseJsonc.ts';
import { parseToml } from './parseToml.ts';
import { type ServerEntry, serverEntries } from './serverEntries.ts';
import { applyEdits, type TextEdit } from './textEdits.ts';
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
  const entry = entryOf(before, id);
  if (!entry) return { kind: 'refused', reason: 'it stands in the file more than once, or no longer' };
  if (launchedBy(entry)) return { kind: 'unchanged' };
  const after = wrappedTogether(before, format, [{ id, options }]);
  return after
    ? { kind: 'done', ...after }
    : { kind: 'refused', reason: 'it is written in a way that could not be restored exactly' };
}

/** One of several entries that are to be wrapped. */
export interface WrapWish {
  readonly id: EntryId;
  readonly options: WrapOptions;
}

/** What became of several entries of a text. */
export interface Several {
  readonly now: ReadText;
  /** For each, in the order in which they were given: null where it was done, else why not. */
  readonly whyNot: readonly (string | null)[];
}

/**
 * Wraps several entries of a text as `wrapOne` does one after the other. As a rule all of them are changed and checked at
 * once, so that a large file is not read anew for each of them.
 */
export function wrapSeveral(before: ReadText, format: ConfigFormat, wishes: readonly WrapWish[]): Several {
  const now = wishes.length === 0 ? before : wrappedTogether(before, format, wishes);
  if (now) return { now, whyNot: wishes.map(() => null) };
  return oneByOne(before, wishes, (text, { id, options }) => wrapOne(text, format, id, options));
}

/** null where one of them is not there or wrapped already, or where the text does not come back exactly. */
function wrappedTogether(before: ReadText, format: ConfigFormat, wishes: readonly WrapWish[]): ReadText | null {
  const { text } = before;
  const ids = wishes.map(({ id }) => id);
  const wrapped = attempt(() => {
    const edits = editsOf(before, ids, (entry, at) =>
      launchedBy(entry) ? null : wrapEntry(text, entry, wishes[at]!.options, format),
    );
    return edits && applyEdits(text, edits);
  });
  const after = wrapped === null ? null : readText(wrapped, format);
  const isRight = after !== null && allPlain(after, format, ids) === text && othersSame(before, after, format, ids);
  return isRight ? after : null;
}

/** The same for entries that are to be as they were. */
export function unwrapSeveral(before: ReadText, format: ConfigFormat, ids: readonly EntryId[]): Several {
  const now = ids.length === 0 ? before : plainTogether(before, format, ids);
  if (now) return { now, whyNot: ids.map(() => null) };
  return oneByOne(before, ids, (text, id) => unwrapOne(text, format, id));
}

/** null where one of them does not say what it was before. */
function plainTogether(before: ReadText, format: ConfigFormat, ids: readonly EntryId[]): ReadText | null {
  const plain = allPlain(before, format, ids);
  const after = plain === null ? null : readText(plain, format);
  const isPlain = (id: EntryId) => {
    const back = after && entryOf(after, id);
    return back !== null && !launchedBy(back);
  };
  return ids.every(isPlain) ? after : null;
}

function oneByOne<T>(before: ReadText, list: readonly T[], change: (now: ReadText, one: T) => Rewritten): Several {
  let now = before;
  const whyNot = list.map((one) => {
    const changed = change(now, one);
    if (changed.kind === 'done') now = changed;
    return changed.kind === 'done' ? null : changed.kind === 'refused' ? changed.reason : 'nothing was to be done';
  });
  return { now, whyNot };
}

/** The changes to each of these entries; null where one of them is not there, or cannot be changed. */
function editsOf(
  before: ReadText,
  ids: readonly EntryId[],
  change: (entry: ServerEntry, at: number) => readonly TextEdit[] | null,
): TextEdit[] | null {
  const edits: TextEdit[] = [];
  for (const [at, id] of ids.entries()) {
    const entry = entryOf(before, id);
    const own = entry && change(entry, at);
    if (!own) return null;
    edits.push(...own);
  }
  return edits;
}

/** The text with all of these entries as they were before they were wrapped; null where one does not say that. */
function allPlain(wrapped: ReadText, format: ConfigFormat, ids: readonly EntryId[]): string | null {
  const edits = editsOf(wrapped, ids, (entry) => launchedBy(entry) && unwrapEntry(wrapped.text, entry, format));
  return edits && attempt(() => applyEdits(wrapped.text, edits));
}

export function unwrapOne(before: ReadText, format: ConfigFormat, id: EntryId): Rewritten {
  const entry = entryOf(before, id);
  if (!entry || !launchedBy(entry)) return { kind: 'unchanged' };
  const after = plainTogether(before, format, [id]);
  return after ? { kind: 'done', ...after } : { kind: 'refused', reason: 'it no longer says what it was before' };
}

const isOf =
  ({ name, project }: EntryId) =>
  (one: ServerEntry) =>
    one.name === name && one.project === project;

function entryOf({ entries }: ReadText, id: EntryId): ServerEntry | null {
  const all = entries.filter(isOf(id));
  return all.length === 1 ? (all[0] ?? null) : null;
}

/** Nothing but these entries may mean something else than before. */
function othersSame(before: ReadText, after: ReadText, format: ConfigFormat, ids: readonly EntryId[]): boolean {
  const others = ({ entries }: ReadText) => entries.filter((one) => !ids.some((id) => isOf(id)(one)));
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

function attempt(make: () => string | null): string | null {
  try {
    return make();
  } catch {
    return null;
  }
}
