/** Which versions `yarn.lock` locks, of yarn 1 and of its successors; lines of the one layout that yarn writes. */

export interface YarnEntry {
  readonly name: string;
  readonly version: string;
  /** May be left out on some platforms, or is asked for as optional by somebody. */
  readonly optional: boolean;
}

export interface YarnLock {
  /** Written by yarn 2 or later. */
  readonly berry: boolean;
  readonly entries: readonly YarnEntry[];
}

/** Packages of the workspace itself are left out. */
export function yarnLock(text: string): YarnLock {
  const berry = /^__metadata:/m.test(text);
  const optional = new Set<string>();
  const found: { name: string; version: string; conditions: boolean }[] = [];
  for (const block of text.split(/\r?\n\r?\n/)) {
    const lines = block.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'));
    const head = lines[0] ?? '';
    if (!head.endsWith(':') || /^\s/.test(head) || head === '__metadata:') continue;
    const value = (key: string) => new RegExp(`^  "?${key}"?:?\\s+"?([^"]+?)"?$`, 'm').exec(block)?.[1] ?? '';
    const version = value('version');
    const resolution = value('resolution');
    if (berry && /@(?:workspace|link|portal):/.test(resolution)) continue;
    const name = /^"?((?:@[^/"]+\/)?[^@"]+)@/.exec(berry ? resolution : head)?.[1];
    if (name !== undefined && /^\d/.test(version))
      found.push({ name, version, conditions: value('conditions') !== '' });
    let inOptional = false;
    for (const line of lines) {
      if (/^ {2}\S/.test(line)) inOptional = /^ {2}optionalDependencies:/.test(line);
      else if (inOptional) optional.add(/^ {4}"?((?:@[^/"]+\/)?[^"\s:]+)/.exec(line)?.[1] ?? '');
      // Of yarn 2 and later: `dependenciesMeta` with `optional: true` two lines below the name.
    }
    for (const match of block.matchAll(/^ {4}"?([^"\s:]+)"?:\n {6}optional: true$/gm)) optional.add(match[1] ?? '');
  }
  const entries = found.map(({ name, version, conditions }) => ({
    name,
    version,
    optional: conditions || optional.has(name),
  }));
  return { berry, entries };
}

/** `node_modules/.yarn-state.yml`: `name@version` → the folders that it says it filled. */
export function yarnState(text: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  let locations: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const key = /^"?((?:@[^/"]+\/)?[^@"\s]+)@(?:[^"]*?npm:)([^":]+)[^:]*"?:$/.exec(line);
    if (key) {
      locations = [];
      found.set(`${key[1]}@${key[2]}`, locations);
    } else if (/^\S/.test(line)) locations = [];
    const place = /^ {4}- "?(.+?)"?$/.exec(line)?.[1];
    if (place !== undefined) locations.push(place);
  }
  return found;
}
