/**
 * Follows `@path` imports of instruction files: a few deep, each file once, links and paths never out of what the agent
 * itself may read. An import that leads further is listed and not opened.
 */
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { importPaths } from '../model/importPaths.ts';
import { isIn } from './homePath.ts';
import type { Finding, Search } from './instructionSearch.ts';

/** Of Claude Code, as version 2.1.332 follows them; and the default of Gemini CLI. */
const DEPTHS = { approved: 4, inside: 5 } as const;
/** Of one agent. */
const LIMIT = 500;

/**
 * Each import stands behind the file that imports it.
 * @param approved whether imports out of the working directory were allowed; null where that is not known
 */
export function instructionImports(found: readonly Finding[], search: Search, approved: boolean | null): Finding[] {
  if (search.row.imports === null) return [...found];
  const deepest = DEPTHS[search.row.imports];
  // What does not count by itself may still be imported.
  const byItself = found.filter(({ counts }) => counts === 'yes' || counts === 'on_touch' || counts === 'cut');
  const seen = new Set(byItself.map(({ absolute }) => absolute));
  let left = LIMIT;
  const withImports = (one: Finding, depth: number): Finding[] => {
    const { content } = one;
    if (content.kind !== 'file' || one.kind === 'memory' || one.counts === 'excluded') return [one];
    const imported = importPaths(content.text).flatMap((written) => {
      const absolute = targetOf(written, one, search.request.home);
      if (absolute === null || seen.has(absolute) || left <= 0) return [];
      const next = importOf(absolute, one, depth, search, approved);
      if (!next) return [];
      seen.add(absolute);
      left--;
      return depth >= deepest ? [next] : withImports(next, depth + 1);
    });
    return [one, ...imported];
  };
  const all = found.flatMap((one) => withImports(one, 0));
  const imported = new Set(all.flatMap(({ importer, absolute }) => (importer === null ? [] : absolute)));
  return all.filter(({ importer, absolute }) => importer !== null || !imported.has(absolute));
}

function targetOf(written: string, { absolute }: Finding, home: string): string | null {
  if (written.startsWith('~/')) return join(home, written.slice(2));
  if (written.includes('\u0000')) return null;
  return isAbsolute(written) ? resolve(written) : resolve(dirname(absolute), written);
}

function importOf(
  absolute: string,
  importer: Finding,
  depth: number,
  { row, request, files }: Search,
  approved: boolean | null,
): Finding | null {
  // The user's own files and the organization's may import from anywhere; a repository's only from itself.
  const own = importer.look === 'home' || importer.look === 'managed';
  const inside = isIn(absolute, request.root);
  const base = {
    absolute,
    folder: dirname(absolute),
    name: absolute,
    pattern: '',
    look: importer.look,
    kind: 'import' as const,
    scope: null,
    importer: importer.absolute,
  };
  const kind = files.kindOf(absolute);
  const deepest = row.imports === null ? 0 : DEPTHS[row.imports];
  if (kind === null || kind === 'folder') return null;
  // Claude Code asks about everything out of the folder that it was started in.
  const free = own || isIn(absolute, row.imports === 'approved' ? request.cwd : request.root);
  const asked = free ? true : row.imports === 'approved' ? approved : false;
  if (asked !== true && !inside) {
    const content = { kind: 'refused' as const, reason: 'was not read' };
    return { ...base, within: request.root, content, ...unasked(row, asked) };
  }
  const within = inside ? request.root : isIn(absolute, request.home) ? request.home : dirname(absolute);
  const content = files.read(absolute, within);
  if (content.kind === 'absent') return null;
  if (content.kind === 'refused') return { ...base, within, content, counts: 'unknown', why: `It ${content.reason}.` };
  if (depth >= deepest) {
    return { ...base, within, content, counts: 'excluded', why: `It is imported more than ${deepest} files deep.` };
  }
  if (asked !== true) return { ...base, within, content, ...unasked(row, asked) };
  // It counts as its importer does.
  return { ...base, within, content, counts: importer.counts, why: 'It is imported.' };
}

function unasked({ imports, name }: Search['row'], approved: boolean | null): Pick<Finding, 'counts' | 'why'> {
  if (imports === 'inside') return { counts: 'excluded', why: `${name} follows no import out of the workspace.` };
  const out = 'It is imported from out of the folder where the agent was started';
  if (approved === false) return { counts: 'excluded', why: `${out}, and the user did not allow that.` };
  return { counts: 'unknown', why: `${out}: whether the user allowed that is not known.` };
}
