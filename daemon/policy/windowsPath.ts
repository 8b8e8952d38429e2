/**
 * Paths by the rules of Win32: drives, shares, devices, streams, names that mean another name. Text first, because Win32
 * resolves `..` before anything is opened; then the links, name by name.
 */
import type { PathFlag, Walked } from './canonicalPath.ts';
import { MAX_LINKS } from './canonicalPath.ts';
import { namesOf, pathOf } from './pathKey.ts';
import type { World } from './world.ts';

/** What a spelling says before the disk is asked. */
export type WindowsPath =
  /** `C:\…` or `\\host\share\…`, without `.` and `..`. */
  | { readonly kind: 'absolute'; readonly path: string; readonly flags: readonly PathFlag[] }
  | { readonly kind: 'relative' }
  /** Which drive, or which folder of it, only the process knows: `C:a`, `\a`, `/c/a`. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'device'; readonly path: string; readonly flags: readonly PathFlag[] };

const DEVICE_NAME = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:$|[. :])/i;

/** @source learn.microsoft.com/dotnet/standard/io/file-path-formats and /windows/win32/fileio/naming-a-file */
export function readWindows(requested: string): WindowsPath {
  const text = requested.replaceAll('/', '\\');
  if (holdsNoName(text)) return { kind: 'unknown' };
  const verbatim = /^\\\\\?\\(?:UNC\\)?/i.exec(text)?.[0];
  if (verbatim !== undefined) return readVerbatim(text, verbatim);
  // The object manager's own spelling, and the devices'.
  if (/^\\(?:\\\.|\?\?)(?:\\|$)/.test(text)) return { kind: 'device', path: text, flags: ['device'] };
  if (/^\\\\[^\\]/.test(text)) return normalised(text, true);
  if (/^[a-z]:\\/i.test(text)) return normalised(text, false);
  if (/^[a-z]:/i.test(text)) return { kind: 'unknown' };
  return text.startsWith('\\') ? { kind: 'unknown' } : { kind: 'relative' };
}

/**
 * A part of dots and spaces alone is left out by one layer of Windows and kept by another, so that a `..` behind it means
 * two things. Nobody names a file so.
 */
export function holdsNoName(text: string): boolean {
  return text.split(/[\\/]/).some((name) => !/^\.{0,2}$/.test(name) && /^[. ]*(?::|$)/.test(name));
}

/** Behind `\\?\` nothing is resolved: what is no plain path, or has dots that programs resolve each in its way, is a device. */
function readVerbatim(text: string, prefix: string): WindowsPath {
  const rest = text.slice(prefix.length);
  const isNetwork = /unc\\$/i.test(prefix);
  if (/(?:^|\\)\.{1,2}(?:\\|$)/.test(rest) || (!isNetwork && !/^[a-z]:\\/i.test(rest)))
    return { kind: 'device', path: text, flags: ['device'] };
  return isNetwork ? normalised(`\\\\${rest}`, true) : normalised(rest, false);
}

function normalised(text: string, network: boolean): WindowsPath {
  const flags = new Set<PathFlag>(network ? ['network'] : []);
  const names = namesOf(text, 'win32');
  const kept = [network ? (names[0] ?? '') : (names[0] ?? '').toUpperCase()];
  for (const written of names.slice(1)) {
    if (written === '.') continue;
    if (written === '..') {
      if (kept.length > 1) kept.pop();
      continue;
    }
    const colon = written.indexOf(':');
    if (colon >= 0) flags.add('alternate_stream');
    const named = colon >= 0 ? written.slice(0, colon) : written;
    const name = named.replace(/[. ]+$/, '');
    if (name !== named) flags.add('trailing_dots');
    if (DEVICE_NAME.test(name)) flags.add('device');
    if (/~\d/.test(name)) flags.add('short_name');
    if (name !== '') kept.push(name);
  }
  return { kind: 'absolute', path: pathOf(kept, 'win32'), flags: [...flags] };
}

/** @param path as {@link readWindows} gives it */
export function walkWindows(path: string, world: World): Walked {
  const flags = new Set<PathFlag>();
  const symlinks: string[] = [];
  let names: string[] = [];
  let left = namesOf(path, 'win32').reverse();
  let missing = false;
  let isFile = false;
  for (let links = 0; left.length > 0; ) {
    names.push(left.pop() ?? '');
    if (names.length === 1 || missing) continue;
    const here = pathOf(names, 'win32');
    const entry = world.lstat(here);
    if (entry.kind === 'absent' || entry.kind === 'unreadable') {
      flags.add(entry.kind);
      missing = true;
      continue;
    }
    if (entry.kind === 'link') {
      if (++links > MAX_LINKS)
        return { canonical: null, symlinks, flags: flags.add('loop'), exists: false, isFile: false };
      if (!symlinks.includes(here)) symlinks.push(here);
      const target = world.readlink(here);
      const read = target === null ? null : readTarget(target, pathOf(names.slice(0, -1), 'win32'));
      if (read === null)
        return { canonical: null, symlinks, flags: flags.add('unreadable'), exists: true, isFile: false };
      for (const flag of read.flags) flags.add(flag);
      if (read.kind === 'device') return { canonical: read.path, symlinks, flags, exists: true, isFile: false };
      left = [...left, ...namesOf(read.path, 'win32').reverse()];
      names = [];
      continue;
    }
    if (/~\d/.test(names.at(-1) ?? '')) {
      const long = world.realPath(here);
      if (long === null)
        return { canonical: null, symlinks, flags: flags.add('short_name'), exists: true, isFile: false };
      names = namesOf(long, 'win32');
    }
    isFile = entry.kind !== 'folder' && left.length === 0;
    if (entry.kind === 'file' && entry.nlink > 1 && left.length === 0) flags.add('hard_link');
  }
  if (missing && symlinks.length > 0) flags.add('dangling_link');
  return { canonical: pathOf(names, 'win32'), symlinks, flags, exists: !missing, isFile };
}

function readTarget(target: string, folder: string): Exclude<WindowsPath, { kind: 'relative' | 'unknown' }> | null {
  const read = readWindows(target);
  const whole = read.kind === 'relative' ? readWindows(`${folder.replace(/\\$/, '')}\\${target}`) : read;
  return whole.kind === 'absolute' || whole.kind === 'device' ? whole : null;
}
