/**
 * The journal of an import: a bundle's members as records, in the form of every journal (protocol/journal.ts), one
 * journal an import. It is read while it is written, as a connection's is; what it says is shown once its end says that
 * the bundle was found right, and is taken back where it says otherwise or its writer died.
 */
import * as z from 'zod';
import { BundledSession, CALL_FRAME_ROLES, FrameLine, Manifest } from './bundle.ts';
import { StoredCapture } from './captures.ts';
import { RunComparison } from './comparison.ts';
import { Denial } from './denial.ts';
import { Call } from './record.ts';
import { Finding } from './trail.ts';

export function isImportId(id: string): boolean {
  return id.startsWith('imp_');
}

/** How the daemon's note begins that it did not take this import. */
export const importRefused = (importId: string): string => `The import ${importId} was refused: `;

/** The process that writes an import's journal. */
export const Importer = z.object({ pid: z.int(), start: z.string().nullable(), boot_id: z.string().nullable() });
export type Importer = z.infer<typeof Importer>;

/** `k: "import"`, the first. Texts are masked as they are in the database. */
export const ImportRecord = z.object({
  import_id: z.string(),
  bundle_sha256: z.string(),
  imported_at: z.string(),
  manifest: Manifest,
  session: BundledSession,
  diff: RunComparison.nullable(),
  /** By which schemas its records were checked before they were written (importShape.ts). */
  shape: z.string().optional(),
  /** Absent where the journal got its name only when all of it was written: then it has no end, and is whole. */
  importer: Importer.optional(),
});
export type ImportRecord = z.infer<typeof ImportRecord>;

/** A frame without its text, which stands behind the record's first line: from there `offset`, `length` bytes. */
export const ImportedFrame = FrameLine.omit({ body: true }).extend({
  offset: z.int().nonnegative(),
  /** null where there is no text. */
  length: z.int().nonnegative().nullable(),
});
export type ImportedFrame = z.infer<typeof ImportedFrame>;

export const ImportedCallFrame = ImportedFrame.extend({ call_id: z.string(), role: z.enum(CALL_FRAME_ROLES) });
export type ImportedCallFrame = z.infer<typeof ImportedCallFrame>;

/** `k: "import_call"`: one line of JSON, a line end, and the texts of its frames as they stood in the bundle. */
export const ImportedCall = z.object({ call: Call, frames: z.array(ImportedCallFrame) });
export type ImportedCall = z.infer<typeof ImportedCall>;

/** `k: "import_frames"`: a run of frames that belong to no call, in the same form. */
export const ImportedFrames = z.object({ frames: z.array(ImportedFrame) });
export type ImportedFrames = z.infer<typeof ImportedFrames>;

/** `k: "import_end"`, the last: was all of the bundle read and found right? */
export const ImportEnd = z.object({ whole: z.boolean() });
export type ImportEnd = z.infer<typeof ImportEnd>;

/** `k: "import_capture"`, `k: "import_denial"`, `k: "import_finding"` */
export const IMPORTED_SCHEMA = {
  import: ImportRecord,
  import_call: ImportedCall,
  import_frames: ImportedFrames,
  import_capture: StoredCapture,
  import_denial: Denial,
  import_finding: Finding,
  import_end: ImportEnd,
} as const;

/** All of them as JSON Schema: another text where a member was added, or is of another kind. */
export function importedSchemaText(): string {
  const schemas = Object.values(IMPORTED_SCHEMA).map((schema) => z.toJSONSchema(schema, { unrepresentable: 'any' }));
  return JSON.stringify(schemas);
}
