/**
 * The paths among a call's arguments: by the catalog, else by schema, name and look, nested, in arrays, as `file:` URIs. It
 * finds them; where they lead is judged elsewhere. Arguments come from a model: bounded, whatever they look like.
 */
import type { Access } from '../protocol/policy.ts';
import { type LongText, type LongTexts, NO_LONG_TEXTS } from './longTexts.ts';
import { accessOf, type KnownTool, type OperationClass } from './toolCatalog.ts';

export interface PathArgument {
  /** Where it stands: `path`, `files[2].path`. At most 200 characters. */
  readonly argument: string;
  readonly value: string;
  readonly access: Access;
  /** What says that it is a path: the catalog or a `file:` URI, the schema, the name, or only how it looks. */
  readonly by: 'catalog' | 'uri' | 'schema' | 'name' | 'look';
}

export interface FoundArguments {
  readonly paths: readonly PathArgument[];
  /** More than is looked through: what was left out may hold a path. */
  readonly cut: boolean;
}

export const MAX_PATHS = 1000;
const MAX_NODES = 20_000;
const MAX_DEPTH = 32;
/** Longer than that is text, unless its name says that it is a path. */
const TEXT_CHARS = 4096;

/** Names that are given to paths and to hardly anything else, as their last words. */
const SURE_NAME =
  /(?:^|[_.-]|(?<=[a-z\d]))(?:path|paths|filepath|filepaths|filename|filenames|directory|directories|folder|folders|cwd|workdir|dirname)$/i;
/** Names that are also given to other things: the value has to look like a path. */
const LIKELY_NAME =
  /(?:^|[_.-]|(?<=[a-z\d]))(?:file|files|dir|dirs|src|source|dest|destination|target|from|to|root|roots|input|output|uri|uris|repo|repository|project|workspace|location|include|exclude|glob|base|out)$/i;
const WRITTEN =
  /(?:^|[_.-]|(?<=[a-z\d]))(?:dest|destination|output|out|target|to|outfile|outdir)(?:_?(?:path|file|dir|directory|folder|name))?$/i;
const READ = /(?:^|[_.-]|(?<=[a-z\d]))(?:src|source|from|input)(?:_?(?:path|file|dir|directory|folder|name))?$/i;
/** Names of what is written, said or searched for: a path in it is text. */
const TEXT_NAME =
  /(?:^|[_.-]|(?<=[a-z\d]))(?:contents?|text|body|data|message|query|command|cmd|script|code|pattern|patterns|regex|prompt|description|title|comment|str|string|replace|replacement|search|sql|url|html|markdown|value|name|id|thought)$/i;
/** Where a tool's schema has one of these, its `path` is a place in something else. The schema only: whoever calls can add any argument. */
const ELSEWHERE = [
  'owner',
  'bucket',
  'project_id',
  'projectId',
  'selector',
  'spreadsheetId',
  'database_id',
  'base_url',
  'endpoint',
];

/** Bounded: a long text without a colon would be gone through to its end. */
const ADDRESS = /^(?:[a-z][a-z\d+.-]{1,63}:\/\/|data:|mailto:|urn:)/i;
const SCHEME = /^[a-z][a-z\d+.-]{1,63}:/i;
const LOOKS = /^(?:\/|\.{1,2}(?:[/\\]|$)|~(?:[/\\]|$)|[a-z]:[\\/]|\\\\|\$(?:HOME|\{HOME\})[/\\])/i;
/** Neither a path by its look, nor a URI or an option: only its name, the catalog or the schema can say that it is one. */
const PLAIN = /^(?!\.)[^/\\~:=$]*$/;
/** An option where a value was meant (CVE-2025-68144): `--output=/etc/x`. */
const OPTION = /^--?[\w-]+=(.+)$/s;

/**
 * @param schema the tool's `inputSchema`; null where none was listed
 * @param texts what was left out of the arguments when they were read
 */
