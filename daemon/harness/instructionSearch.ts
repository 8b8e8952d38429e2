/**
 * Finds the files that a row of the instruction table names, in the agent's order. Whether a file that was found counts
 * is decided by its row, its settings and its head; exclusions, budgets and imports follow after.
 */
import { join } from 'node:path';
import { globMatch } from '../model/globMatch.ts';
import type { InstructionFile } from '../protocol/harness.ts';
import { codexFolders } from './codexInstructions.ts';
import type { FileContent, Files, NotRead } from './files.ts';
import { filesFitting } from './filesFitting.ts';
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
  if (step.look === 'below' || step.look === 'anywhere') return findBelow(rows, step.look, search);
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

/** The folders that a step looks in, in its order. */
export function foldersOf(look: Step['look'], search: Search): readonly string[] {
  const { root } = search.request;
  const start = startFolder(search);
  const down = foldersDownTo(start);
  const path = down.filter((folder) => isIn(folder, root));
  // Outside a checkout nothing ends the way up.
  const checkout = search.files.kindOf(join(root, '.git')) !== null;
  if (look === 'root') return [root];
  if (look === 'start') return [start];
  if (look === 'over') return path.slice(0, -1);
  if (look === 'ancestors') return down;
  if (look === 'up') return (checkout ? path : down).toReversed();
  if (look === 'above') return down.filter((folder) => !isIn(folder, root));
  return search.row.agent === 'codex' ? codexFolders(down, search) : path;
}

/** The working directory, as far as it is in the root. */
function startFolder({ request }: Pick<Search, 'request'>): string {
  return isIn(request.cwd, request.root) ? request.cwd : request.root;
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

/** Files of folders that the agent comes to later: told from the listing, the folders themselves are not walked. */
function findBelow(rows: readonly FileRow[], look: 'below' | 'anywhere', search: Search): Finding[] {
  const { request, listing } = search;
  const start = startFolder(search);
  const onWay = new Set(foldersDownTo(start));
  const counts = (folder: string) => !onWay.has(folder) && (look === 'anywhere' || isIn(folder, start));
  const starts = rows.map((row) => ({ row, text: startOf(row.path) }));
  const found: Finding[] = [];
  for (const path of [...new Set(starts.flatMap(({ text }) => listing.having(text)))].sort()) {
    for (const { row, text } of starts) {
      const at = placesOf(text, path).find((place) => globMatch(row.path, path.slice(place)));
      if (at === undefined) continue;
      const folder = join(request.root, path.slice(0, Math.max(0, at - 1)));
      const one = counts(folder) ? toFinding(row, folder, path.slice(at), request.root, look, search) : null;
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
  const touched = (look === 'below' || look === 'anywhere') && counts === 'yes' ? 'on_touch' : counts;
  return { ...base, counts: touched, why: head?.why ? `${row.why} ${head.why}` : row.why, scope };
}

function offBy({ key, otherwise }: NonNullable<FileRow['setting']>, options: InstructionOptions): string | null {
  const found = options.set(key);
  const name = key.replace('/', ' ');
  if (!found) return otherwise ? null : `${name} is not set.`;
  if (found.value === false) return `${name} is false in ${found.shown}.`;
  return found.value === true || otherwise ? null : `${name} is not set.`;
}

function picked(found: readonly Finding[], { pick, look, files }: Step): Finding[] {
  const together = look === 'home' || look === 'managed';
  if (pick === 'all') return [...found];
  const anything = pick === 'first_there' || pick === 'first_row_there';
  const counts = (one: Finding) => one.counts !== 'excluded' && (anything || !isEmpty(one));
  if (pick === 'first_row' || pick === 'first_row_there') {
    const winner = files.flatMap(({ path }) => found.find((one) => one.pattern === path && counts(one)) ?? [])[0];
    return found.map((one) => {
      if (winner && one.pattern !== winner.pattern && counts(one)) return shadowed(one, winner);
      return anything && isEmpty(one) ? { ...one, counts: 'excluded', why: 'It is empty.' } : one;
    });
  }
  return found.map((one) => {
    const winner = found.find((other) => (together || other.folder === one.folder) && counts(other));
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
