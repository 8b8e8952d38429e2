/** Which versions `Cargo.lock` and Go's files lock. Both tools check what they fetched by its hash. */
import { tomlPackages } from './tomlPackages.ts';

export interface LockedSource {
  readonly name: string;
  readonly version: string;
}

/** Packages of a registry; those of folders and repositories are left out. */
export function cargoLock(text: string): readonly LockedSource[] {
  return tomlPackages(text).flatMap(({ name, version, source }) =>
    version !== null && /registry\+|sparse\+/.test(source ?? '') ? [{ name, version }] : [],
  );
}

/** Modules whose content (not only their `go.mod`) is summed. */
export function goSum(text: string): readonly LockedSource[] {
  const found = new Map<string, LockedSource>();
  for (const line of text.split(/\r?\n/)) {
    const [name, version, hash] = line.split(' ');
    if (name && version && hash?.startsWith('h1:') && !version.endsWith('/go.mod'))
      found.set(`${name}@${version}`, { name, version });
  }
  return [...found.values()];
}

/** What `go.mod` requires. */
export function goMod(text: string): readonly LockedSource[] {
  let inside = false;
  return text.split(/\r?\n/).flatMap((line) => {
    const single = /^require\s+(?!\()/.test(line);
    if (/^require\s*\(/.test(line)) inside = true;
    else if (/^\)/.test(line)) inside = false;
    else if (inside || single) {
      const [name, version] = line
        .replace(/^require\s/, '')
        .trim()
        .split(/\s+/, 2);
      return name && version?.startsWith('v') ? [{ name, version }] : [];
    }
    return [];
  });
}

/** `vendor/modules.txt`: what was put there. */
export function goVendor(text: string): readonly LockedSource[] {
  return [...text.matchAll(/^# (\S+) (v\S+)(?: |$)/gm)].map(([, name = '', version = '']) => ({ name, version }));
}
