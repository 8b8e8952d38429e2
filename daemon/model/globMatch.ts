/**
 * Whether a path fits a glob: `*`, `?`, `[a-z]`, `{a,b}` and `**` over folders; names that begin with a dot count as any
 * other. Patterns come with checkouts, so the time is bounded whatever they look like: no regular expression is made.
 */

const ALTERNATIVES = 64;
const PATTERN_CHARS = 1000;

/** Both with forward slashes. A pattern of more than 1,000 characters fits nothing. */
export function globMatch(pattern: string, path: string): boolean {
  if (pattern.length > PATTERN_CHARS) return false;
  const names = path.split('/');
  return alternativesOf(pattern).some((one) => namesMatch(one.split('/'), names));
}

/** The texts that braces stand for, at most 64; braces that do not close stand for themselves. */
function alternativesOf(pattern: string): string[] {
  const done: string[] = [];
  const open = [pattern];
  while (open.length > 0 && done.length + open.length <= ALTERNATIVES) {
    const one = open.pop() ?? '';
    const braces = innermost(one);
    if (!braces) done.push(one);
    else for (const part of braces.parts) open.push(one.slice(0, braces.start) + part + one.slice(braces.end));
  }
  return [...done, ...open].slice(0, ALTERNATIVES);
}

function innermost(text: string): { start: number; end: number; parts: string[] } | null {
  const end = text.indexOf('}');
  const start = end < 0 ? -1 : text.lastIndexOf('{', end);
  return start < 0 ? null : { start, end: end + 1, parts: text.slice(start + 1, end).split(',') };
}

/** `**` stands for any number of names, none included. One row of a table at a time: names × pattern steps. */
function namesMatch(pattern: readonly string[], names: readonly string[]): boolean {
  let reached = [true, ...names.map(() => false)];
  for (const part of pattern) {
    const next = reached.map(() => false);
    for (let at = 0; at <= names.length; at++) {
      if (part === '**') next[at] = reached[at] === true || (at > 0 && next[at - 1] === true);
      else if (at > 0) next[at] = reached[at - 1] === true && nameMatches(part, names[at - 1] ?? '');
    }
    reached = next;
  }
  return reached.at(-1) === true;
}

/** A star is first taken for nothing, then for one character more each time the rest does not fit. */
function nameMatches(pattern: string, name: string): boolean {
  let at = 0;
  let star: { pattern: number; name: number } | null = null;
  let place = 0;
  while (at < name.length) {
    const step = place < pattern.length ? stepAt(pattern, place) : null;
    if (step?.kind === 'star') {
      star = { pattern: place + 1, name: at };
      place++;
    } else if (step?.fits(name[at] ?? '')) {
      place += step.length;
      at++;
    } else if (star) {
      star = { pattern: star.pattern, name: star.name + 1 };
      place = star.pattern;
      at = star.name;
    } else return false;
  }
  while (pattern[place] === '*') place++;
  return place === pattern.length;
}

type Step =
  | { readonly kind: 'star' }
  | { readonly kind: 'one'; readonly length: number; readonly fits: (character: string) => boolean };

function stepAt(pattern: string, place: number): Step {
  const character = pattern[place] ?? '';
  if (character === '*') return { kind: 'star' };
  if (character === '?') return { kind: 'one', length: 1, fits: () => true };
  const close = character === '[' ? pattern.indexOf(']', place + 2) : -1;
  if (close < 0) return { kind: 'one', length: 1, fits: (one) => one === character };
  const negated = /[!^]/.test(pattern[place + 1] ?? '');
  const set = pattern.slice(place + (negated ? 2 : 1), close);
  return { kind: 'one', length: close + 1 - place, fits: (one) => inSet(set, one) !== negated };
}

function inSet(set: string, character: string): boolean {
  for (let at = 0; at < set.length; at++) {
    if (set[at + 1] === '-' && at + 2 < set.length) {
      if (character >= (set[at] ?? '') && character <= (set[at + 2] ?? '')) return true;
      at += 2;
    } else if (set[at] === character) return true;
  }
  return false;
}
