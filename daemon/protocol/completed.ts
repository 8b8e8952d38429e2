/**
 * A record that an earlier version wrote, completed with the members that it did not know: what was not observed is
 * null, "unknown" or empty, as the schema of today lets it be. A member that has to say something stays missing.
 */
import * as z from 'zod';

/** A schema of the published language, for those who only read with it. */
export type RecordSchema<T> = z.ZodType<T>;

/** @returns the value itself where nothing is missing, and where it is no such record at all */
export function completed(schema: z.ZodType, value: unknown): unknown {
  const inner = bare(schema);
  if (inner instanceof z.ZodObject && isObject(value)) {
    let made: Record<string, unknown> | null = null;
    for (const [name, member] of Object.entries<z.ZodType>(inner.shape)) {
      const before = value[name];
      const after = before === undefined ? unknownOf(member) : completed(member, before);
      if (after === before) continue;
      made ??= { ...value };
      made[name] = after;
    }
    return made ?? value;
  }
  if (inner instanceof z.ZodArray && Array.isArray(value)) {
    const element = inner.element;
    if (!(element instanceof z.ZodType)) return value;
    const items: unknown[] = value.map((item) => completed(element, item));
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  return value;
}

/** How a schema says that nothing is known; undefined where it cannot. */
function unknownOf(schema: z.ZodType): unknown {
  for (const word of [null, 'unknown']) if (schema.safeParse(word).success) return word;
  const inner = bare(schema);
  if (inner instanceof z.ZodArray) return [];
  if (inner instanceof z.ZodObject) return completed(inner, {});
  return undefined;
}

function bare(schema: z.ZodType): z.ZodType {
  let inner: unknown = schema;
  while (inner instanceof z.ZodNullable || inner instanceof z.ZodOptional) inner = inner.unwrap();
  return inner instanceof z.ZodType ? inner : schema;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
