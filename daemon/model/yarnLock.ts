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

/** One block of the file. */
interface Block {
  readonly name: string;
  readonly version: string;
  /** `name@range`, as others ask for it. */
  readonly asked: readonly string[];
  /** The same, of what it asks for itself. */
  readonly asks: readonly string[];
  /** Names among those that may fail to install. */
  readonly optional: readonly string[];
  /** Of a platform only. */
  readonly conditional: boolean;
}

/** Packages of the workspace itself are left out. */
export function yarnLock(text: string): YarnLock {
  const berry = /^__metadata:/m.test(text);
  const blocks = text.split(/\r?\n\r?\n/).flatMap((part) => blockOf(part, berry) ?? []);
  const spare = spareBlocks(blocks);
  const entries = blocks
    .filter(({ version }) => /^\d/.test(version) && version !== '0.0.0-use.local')
    .map((block) => ({ name: block.name, version: block.version, optional: spare.has(block) }));
  return { berry, entries };
}

function blockOf(part: string, berry: boolean): Block | null {
  const lines = part.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'));
  const [head = ''] = lines;
  if (!head.endsWith(':') || /^\s/.test(head) || head === '__metadata:') return null;
  const value = (key: string) =>
    lines.map((line) => new RegExp(`^  ${key}:? "?([^"]+?)"?$`).exec(line)?.[1]).find((found) => found !== undefined) ??
    '';
  const asked = head.slice(0, -1).replaceAll('"', '').split(/, */);
  const name = nameOf(berry ? value('resolution') : (asked[0] ?? ''));
  const asks: string[] = [];
  const optional: string[] = [];
  let section = '';
  let meta = '';
  for (const line of lines.slice(1)) {
    if (/^ {2}\S/.test(line)) section = line.trim().replace(/:.*$/, '');
    const [, wanted, range] = /^ {4}"?((?:@[^/"]+\/)?[^"\s:]+)"?:? "?([^"]+?)"?$/.exec(line) ?? [];
    if (wanted !== undefined && range !== undefined && /^(?:optionalD|d)ependencies$/.test(section)) {
      asks.push(`${wanted}@${range}`);
      if (section === 'optionalDependencies') optional.push(wanted);
    }
    // Yarn 2 and later say it in a table beside: the name, then `optional: true` below it.
    meta = /^ {4}"?([^":]+)"?:$/.exec(line)?.[1] ?? meta;
    if (section === 'dependenciesMeta' && /^ {6}optional: true$/.test(line)) optional.push(meta);
  }
  return { name, version: value('version'), asked, asks, optional, conditional: value('conditions') !== '' };
}

const nameOf = (spec: string) => /^(?:@[^/]+\/)?[^@]+/.exec(spec)?.[0] ?? spec;

/** Those of one platform, those that somebody asks for as optional, and whatever these bring along. */
function spareBlocks(blocks: readonly Block[]): ReadonlySet<Block> {
  const names = new Set(blocks.flatMap(({ optional }) => optional));
  const byAsked = new Map(blocks.flatMap((block) => block.asked.map((one) => [one, block] as const)));
  const found = new Set<Block>();
  const open = blocks.filter(({ name, conditional }) => conditional || names.has(name));
  for (let block = open.pop(); block; block = open.pop()) {
    if (found.has(block)) continue;
    found.add(block);
    open.push(...block.asks.flatMap((one) => byAsked.get(one) ?? []));
  }
  return found;
}

/** `node_modules/.yarn-state.yml`: each package's name, and the first folder that it says it filled. */
export function yarnState(text: string): readonly { readonly name: string; readonly folder: string }[] {
  return text.split(/\r?\n\r?\n/).flatMap((part) => {
    const name = nameOf(/^"?([^"\n]+)"?:$/m.exec(part)?.[1] ?? '');
    const folder = /^ {4}- "?([^"\n]*)"?$/m.exec(part)?.[1] ?? '';
    return folder.startsWith('node_modules/') ? [{ name, folder }] : [];
  });
}
