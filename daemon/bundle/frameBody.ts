/** How much of a frame's masked text stands in a bundle: all, its beginning, its shape, or nothing. */
import type { BodyLevel, FrameLine } from '../protocol/bundle.ts';
import { HEAD_BYTES } from '../protocol/bundleNames.ts';

type Kept = Pick<FrameLine, 'kept' | 'body'>;

/** @param text masked; null where retention took it. @param whole is it all of the frame? */
export function bodyAt(level: BodyLevel, text: string | null, whole: boolean): Kept {
  if (text === null) return { kept: 'gone', body: null };
  switch (level) {
    case 'none':
      return { kept: 'none', body: null };
    case 'shape': {
      const shape = whole ? shapeOf(text) : null;
      return shape === null ? { kept: 'none', body: null } : { kept: 'shape', body: shape };
    }
    case 'head':
      return headOf(text, whole);
    case 'full':
      return { kept: whole ? 'full' : 'head', body: text };
    default:
      return level satisfies never;
  }
}

function headOf(text: string, whole: boolean): Kept {
  const bytes = Buffer.from(text);
  if (bytes.length <= HEAD_BYTES) return { kept: whole ? 'full' : 'head', body: text };
  let end = HEAD_BYTES;
  // Not in the middle of a character.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  const head = bytes.subarray(0, end).toString('utf8');
  // A placeholder that is cut off would be no placeholder.
  const open = head.lastIndexOf('<');
  return { kept: 'head', body: open > head.length - 100 && !head.includes('>', open) ? head.slice(0, open) : head };
}

const SHAPE_MEMBERS = 200;
const SHAPE_DEPTH = 20;

/** Names and types, as JSON: `{"path":"string(12)","lines":["number"]}`. Null for what is no JSON. */
function shapeOf(text: string): string | null {
  try {
    return JSON.stringify(shape(JSON.parse(text), 0));
  } catch {
    return null;
  }
}

function shape(value: unknown, depth: number): unknown {
  if (value === null) return 'null';
  if (typeof value === 'string') return `string(${value.length})`;
  if (typeof value !== 'object') return typeof value;
  if (depth >= SHAPE_DEPTH) return Array.isArray(value) ? 'array' : 'object';
  if (Array.isArray(value)) {
    const kinds = new Map(value.slice(0, SHAPE_MEMBERS).map((item) => [JSON.stringify(shape(item, depth + 1)), item]));
    return [...kinds.values()].map((item) => shape(item, depth + 1));
  }
  const members = Object.entries(value).slice(0, SHAPE_MEMBERS);
  return Object.fromEntries(members.map(([name, item]) => [name, shape(item, depth + 1)]));
}

/** The same line with less of its body. */
export function cutBody(line: FrameLine, level: 'head' | 'none'): FrameLine {
  if (line.body === null) return line;
  const kept = bodyAt(level, line.body, line.kept === 'full');
  return kept.body === line.body ? line : { ...line, ...kept, kept: level === 'head' ? 'head' : 'none' };
}
