/** Names the schemas of an import's records, so that whoever reads them knows whether they were checked by the same ones. */
import { createHash } from 'node:crypto';
import { importedSchemaText } from './protocol/imported.ts';

let shape: string | null = null;

/** 16 hex digits. */
export function importShape(): string {
  shape ??= createHash('sha256').update(importedSchemaText()).digest('hex').slice(0, 16);
  return shape;
}
