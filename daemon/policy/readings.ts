/**
 * The ways in which a server may read the text of a path argument: as it stands, as a `file:` URI, with the home folder for
 * `~`, trimmed, `..` resolved before any link. A judgement holds for all of them, because nobody can see which one it is.
 */
import type { PathFlag } from './canonicalPath.ts';
import { isAscii } from './pathKey.ts';
import { holdsNoName, readWindows } from './windowsPath.ts';
import type { World } from './world.ts';

/** Against what the server resolves a relative path; `sure` where that was seen or is documented. */
export interface Base {
  readonly path: string;
  readonly sure: boolean;
}

export interface Reading {
  /** Absolute, with its `..` and links as they stand; on win32 without `..`, which is how Win32 opens it. */
  readonly path: string;
  /** Absolute, as it was asked for. */
  readonly asked: string;
  /** Absolute, `..` resolved without following a link. */
  readonly lexical: string;
  /** Null for an absolute text. */
  readonly base: string | null;
  /** False where only some servers would read it so: then it proves nothing by itself. */
  readonly sure: boolean;
  readonly flags: readonly PathFlag[];
}

export type Readings =
  | { readonly kind: 'readings'; readonly readings: readonly Reading[]; readonly complete: boolean }
  | { readonly kind: 'invalid'; readonly flags: readonly PathFlag[] };

/** Longer than any system opens (PATH_MAX is 4,096 on Linux, 32,767 on Windows). */
export const MAX_PATH_CHARS = 32_767;

/**
 * @param bases none where the server's folder is not known
 * @param expandsHome whether this server takes `~` for the home folder; null where nobody knows
 * @returns `complete` false where a way to read it could not be followed to a path
 */
