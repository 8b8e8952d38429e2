/** JSON with comments and trailing commas as a tree with places. A byte order mark belongs to the text and is skipped. */
import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import type { ConfigMember, ConfigNode, ParsedConfig } from './configTree.ts';

/** Never throws; a text with a mistake in it is `broken`, with the first mistake and its place. */
export function parseJsonc(text: string): ParsedConfig {
  const errors: ParseError[] = [];
  // A blank instead of the mark keeps every offset.
  const root = parseTree(text.replace(/^\uFEFF/, ' '), errors, { allowTrailingComma: true });
  const first = errors[0];
  if (first) {
    const before = text.slice(0, first.offset).split('\n');
    const place = `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`;
    return { kind: 'broken', reason: `${printParseErrorCode(first.error)} in ${place}` };
  }
  if (!root) return { kind: 'broken', reason: 'it is empty' };
  return { kind: 'parsed', root: nodeOf(root), format: 'json' };
}

function nodeOf({ type, offset: start, length, children = [], value }: Node): ConfigNode {
  const end = start + length;
  if (type === 'object') return { kind: 'object', start, end, members: children.map(memberOf) };
  if (type === 'array') return { kind: 'array', start, end, items: children.map(nodeOf) };
  if (type === 'string') return { kind: 'string', start, end, value: String(value) };
  return { kind: 'other', start, end, value: type === 'null' ? null : (value as number | boolean) };
}

function memberOf({ offset: start, length, children = [] }: Node): ConfigMember {
  const [key, value] = children;
  if (!key || !value) throw new Error('a member without key or value got past the parser');
  return {
    key: String(key.value),
    keySpan: { start: key.offset, end: key.offset + key.length },
    value: nodeOf(value),
    span: { start, end: start + length },
    layout: 'commas',
  };
}
