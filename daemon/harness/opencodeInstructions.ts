/**
 * What is particular to opencode's instructions: variables that switch CLAUDE.md off, and the files that "instructions"
 * of its configuration names, looked for in every folder up the tree. As version 1.18.33 sends them. What a checkout's
 * configuration names out of the checkout is listed and not opened.
 */
import { dirname, isAbsolute, join } from 'node:path';
import { filesFitting } from './filesFitting.ts';
import { isIn } from './homePath.ts';
import type { Layer } from './instructionOptions.ts';
import { type Finding, foldersOf, type Search } from './instructionSearch.ts';
import { memberAt, stringList } from './readConfig.ts';

const SWITCHES = ['OPENCODE_DISABLE_CLAUDE_CODE', 'OPENCODE_DISABLE_CLAUDE_CODE_PROMPT'];
const WHY = '"instructions" of opencode\'s configuration names it.';
/** Of one configuration file. */
const LIMIT = 100;

export function opencodeInstructions(found: readonly Finding[], search: Search): Finding[] {
  const { plain } = search.request.environment;
  const off = SWITCHES.find((name) => /^(?:1|true)$/i.test(plain[name] ?? ''));
  const ruled = found.map((one): Finding => {
    if (off === undefined || !/^(?:\.claude\/)?CLAUDE\.md$/.test(one.name)) return one;
    return { ...one, counts: 'excluded', why: `${off} is set.` };
  });
  const named = search.options.layers.flatMap((layer) =>
    stringList(memberAt(layer.value, ['instructions']))
      .slice(0, LIMIT)
      .flatMap((written) => namedBy(layer, written.replaceAll('\\', '/'), search)),
  );
  const seen = new Set(ruled.map(({ absolute }) => absolute));
  const fresh = named.filter(({ absolute }) => {
    const isNew = !seen.has(absolute);
    seen.add(absolute);
    return isNew;
  });
  return [...ruled, ...fresh];
}

function namedBy({ from }: Layer, written: string, search: Search): Finding[] {
  if (/^[\w+-]+:\/\//.test(written) || written.split('/').includes('..')) return [];
  const { home, root } = search.request;
  const absolute = written.startsWith('~/') ? join(home, written.slice(2)) : isAbsolute(written) ? written : null;
  if (absolute === null) {
    const pattern = written.replace(/^(?:\.\/)+/, '');
    if (pattern === '') return [];
    return foldersOf('up', search).flatMap((folder) =>
      filesFitting(folder, pattern, isIn(folder, root) ? root : folder, search.files).flatMap((name) =>
        opened('up', folder, name, isIn(folder, root) ? root : folder, search),
      ),
    );
  }
  if (from === 'workspace' && !isIn(absolute, root)) return unopened(absolute, search);
  const base = isIn(absolute, root) ? root : isIn(absolute, home) ? home : fixedFolder(absolute);
  const pattern = absolute.slice(base.length).replace(/^\/+/, '');
  return filesFitting(base, pattern, base, search.files).flatMap((name) => opened('home', base, name, base, search));
}

function opened(look: Finding['look'], folder: string, name: string, within: string, { files }: Search): Finding[] {
  const content = files.read(join(folder, name), within);
  if (content.kind === 'absent') return [];
  const base = { ...findingAt(folder, name, within), look };
  return content.kind === 'file'
    ? [{ ...base, content }]
    : [{ ...base, content, counts: 'unknown', why: `It ${content.reason}.` }];
}

/** A pattern of a checkout would list folders that are none of its business. */
function unopened(absolute: string, { files, request }: Search): Finding[] {
  const kind = /[*?[{]/.test(absolute) ? null : files.kindOf(absolute);
  if (kind === null || kind === 'folder') return [];
  const folder = dirname(absolute);
  const within = isIn(absolute, request.home) ? request.home : folder;
  const content = { kind: 'refused' as const, reason: 'was not read' };
  const why = `${WHY} It lies out of the checkout, whose configuration names it, and was not opened.`;
  const base = findingAt(folder, absolute.slice(folder.length + 1), within);
  return [{ ...base, look: 'home', content, counts: 'unknown', why }];
}

const findingAt = (folder: string, name: string, within: string) =>
  ({
    absolute: join(folder, name),
    folder,
    name,
    pattern: '',
    look: 'up',
    within,
    kind: 'instructions',
    counts: 'yes',
    why: WHY,
    scope: null,
    importer: null,
  }) as const;

/** The deepest folder of a path that has no pattern in it. */
function fixedFolder(absolute: string): string {
  const at = absolute.search(/[*?[{]/);
  return dirname(at < 0 ? absolute : `${absolute.slice(0, at)}x`);
}
