/** Names the schemas of an import's records, so that whoever reads them knows whether they were checked by the same ones. */
import { createHash } from 'node:crypto';
import { importedSchemaText } from './protocol/imported.ts';

/** Put in by the build: to write all schemas out takes as long as to read two hundred calls. */
declare const __CALLGROVE_IMPORT_SHAPE__: string | undefined;

let shape: string | null = typeof __CALLGROVE_IMPORT_SHAPE__ === 'undefined' ? null : __CALLGROVE_IMPORT_SHAPE__;

/** 16 hex digits. */
export function importShape(): string {
  shape ??= createHash('sha256').update(importedSchemaText()).digest('hex').slice(0, 16);
  return shape;
}
