/** Exports a session of a test's own store as the command does, into a file in a folder of the test's own. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type ExportSource, exportSession } from '../../daemon/exportSession.ts';
import type { BundleMembers, BundleOptions, Manifest, ReportBuilder } from '../../daemon/protocol/bundle.ts';
import type { RedactRule } from '../../daemon/protocol/settings.ts';
import { openDatabase } from '../../daemon/store/database.ts';

export const WHOLE: BundleOptions = {
  bodies: 'full',
  with_instructions: false,
  max_bytes: null,
  redact: true,
  diff: null,
  around: null,
};

export interface ExportPlace {
  readonly folder: string;
  readonly places: { readonly journal: string; readonly artifacts: string };
}

export interface ExportedFile {
  readonly file: string;
  readonly bytes: number;
  readonly manifest: Manifest;
}

async function* inWords(members: BundleMembers): AsyncGenerator<string> {
  yield '<!doctype html>';
  for await (const call of members.calls()) yield `${JSON.stringify(call)}\n`;
  for await (const line of members.frames()) yield `${JSON.stringify(line)}\n`;
}

/** Instead of the page, which is not built here. */
const report: ReportBuilder = Object.assign(inWords, { opening: () => '<!doctype html>', ending: inWords });

export async function exportedBundle(
  { folder, places }: ExportPlace,
  session_id: string,
  options: Partial<BundleOptions> = {},
  more: {
    name?: string;
    rules?: readonly RedactRule[];
    machineKey?: Uint8Array;
    compare?: ExportSource['compare'];
  } = {},
): Promise<ExportedFile> {
  const file = join(folder, `${more.name ?? 'out'}.callgrove.zip`);
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary, { recursive: true });
  const database = openDatabase(join(folder, 'callgrove.db'), 'read');
  try {
    const exported = await exportSession(
      {
        database,
        places,
        machineKey: more.machineKey ?? new Uint8Array(32),
        rules: more.rules ?? [],
        temporary,
        report,
        compare: more.compare ?? (async () => null),
      },
      {
        session_id,
        options: { ...WHOLE, ...options },
        at: new Date('2026-11-20T10:00:00.000Z'),
        file,
        force: true,
        onProgress: () => {},
      },
    );
    exported.keep();
    return { file, bytes: exported.bytes, manifest: exported.manifest };
  } finally {
    database.dispose();
    rmSync(temporary, { recursive: true, force: true });
  }
}
