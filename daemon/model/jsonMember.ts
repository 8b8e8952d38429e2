/** A member of a parsed object or an item of a list, own ones only. */
import type { Json } from './json.ts';

/** undefined where there is none, or where `value` has no members at all. */
export function jsonMember(value: Json | undefined, name: string): Json | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.getOwnPropertyDescriptor(value, name)?.value;
}
