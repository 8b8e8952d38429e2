/**
 * Lists of path patterns, as in .gitignore: `*` within a name, `**` over folders, `!` takes out again, the last that fits
 * counts; a pattern that fits a folder fits all that is in it. Spellings that some volume takes for one fit alike. Time is
 * bounded whatever a pattern looks like: no regular expression is made of it.
 */
import { fold, namesOf } from './pathKey.ts';
import type { World } from './world.ts';

export interface PatternList {
  /** The pattern that counts for an absolute path, as it was written; null where none fits or one takes it out again. */
  fits(path: string): string | null;
}

interface Compiled {
  readonly written: string;
  readonly negated: boolean;
  readonly order: number;
  readonly parts: readonly Part[];
}

/** `**`, or the pieces of a name between its stars. */
type Part = '**' | readonly string[];

const MAX_PARTS = 200;

/**
 * @param roots where patterns that name no place begin
 * @param home for `~/…`; without one such patterns fit nothing
 */
export function patternList(
  patterns: readonly string[],
  roots: readonly string[],
  home: string | null,
  rules: World['paths'],
): PatternList {
  if (patterns.length === 0) return { fits: () => null };
  // A connection may end without a path that is looked for: until then nothing is made ready.
  let ready: Ready | null = null;
  return {
    fits(path) {
      ready ??= made(patterns.flatMap((written, order) => compile(written, order, roots, home, rules)));
      const { loose, byName } = ready;
      const folded = foldedNames(path, rules);
      let best: Compiled | null = null;
      const consider = (one: Compiled) => {
        if ((best === null || one.order > best.order) && matches(one.parts, folded)) best = one;
      };
      for (const one of loose) consider(one);
      for (const name of folded) for (const one of byName.get(name) ?? []) consider(one);
      return found(best);
    },
  };
}

interface Folded {
  readonly path: string;
  readonly rules: World['paths'];
  readonly names: readonly string[];
}

/** The last two paths: where one leads and what it was called are asked of one list after the other. */
let latest: readonly Folded[] = [];

function foldedNames(path: string, rules: World['paths']): readonly string[] {
  const known = latest.find((one) => one.path === path && one.rules === rules);
  if (known !== undefined) return known.names;
  const names = namesOf(fold(path), rules);
  latest = [{ path, rules, names }, ...latest.slice(0, 1)];
  return names;
}

/** Most patterns hold one name without a star: only those whose name stands in the path are tried. */
interface Ready {
  readonly byName: ReadonlyMap<string, readonly Compiled[]>;
  readonly loose: readonly Compiled[];
}

function made(compiled: readonly Compiled[]): Ready {
  const byName = new Map<string, Compiled[]>();
  const loose: Compiled[] = [];
  for (const one of compiled) {
    const literal = one.parts.findLast((part) => part !== '**' && part.length === 1);
    const name = literal === undefined || literal === '**' ? undefined : literal[0];
    if (name === undefined) loose.push(one);
    else byName.set(name, [...(byName.get(name) ?? []), one]);
  }
  return { byName, loose };
}

function found(best: Compiled | null): string | null {
  return best === null || best.negated ? null : best.written;
}

function compile(
  written: string,
  order: number,
  roots: readonly string[],
  home: string | null,
  rules: World['paths'],
): Compiled[] {
  const negated = written.startsWith('!');
  const text = (negated ? written.slice(1) : written).replace(rules === 'win32' ? /\\/g : /(?!)/g, '/');
  if (/^[/.]*$/.test(text)) return [];
  return placesOf(text, roots, home, rules).flatMap((place) => {
    const all = place.split('/').filter((name) => name !== '' && name !== '.');
    // Two stars behind two stars say nothing more.
    const parts = all.filter((name, at) => name !== '**' || all[at - 1] !== '**');
    if (parts.length === 0 || parts.length > MAX_PARTS) return [];
    return [{ written, negated, order, parts: parts.map((name) => (name === '**' ? name : fold(name).split('*'))) }];
  });
}

/** Absolute patterns with forward slashes. */
function placesOf(text: string, roots: readonly string[], home: string | null, rules: World['paths']): string[] {
  const slashed = (path: string) => namesOf(path, rules).join('/').replaceAll('\\', '/');
  if (text === '~' || text.startsWith('~/')) return home === null ? [] : [`${slashed(home)}/${text.slice(2)}`];
  if (text.startsWith('/') || text.startsWith('**/') || (rules === 'win32' && /^[a-z]:\//i.test(text))) return [text];
  return text.replace(/\/$/, '').includes('/') ? roots.map((root) => `${slashed(root)}/${text}`) : [`**/${text}`];
}

/** Whether the parts fit the names from the first on, to the last or to a folder above it. */
function matches(parts: readonly Part[], names: readonly string[]): boolean {
  // Most patterns are of this form: one name, anywhere.
  const [first, second] = parts;
  if (parts.length === 2 && first === '**' && second !== undefined && second !== '**')
    return names.some((name) => nameFits(second, name));
  let reached: boolean[] = new Array(names.length + 1).fill(false);
  reached[0] = true;
  for (const part of parts) {
    const next: boolean[] = new Array(names.length + 1).fill(false);
    let any = false;
    for (let at = 0; at <= names.length; at++) {
      const fits =
        part === '**'
          ? reached[at] === true || (at > 0 && next[at - 1] === true)
          : at > 0 && reached[at - 1] === true && nameFits(part, names[at - 1] ?? '');
      next[at] = fits;
      any ||= fits;
    }
    if (!any) return false;
    reached = next;
  }
  // What `**` at the end fits is inside the folder, not the folder itself.
  const from = parts.at(-1) === '**' ? reached.indexOf(true) + 1 : 0;
  return reached.includes(true, from);
}

/** A pattern's pieces between its stars, in their order, the first at the start and the last at the end: one pass. */
export function nameFits(pieces: readonly string[], name: string): boolean {
  const first = pieces[0] ?? '';
  if (pieces.length === 1) return name === first;
  const last = pieces.at(-1) ?? '';
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = name.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return at <= name.length - last.length;
}
