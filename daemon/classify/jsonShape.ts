/**
 * The shape of a JSON value: names of members and kinds of values, no value. Two calls of one shape differ in content only;
 * one whose shape changes on its way was rewritten.
 */
import type { Json } from '../model/json.ts';

const NODES = 500;
const DEPTH = 30;
const NAME_CHARS = 200;

/** A text that two values of one shape share; a list is told by the kinds of its items. Of large values the beginning. */
export function jsonShape(value: Json): string {
  let left = NODES;
  const visit = (one: Json, depth: number): string => {
    if (--left < 0 || depth > DEPTH) return '…';
    if (one === null) return '0';
    if (typeof one === 'string') return 's';
    if (typeof one === 'number') return 'n';
    if (typeof one === 'boolean') return 'b';
    if (isList(one)) {
      const kinds = new Set<string>();
      for (const item of one) {
        if (left < 0) break;
        kinds.add(visit(item, depth + 1));
      }
      return `[${[...kinds].sort().join('|')}]`;
    }
    const names = Object.keys(one).sort();
    let text = '{';
    for (const name of names) {
      if (left < 0) break;
      text += `${JSON.stringify(name.slice(0, NAME_CHARS))}:${visit(one[name] ?? null, depth + 1)},`;
    }
    return `${text}}`;
  };
  return visit(value, 0);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