export function findArguments(
  args: unknown,
  schema: unknown,
  known: KnownTool | null,
  operation: OperationClass,
  readOnlyHint: boolean | null,
  texts: LongTexts = NO_LONG_TEXTS,
): FoundArguments {
  const paths: PathArgument[] = [];
  let nodes = 0;
  let cut = false;
  const access = accessOf(operation, readOnlyHint);
  visit(args, schema, '', '', '', false, 0);
  return { paths, cut };

  function visit(
    value: unknown,
    shape: unknown,
    where: string,
    pattern: string,
    name: string,
    elsewhere: boolean,
    depth: number,
  ): void {
    if (cut) return;
    if (++nodes > MAX_NODES || depth > MAX_DEPTH || paths.length >= MAX_PATHS) {
      cut = true;
      return;
    }
    if (typeof value === 'string') {
      const long = texts.of(value);
      if (long === null) text(value, shape, where, pattern, name, elsewhere);
      else if (mayName(long, shape, pattern, name)) text(long.whole(), shape, where, pattern, name, elsewhere);
    } else if (Array.isArray(value)) {
      const items = member(shape, 'items');
      for (let at = 0; at < value.length && !cut; at++)
        visit(value[at], items, `${where}[${at}]`, `${pattern}[]`, name, elsewhere, depth + 1);
    } else if (typeof value === 'object' && value !== null) {
      const properties = member(shape, 'properties');
      const far = elsewhere || ELSEWHERE.some((one) => member(properties, one) !== undefined);
      for (const key of Object.keys(value)) {
        if (cut) return;
        const inner = Object.hasOwn(value, key) ? member(value, key) : undefined;
        const dot = where === '' ? '' : '.';
        visit(inner, member(properties, key), `${where}${dot}${key}`, `${pattern}${dot}${key}`, key, far, depth + 1);
      }
    }
  }

  function text(value: string, shape: unknown, where: string, pattern: string, name: string, elsewhere: boolean): void {
    const argument = where.slice(0, 200);
    const by = whatSays(value, shape, pattern, name, elsewhere);
    if (by !== null) paths.push({ argument, value, access: accessFor(pattern, name), by });
    if (by !== null || !value.startsWith('-') || TEXT_NAME.test(name)) return;
    const option = OPTION.exec(value)?.[1];
    if (option !== undefined && LOOKS.test(option))
      paths.push({ argument, value: option, access: 'write', by: 'look' });
  }

  /** False only where `whatSays` would see no path in the whole text. */
  function mayName({ head, moreThan }: LongText, shape: unknown, pattern: string, name: string): boolean {
    if (ownAccess(pattern) !== undefined || SURE_NAME.test(name) || member(shape, 'format') !== undefined) return true;
    if (/^(?:file:|-)/i.test(head)) return true;
    if (moreThan >= TEXT_CHARS) return false;
    return LIKELY_NAME.test(name) || (LOOKS.test(head) && !TEXT_NAME.test(name));
  }

  function whatSays(
    value: string,
    shape: unknown,
    pattern: string,
    name: string,
    far: boolean,
  ): PathArgument['by'] | null {
    if (ownAccess(pattern) !== undefined) return 'catalog';
    if (/^file:/i.test(value)) return 'uri';
    // The catalog names all the paths of a tool.
    if (known !== null || far || value === '') return null;
    const format = member(shape, 'format');
    if (format === undefined && PLAIN.test(value)) return SURE_NAME.test(name) ? 'name' : null;
    // Whoever resolves an address as a path gets somewhere only by `..`.
    if (ADDRESS.test(value) && !value.includes('..')) return null;
    if (typeof format === 'string' && /path|^file|director/i.test(format)) return 'schema';
    if (SURE_NAME.test(name)) return 'name';
    if (value.length > TEXT_CHARS || /[\n\r]/.test(value.trim())) return null;
    const looks = LOOKS.test(value) && !value.startsWith('//');
    // `node:fs`, `npm:x`, `refs:y`.
    if ((SCHEME.test(value) && !looks) || OPTION.test(value)) return null;
    if (LIKELY_NAME.test(name) && (looks || /^[^\s]+[/\\][^\s]*$/.test(value))) return 'name';
    return looks && !TEXT_NAME.test(name) && !/\s{2}|^\/[^/\s]*$/.test(value) ? 'look' : null;
  }

  /** Also of a list where one was meant, or the other way round: servers differ in what they make of that. */
  function ownAccess(pattern: string): Access | undefined {
    if (known === null) return undefined;
    const own = Object.entries(known.paths).find(
      ([argument]) => argument.replaceAll('[]', '') === pattern.replaceAll('[]', ''),
    );
    return own?.[1];
  }

  function accessFor(pattern: string, name: string): Access {
    const own = ownAccess(pattern);
    if (own !== undefined) return own;
    if (operation !== 'move' && READ.test(name)) return 'read';
    return WRITTEN.test(name) && operation !== 'read' && operation !== 'list' && operation !== 'search'
      ? 'write'
      : access;
  }
}

/** A member of an object that nothing is known of. */
function member(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return Reflect.get(value, key);
}
