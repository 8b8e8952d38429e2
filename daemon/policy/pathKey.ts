/** Paths as lists of names, and when two spellings may be one folder. Text only; the file system is asked elsewhere. */
import type { World } from './world.ts';

type Rules = World['paths'];

/** The names of an absolute canonical path; the drive or share is the first on win32. */
export function namesOf(path: string, rules: Rules): string[] {
  if (rules === 'posix') {
    const names = path.split('/');
    // Most paths hold an empty name in front and no other.
    return names[0] !== '' || names.includes('', 1) ? names.filter((name) => name !== '') : names.slice(1);
  }
  const unc = /^\\\\([^\\]+\\[^\\]*)/.exec(path)?.[1];
  const rest = unc === undefined ? path : path.slice(unc.length + 2);
  const names = rest.split('\\').filter((name) => name !== '');
  return unc === undefined ? names : [`\\\\${unc}`, ...names];
}

/** The path of names as {@link namesOf} gives them. */
export function pathOf(names: readonly string[], rules: Rules): string {
  if (rules === 'posix') return `/${names.join('/')}`;
  return names.length === 1 ? `${names[0]}\\` : names.join('\\');
}

/**
 * One form for all spellings that some volume takes for one name: upper and lower case, composed and decomposed
 * characters, and those that a volume does not see (HFS+ leaves them out: CVE-2014-9390). Wider than any one volume.
 */
export function fold(text: string): string {
  if (isAscii(text)) return text.toLowerCase();
  return text.replace(UNSEEN, '').normalize('NFKC').toUpperCase().toLowerCase().normalize('NFC');
}

/** What is ASCII has one form only in Unicode. */
export const isAscii = (text: string) => ASCII.test(text);

// biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII begins with control characters
const ASCII = /^[\u0000-\u007f]*$/;
const UNSEEN = /[\u200b-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;

/** How a path lies to a folder: in it as spelled, in it only if the volume takes both spellings for one, or not. */
export function lies(names: readonly string[], folder: readonly string[]): 'in' | 'other_spelling' | 'out' {
  if (names.length < folder.length) return 'out';
  let exact = true;
  for (let at = 0; at < folder.length; at++) {
    const one = names[at] ?? '';
    const other = folder[at] ?? '';
    if (one === other) continue;
    if (fold(one) !== fold(other)) return 'out';
    exact = false;
  }
  return exact ? 'in' : 'other_spelling';
}

/** Whether both paths name one entry that exists, by the file system's own numbers. */
export function sameEntry(one: string, other: string, world: World): boolean {
  const a = world.lstat(one);
  if (a.ino === 0 || a.ino === 0n) return false;
  const b = world.lstat(other);
  return a.ino === b.ino && a.dev === b.dev;
}

/** Whether a path lies in a folder, both canonical. Another spelling counts where it is proven to be the same folder. */
export function within(path: string, folder: string, world: World): 'in' | 'other_spelling' | 'out' {
  const names = namesOf(path, world.paths);
  const above = namesOf(folder, world.paths);
  const how = lies(names, above);
  if (how !== 'other_spelling') return how;
  // Win32 ignores case wherever a folder was not told otherwise.
  if (
    world.paths === 'win32' &&
    names.slice(0, above.length).join('\\').toLowerCase() === above.join('\\').toLowerCase()
  )
    return 'other_spelling';
  return sameEntry(pathOf(names.slice(0, above.length), world.paths), folder, world) ? 'other_spelling' : 'out';
}
