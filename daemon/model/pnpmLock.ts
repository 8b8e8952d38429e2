/**
 * The flat part of `pnpm-lock.yaml` (versions 5 to 9): which versions it locks, and those that a project names itself. Only pnpm
 * writes these files, in one layout, and two sections of them are needed: lines are read, not YAML.
 */

export interface PnpmLock {
  /** `name@version`, without what stands behind for peers. */
  readonly packages: ReadonlySet<string>;
  /** Those that may be left out on a platform that they are not for. */
  readonly optional: ReadonlySet<string>;
  /** What each project (`.` or a folder) asks for itself; links to folders of the workspace are left out. */
  readonly direct: readonly { readonly importer: string; readonly name: string; readonly version: string }[];
}

/** pnpm writes none that is longer. */
const LINE_CHARS = 2000;

const unquote = (text: string) => text.replace(/^'(.*)'$/, '$1').replace(/^"(.*)"$/, '$1');

/** null where the text is no lockfile of pnpm's. */
export function pnpmLock(text: string): PnpmLock | null {
  if (!/^lockfileVersion:/m.test(text)) return null;
  const packages = new Set<string>();
  const optional = new Set<string>();
  const direct: PnpmLock['direct'][number][] = [];
  let section = '';
  let importer = '.';
  let group = '';
  let name = '';
  let current = '';
  for (const line of text.split(/\r?\n/)) {
    if (line.length > LINE_CHARS) continue;
    const [, indent = '', key, value = ''] =
      /^( *)((?:'[^']+'|"[^"]+"|[^\s'":][^:]*(?::[^\s:][^:]*)*))\s*:(?:\s+(.*))?$/.exec(line) ?? [];
    if (key === undefined) continue;
    const depth = indent.length;
    const word = unquote(key);
    if (depth === 0) {
      section = word;
      // Before there were workspaces in it, a lockfile named its one project's packages at the top.
      importer = '.';
      group = word;
      continue;
    }
    if (section === 'importers') {
      if (depth === 2) importer = word;
      else if (depth === 4) group = word;
      else if (depth === 6) {
        name = word;
        if (value !== '') add(value);
      } else if (depth === 8 && word === 'version') add(value);
    } else if (/^(?:dev|optional)?[dD]ependencies$/.test(section)) {
      if (depth === 2) {
        name = word;
        if (value !== '') add(value);
      } else if (depth === 4 && word === 'version') add(value);
    } else if (section === 'packages' || section === 'snapshots') {
      if (depth === 2) {
        current = idOf(word);
        if (section === 'packages' && current !== '') packages.add(current);
      } else if (
        depth === 4 &&
        current !== '' &&
        ((word === 'optional' && value === 'true') || /^(?:os|cpu|libc)$/.test(word))
      )
        optional.add(current);
    }
  }
  return { packages, optional, direct };

  function add(value: string): void {
    if (!/ependencies$/.test(group)) return;
    const version = withoutPeers(unquote(value));
    if (/^\d/.test(version)) direct.push({ importer, name, version });
  }
}

/** `/@a/b@1.0.0(c@2)` (6 to 9) and `/@a/b/1.0.0_c@2` (5) are `@a/b@1.0.0`; an address is none. */
function idOf(key: string): string {
  const plain = withoutPeers(key.replace(/^\//, ''));
  const [, name, version] = /^(@[^/]+\/[^@/]+|[^@/]+)[@/](\d[^/:]*)$/.exec(plain) ?? [];
  return name === undefined || version === undefined ? '' : `${name}@${version}`;
}

const withoutPeers = (text: string) => text.replace(/\(.*$/, '').replace(/^([^_]*\d[^_]*)_.*$/, '$1');