export function readings(
  requested: string,
  bases: readonly Base[],
  expandsHome: boolean | null,
  world: World,
): Readings {
  if (requested.includes('\0')) return { kind: 'invalid', flags: [] };
  if (requested.length > MAX_PATH_CHARS) return { kind: 'invalid', flags: ['too_long'] };
  const uri = /^file:/i.test(requested) ? fileUri(requested, world) : null;
  if (uri?.kind === 'invalid') return uri;
  const text = uri?.text ?? requested;
  if (world.paths === 'win32' && holdsNoName(text.trimEnd())) return { kind: 'invalid', flags: ['trailing_dots'] };
  const flags: PathFlag[] = uri ? ['file_uri', ...uri.flags] : [];
  const all: Reading[] = [];
  let complete = true;
  const add = (one: string, extra: readonly PathFlag[], sure: boolean) => {
    const read = absolutes(one, bases, world);
    if (read === null) complete = false;
    else
      for (const each of read)
        all.push({ ...each, sure: sure && each.sure, flags: [...flags, ...extra, ...each.flags] });
  };
  const home = homeRead(text, world);
  // A server that is known takes `~` for the home folder or nothing at all; of another one nobody can say.
  const isExpanded = home !== null && (expandsHome === true ? home.isTilde : expandsHome === null);
  if (!isExpanded || expandsHome === null) add(text, [], !isExpanded);
  if (isExpanded && home.path === null) complete = false;
  if (isExpanded && home.path !== null) add(home.path, ['home_expanded'], expandsHome === true);
  // Some only take the scheme off, and know neither queries nor percent signs.
  const scheme = world.paths === 'win32' ? /^file:\/*/i : /^file:(?:\/\/)?/i;
  if (uri && /[?#%]/.test(requested)) add(requested.replace(scheme, ''), [], true);
  const trimmed = text.trim().replace(/^["']|["']$/g, '');
  if (trimmed !== text && trimmed !== '') add(trimmed, ['trimmed'], true);
  for (const written of isAscii(text) ? [] : new Set([text, trimmed]))
    for (const form of new Set([written.normalize('NFC'), written.normalize('NFD')]))
      if (form !== written) add(form, ['unicode_form'], true);
  for (const one of [...all])
    if (world.paths === 'posix' && one.path.includes('/..'))
      all.push({ ...one, path: one.lexical, flags: [...one.flags, 'lexical'] });
  return { kind: 'readings', readings: all, complete: complete && all.length > 0 };
}

/** A text as absolute paths; null where only the server knows. */
function absolutes(text: string, bases: readonly Base[], world: World): Reading[] | null {
  if (world.paths === 'win32') return windowsAbsolutes(text, bases);
  if (world.wsl && /^[a-z]:[\\/]/i.test(text)) return [posixReading(wslPath(text), null, true, ['wsl'])];
  if (text.startsWith('/')) return [posixReading(text, null, true, [])];
  return bases.map(({ path, sure }) => posixReading(`${path}/${text}`, path, sure, []));
}

function posixReading(path: string, base: string | null, sure: boolean, flags: readonly PathFlag[]): Reading {
  return { path, asked: path, lexical: withoutDots(path), base, sure, flags };
}

function windowsAbsolutes(text: string, bases: readonly Base[]): Reading[] | null {
  const { kind } = readWindows(text);
  if (kind === 'unknown') return null;
  const places = kind === 'relative' ? bases : [{ path: null, sure: true }];
  return places.flatMap(({ path: base, sure }) => {
    const whole = base === null ? text : `${base}\\${text}`;
    const read = readWindows(whole);
    if (read.kind !== 'absolute' && read.kind !== 'device') return [];
    const { path, flags } = read;
    const asked = whole.replaceAll('/', '\\').replace(/^\\\\\?\\(UNC\\)?/i, (_, unc) => (unc ? '\\\\' : ''));
    return [{ path, asked, lexical: path, base, sure, flags }];
  });
}

/** `C:\ws\a` as Linux under Windows sees it. */
function wslPath(text: string): string {
  return `/mnt/${text[0]?.toLowerCase()}/${text.slice(3).replaceAll('\\', '/')}`;
}

/** What `~`, `$HOME` and `%USERPROFILE%` in front may stand for; null where there is nothing of the kind. */
function homeRead(text: string, world: World): { readonly path: string | null; readonly isTilde: boolean } | null {
  const [, written, rest = ''] =
    /^(~|~[^/\\]+(?=[/\\])|\$(?:HOME|\{HOME\})|%[A-Za-z_]\w*%)((?:[/\\].*)?)$/s.exec(text) ?? [];
  if (written === undefined) return null;
  const known = written === '~' || /^\$|^%(?:USERPROFILE|HOME)%$/i.test(written);
  return { path: known && world.home !== null ? `${world.home}${rest}` : null, isTilde: written === '~' };
}

type Uri = { readonly kind: 'path'; readonly text: string; readonly flags: readonly PathFlag[] };

/** RFC 8089, percent signs decoded once. Its dots stay: who resolves them, and when, is the server's business. */
function fileUri(text: string, world: World): Uri | { readonly kind: 'invalid'; readonly flags: readonly PathFlag[] } {
  const [, host = '', path = ''] = /^file:(?:\/\/([^/\\?#]*))?([^?#]*)/i.exec(text) ?? [];
  const invalid = { kind: 'invalid', flags: ['file_uri'] } as const;
  if (/%(?:2f|5c|00)/i.test(path)) return invalid;
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    return invalid;
  }
  const isLocal = host === '' || /^localhost$/i.test(host);
  if (world.paths === 'posix')
    return isLocal ? { kind: 'path', text: decoded, flags: [] } : { kind: 'invalid', flags: ['file_uri', 'network'] };
  if (!isLocal) return { kind: 'path', text: `\\\\${host}${decoded}`, flags: ['network'] };
  return { kind: 'path', text: decoded.replace(/^\/+(?=[a-z]:)/i, ''), flags: [] };
}

/** What may change: not from the root on, a step that is none or goes up, an end that says folder. */
const DOTTED = /^[^/]|\/\.|\/\/|.\/$/;

/** As `path.posix.normalize`: `..` takes the name before it away, whatever that is. */
function withoutDots(path: string): string {
  if (!DOTTED.test(path)) return path;
  const kept: string[] = [];
  for (const name of path.split('/')) {
    if (name === '..') kept.pop();
    else if (name !== '' && name !== '.') kept.push(name);
  }
  return `/${kept.join('/')}`;
}
