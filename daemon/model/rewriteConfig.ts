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

export type Rewritten =
  | { readonly kind: 'done'; readonly text: string }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'refused'; readonly reason: string };

/** TOML by the file's name, because little of it is told by its content; all else is JSON with comments. */
export function formatOf(file: string): ConfigFormat {
  return /\.toml$/i.test(file) ? 'toml' : 'json';
}

export function parseConfig(text: string, format: ConfigFormat): ParsedConfig {
  return format === 'toml' ? parseToml(text) : parseJsonc(text);
}

/** @param home written as `--home`; null where it is the platform's own */
export function wrapOne(text: string, format: ConfigFormat, id: EntryId, options: WrapOptions): Rewritten {
  const entry = entryOf(text, format, id);
  if (!entry) return { kind: 'refused', reason: 'it stands in the file more than once, or no longer' };
  if (launchedBy(entry)) return { kind: 'unchanged' };
  const wrapped = attempt(() => applyEdits(text, wrapEntry(text, entry, options, format)));
  const back = wrapped === null ? null : unwrapOne(wrapped, format, id);
  const same = wrapped !== null && back?.kind === 'done' && back.text === text && othersSame(text, wrapped, format, id);
  return same
    ? { kind: 'done', text: wrapped }
    : { kind: 'refused', reason: 'it is written in a way that could not be restored exactly' };
}

export function unwrapOne(text: string, format: ConfigFormat, id: EntryId): Rewritten {
  const entry = entryOf(text, format, id);
  if (!entry || !launchedBy(entry)) return { kind: 'unchanged' };
  const edits = unwrapEntry(text, entry, format);
  const plain = edits && attempt(() => applyEdits(text, edits));
  const after = plain === null ? null : entryOf(plain, format, id);
  if (plain === null || !after || launchedBy(after))
    return { kind: 'refused', reason: 'it no longer says what it was before' };
  return { kind: 'done', text: plain };
}

function entryOf(text: string, format: ConfigFormat, { name, project }: EntryId): ServerEntry | null {
  const all = serverEntries(parseConfig(text, format)).filter((one) => one.name === name && one.project === project);
  return all.length === 1 ? (all[0] ?? null) : null;
}

/** Nothing but the one entry may mean something else than before. */
function othersSame(before: string, after: string, format: ConfigFormat, { name, project }: EntryId): boolean {
  const others = (text: string) =>
    serverEntries(parseConfig(text, format))
      .filter((one) => one.name !== name || one.project !== project)
      .map(({ node }) => plainOf(node));
  return JSON.stringify(others(before)) === JSON.stringify(others(after));
}

function attempt(make: () => string): string | null {
  try {
    return make();
  } catch {
    return null;
  }
}
