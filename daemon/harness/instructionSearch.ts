/**
 * Finds the files that a row of the instruction table names, in the agent's order. Whether a file that was found counts
 * is decided by its row, its settings and its head; exclusions, budgets and imports follow after.
 */
import { join } from 'node:path';
import { globMatch } from '../model/globMatch.ts';
import type { InstructionFile } from '../protocol/harness.ts';
import type { FileContent, Files, NotRead } from './files.ts';
import { foldersDownTo, homePaths, isIn } from './homePath.ts';
import type { InstructionOptions } from './instructionOptions.ts';
import type { FileRow, InstructionRow, Step } from './instructionRow.ts';
import { scopeOf } from './instructionScope.ts';
import type { CaptureRequest } from './request.ts';
import type { WorkspaceListing } from './workspaceListing.ts';

export interface Finding extends Pick<InstructionFile, 'kind' | 'counts' | 'why' | 'scope'> {
  readonly absolute: string;
  /** The folder that was looked in. */
  readonly folder: string;
  /** Relative to that folder; and the row's path, patterns and all. */
  readonly name: string;
  readonly pattern: string;
  readonly look: Step['look'];
  /** Links may lead anywhere in here. */
  readonly within: string;
  readonly content: FileContent | NotRead;
  /** Of an import: absolute path of the file that imports it. */
  readonly importer: string | null;
}

export interface Search {
  readonly row: InstructionRow;
  readonly options: InstructionOptions;
  readonly request: CaptureRequest;
  readonly files: Files;
  readonly listing: WorkspaceListing;
}

/** Of one agent. */
const LIMIT = 1000;

/** A file that several steps find stands where the first one finds it. */
export function instructionSearch(search: Search): Finding[] {
  const seen = new Set<string>();
  const found: Finding[] = [];
  for (const step of search.row.steps) {
    const fresh = findStep(step, search).filter(({ absolute }) => {
      const isNew = !seen.has(absolute);
      seen.add(absolute);
      return isNew;
    });
    found.push(...picked(fresh, step));
    if (found.length > LIMIT) break;
  }
  return found.slice(0, LIMIT);
}

function findStep(step: Step, search: Search): Finding[] {
  const { request } = search;
  const rows = step.files.flatMap((row) => named(row, search.options.names));
  if (step.look === 'below') return findBelow(rows, search);
  if (step.look === 'home' || step.look === 'managed') {
    return rows.flatMap((row) =>
      homePaths(row.path, request).flatMap(({ base, rest, within }) =>
        findIn({ ...row, path: rest }, base, within, step.look, search),
      ),
    );
  }
  return foldersOf(step.look, search).flatMap((folder) => {
    const above = !isIn(folder, request.root);
    const within = !above ? request.root : isIn(folder, request.home) ? request.home : folder;
    return rows.flatMap((row) => findIn(row, folder, within, step.look, search));
  });
}

function foldersOf(look: Step['look'], { request, row, files }: Search): readonly string[] {
  const { root } = request;
  if (look === 'root') return [root];
  const down = foldersDownTo(isIn(request.cwd, root) ? request.cwd : root);
  if (look === 'ancestors') return down;
  if (look === 'above') return down.filter((folder) => !isIn(folder, root));
  // Codex looks at the working directory only where no root is marked.
  if (row.agent === 'codex' && files.kindOf(join(root, '.git')) === null) return down.slice(-1);
  return down.filter((folder) => isIn(folder, root));
}

/** Names come from settings, so from the checkout, too: none may lead out of the folder. */
function named(row: FileRow, names: readonly string[] | null): FileRow[] {
  const [placeholder, otherwise] = /\{names(?::([^}]*))?\}/.exec(row.path) ?? [];
  if (placeholder === undefined) return [row];
  return (names ?? (otherwise === undefined ? [] : [otherwise]))
    .map((name) => name.replaceAll('\\', '/').replace(/^(?:\.\/)+/, ''))
    .filter(
      (name) => name !== '' && !name.startsWith('/') && !/^[\w+-]+:/.test(name) && !name.split('/').includes('..'),
    )
    .slice(0, 100)
    .map((name) => ({ ...row, path: row.path.replace(placeholder, () => name) }));
}

function findIn(row: FileRow, folder: string, within: string, look: Step['look'], search: Search): Finding[] {
  return filesFitting(folder, row.path, within, search.files).flatMap(
    (path) => toFinding(row, folder, path, within, look, search) ?? [],
  );
}

