/**
 * One configuration file as plain values: TOML, the simple part of YAML, `.env` or JSON with comments, by its name. What
 * the values mean is for others.
 */
import { type Plain, plainOf } from '../model/configTree.ts';
import { type Field, readFrontmatter } from '../model/frontmatter.ts';
import { parseJsonc } from '../model/parseJsonc.ts';
import { parseToml } from '../model/parseToml.ts';
import type { Files } from './files.ts';

export type ConfigRead =
  | { readonly kind: 'read'; readonly value: Plain; readonly sha256: string }
  | { readonly kind: 'absent' }
  /** `reason` completes the sentence "<path> …". */
  | { readonly kind: 'failed'; readonly reason: string };

/** Deeper ones are taken for an attack on whoever reads them. */
const DEPTH = 100;
const BYTES = 4 * 1024 * 1024;

/** Never throws. */
export function readConfig(path: string, within: string, files: Files): ConfigRead {
  const content = files.read(path, within, BYTES);
  if (content.kind !== 'file') {
    return content.kind === 'absent' ? { kind: 'absent' } : { kind: 'failed', reason: content.reason };
  }
  if (content.cut) return { kind: 'failed', reason: 'is larger than 4 MiB' };
  if (nesting(content.text) > DEPTH) return { kind: 'failed', reason: 'is nested too deeply' };
  const simple = /\.ya?ml$/.test(path) ? yamlOf(content.text) : /\.env$/.test(path) ? envOf(content.text) : null;
  if (simple) return { kind: 'read', value: simple, sha256: content.sha256 };
  try {
    const parsed = /\.toml$/.test(path) ? parseToml(content.text) : parseJsonc(content.text);
    if (parsed.kind === 'broken') return { kind: 'failed', reason: `cannot be read: ${parsed.reason}` };
    return { kind: 'read', value: plainOf(parsed.root), sha256: content.sha256 };
  } catch {
    return { kind: 'failed', reason: 'cannot be read' };
  }
}

/** The member of nested objects, `undefined` where there is none. */
export function memberAt(value: Plain | undefined, path: readonly string[]): Plain | undefined {
  let at = value;
  for (const key of path) at = isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  return at;
}

export function isObject(value: Plain | undefined): value is { readonly [key: string]: Plain } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The strings of a list; a string alone is a list of one. */
export function stringList(value: Plain | undefined): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

/** Of YAML the outermost names, with texts, flags and lists of texts. */
function yamlOf(text: string): Plain {
  const { fields } = readFrontmatter(`---\n${text.replace(/^---.*\n/, '')}\n---\n`);
  const plain = (field: Field): Plain => {
    if (field.kind === 'list') return field.items;
    if (field.kind === 'nested') return field.lines.join('\n');
    return field.value === 'true' ? true : field.value === 'false' ? false : field.value;
  };
  return Object.fromEntries([...fields].map(([name, field]) => [name, plain(field)]));
}

/** Names only: values of variables go no further. */
function envOf(text: string): Plain {
  const names = [...text.matchAll(/^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w{0,200})[ \t]*=/gm)].map(
    ([, name = '']) => name,
  );
  return Object.fromEntries(names.map((name) => [name, true]));
}

/** An upper bound: brackets in strings count, too. */
function nesting(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x5b || code === 0x7b) deepest = Math.max(deepest, ++depth);
    else if (code === 0x5d || code === 0x7d) depth = Math.max(0, depth - 1);
  }
  return deepest;
}
