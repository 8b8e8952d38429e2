/**
 * TOML as a tree with places. A table written in several pieces (`[a]`, `[a.b]`, `a.b.c = 1`) is one object whose
 * members stand where they were written; arrays of tables are kept as values that nobody looks into.
 */
import { type AST, parseTOML } from 'toml-eslint-parser';
import type { ConfigMember, ConfigNode, ParsedConfig, Span } from './configTree.ts';

/** An object while it is being put together. */
interface Draft extends Span {
  readonly kind: 'object';
  readonly members: ConfigMember[];
}

/** Never throws; a text with a mistake in it is `broken`, with the mistake and its line. */
export function parseToml(text: string): ParsedConfig {
  const root: Draft = { kind: 'object', start: 0, end: text.length, members: [] };
  try {
    // A blank instead of a byte order mark keeps every offset.
    for (const part of parseTOML(text.replace(/^\uFEFF/, ' '), { tomlVersion: '1.0' }).body[0].body) {
      if (part.type === 'TOMLKeyValue') addPair(root, part, 'lines');
      else addTable(root, part);
    }
  } catch (error) {
    const line = error instanceof Error && 'lineNumber' in error ? ` in line ${error.lineNumber}` : '';
    return { kind: 'broken', reason: `${error instanceof Error ? error.message : String(error)}${line}` };
  }
  return { kind: 'parsed', root, format: 'toml' };
}

function addTable(root: Draft, table: AST.TOMLTable): void {
  const span = spanOf(table);
  if (table.kind === 'array' || table.resolvedKey.some((part) => typeof part === 'number')) return;
  const home = descend(root, table.key.keys, span);
  for (const pair of table.body) addPair(home, pair, 'lines');
}

function addPair(home: Draft, { key, value, range }: AST.TOMLKeyValue, layout: 'lines' | 'commas'): void {
  const last = key.keys.at(-1);
  if (!last) return;
  const span = { start: range[0], end: range[1] };
  const object = descend(home, key.keys.slice(0, -1), span);
  object.members.push({ key: nameOf(last), keySpan: spanOf(last), value: nodeOf(value), span, layout });
}

/** The object at the end of a dotted key, made where it is not there yet. */
function descend(from: Draft, keys: readonly (AST.TOMLBare | AST.TOMLQuoted)[], span: Span): Draft {
  let at = from;
  for (const part of keys) {
    const key = nameOf(part);
    const known = at.members.find((member) => member.key === key)?.value;
    if (known?.kind === 'object') {
      at = known as Draft;
      continue;
    }
    const made: Draft = { kind: 'object', ...span, members: [] };
    at.members.push({ key, keySpan: spanOf(part), value: made, span, layout: 'lines' });
    at = made;
  }
  return at;
}

function nodeOf(node: AST.TOMLContentNode): ConfigNode {
  const span = spanOf(node);
  if (node.type === 'TOMLArray') return { kind: 'array', ...span, items: node.elements.map(nodeOf) };
  if (node.type === 'TOMLInlineTable') {
    const table: Draft = { kind: 'object', ...span, members: [] };
    for (const pair of node.body) addPair(table, pair, 'commas');
    return table;
  }
  if (node.kind === 'string') return { kind: 'string', ...span, value: node.value };
  const value = node.value instanceof Date ? node.value.getTime() : node.value;
  return { kind: 'other', ...span, value };
}

const nameOf = (part: AST.TOMLBare | AST.TOMLQuoted) => (part.type === 'TOMLBare' ? part.name : part.value);
const spanOf = ({ range: [start, end] }: { readonly range: readonly [number, number] }): Span => ({ start, end });