/** Paths relative to the folder, in order of their names. */
export function filesFitting(folder: string, pattern: string, within: string, files: Files): readonly string[] {
  const parts = pattern.split('/');
  const fixed = parts.findIndex((part) => /[*?[{]/.test(part));
  if (fixed < 0) {
    const kind = files.kindOf(join(folder, pattern));
    return kind === null || kind === 'folder' ? [] : [pattern];
  }
  const start = parts.slice(0, fixed);
  const rest = parts.slice(fixed);
  const at = join(folder, ...start);
  const kind = files.kindOf(at);
  if (kind !== 'folder' && kind !== 'link') return [];
  const before = start.length === 0 ? '' : `${start.join('/')}/`;
  if (rest.includes('**')) {
    const below = files.walk(at, within).filter((path) => globMatch(rest.join('/'), path));
    return below.map((path) => before + path);
  }
  const entries = (files.list(at, within) ?? []).filter(({ name }) => globMatch(rest[0] ?? '', name));
  if (rest.length === 1) return entries.filter((one) => one.kind !== 'folder').map(({ name }) => before + name);
  return entries.flatMap(({ name }) => {
    const deeper = filesFitting(join(at, name), rest.slice(1).join('/'), within, files);
    return deeper.map((path) => `${before}${name}/${path}`);
  });
}

/** Files of folders that the agent comes to later: told from the listing, the folders themselves are not walked. */
function findBelow(rows: readonly FileRow[], search: Search): Finding[] {
  const { request, listing } = search;
  const onWay = new Set(foldersDownTo(isIn(request.cwd, request.root) ? request.cwd : request.root));
  const starts = rows.map((row) => ({ row, start: startOf(row.path) }));
  const found: Finding[] = [];
  for (const path of [...new Set(starts.flatMap(({ start }) => listing.having(start)))].sort()) {
    for (const { row, start } of starts) {
      const at = placesOf(start, path).find((place) => globMatch(row.path, path.slice(place)));
      if (at === undefined) continue;
      const folder = join(request.root, path.slice(0, Math.max(0, at - 1)));
      const one = onWay.has(folder) ? null : toFinding(row, folder, path.slice(at), request.root, 'below', search);
      if (one) found.push(one);
    }
    if (found.length > LIMIT) break;
  }
  return found;
}

/** Where in a path the text stands at the start of a name. */
function placesOf(start: string, path: string): number[] {
  const places = path.startsWith(start) ? [0] : [];
  for (let at = path.indexOf(`/${start}`); at >= 0; at = path.indexOf(`/${start}`, at + 1)) places.push(at + 1);
  return places;
}

/** What a path must have in it: everything up to the first pattern. */
function startOf(pattern: string): string {
  return pattern.slice(0, pattern.search(/[*?[{]|$/));
}

function toFinding(
  row: FileRow,
  folder: string,
  name: string,
  within: string,
  look: Step['look'],
  { options, files }: Search,
): Finding | null {
  const absolute = join(folder, name);
  const content = files.read(absolute, within);
  if (content.kind === 'absent') return null;
  const kind = row.kind ?? 'instructions';
  const base = { absolute, folder, name, pattern: row.path, look, within, content, kind, importer: null };
  if (content.kind !== 'file') return { ...base, counts: 'unknown', why: `It ${content.reason}.`, scope: null };
  const head = row.scope ? scopeOf(row.scope, content.text) : null;
  const scope = head?.scope ?? null;
  const off = row.setting ? offBy(row.setting, options) : null;
  if (off !== null) return { ...base, counts: 'excluded', why: off, scope };
  const counts = row.counts ?? head?.counts ?? 'yes';
  const touched = look === 'below' && counts === 'yes' ? 'on_touch' : counts;
  return { ...base, counts: touched, why: head?.why ? `${row.why} ${head.why}` : row.why, scope };
}

function offBy({ key, otherwise }: NonNullable<FileRow['setting']>, options: InstructionOptions): string | null {
  const found = options.set(key);
  const name = key.replace('/', ' ');
  if (!found) return otherwise ? null : `${name} is not set.`;
  if (found.value === false) return `${name} is false in ${found.shown}.`;
  return found.value === true || otherwise ? null : `${name} is not set.`;
}

function picked(found: readonly Finding[], { pick }: Step): Finding[] {
  if (pick === 'all') return [...found];
  const counts = (one: Finding) => one.counts !== 'excluded' && (pick === 'first_there' || !isEmpty(one));
  if (pick === 'first_row') {
    const winner = found.find(counts);
    return found.map((one) => (winner && one.pattern !== winner.pattern && counts(one) ? shadowed(one, winner) : one));
  }
  return found.map((one) => {
    const winner = found.find((other) => other.folder === one.folder && counts(other));
    if (isEmpty(one) && (winner === one || !winner)) return { ...one, counts: 'excluded', why: 'It is empty.' };
    return winner && winner !== one ? shadowed(one, winner) : one;
  });
}

function shadowed(one: Finding, { name }: Finding): Finding {
  return isEmpty(one)
    ? { ...one, counts: 'excluded', why: 'It is empty.' }
    : { ...one, counts: 'shadowed', why: `${name} stands before it.` };
}

function isEmpty({ content }: Finding): boolean {
  return content.kind === 'file' && content.text.trim() === '';
}
