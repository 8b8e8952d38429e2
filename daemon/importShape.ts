/** Names the schemas of an import's records, so that whoever reads them knows whether they were checked by the same ones. */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { IMPORTED_SCHEMA } from './protocol/imported.ts';

let shape: string | null = null;

/** 16 hex digits: another where a member was added or means something else to a parser. */
export function importShape(): string {
  if (shape !== null) return shape;
  const schemas = Object.values(IMPORTED_SCHEMA).map((schema) => z.toJSONSchema(schema, { unrepresentable: 'any' }));
  shape = createHash('sha256').update(JSON.stringify(schemas)).digest('hex').slice(0, 16);
  return shape;
}
