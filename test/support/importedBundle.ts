/** Imports a bundle into a test's own store as the command does, at a time that is always the same. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { readBundle } from '../../daemon/bundle/readBundle.ts';
import { hashOfFile, importSession } from '../../daemon/importSession.ts';
import type { BundleReader } from '../../daemon/protocol/bundle.ts';
import { createRedactor } from '../../daemon/redact/redactor.ts';
import type { Ingested } from './ingested.ts';

const redactor = await createRedactor({ machineKey: new Uint8Array(32).fill(9) });

/** @param change what the bundle is to say instead of what it says */
export async function importedBundle(
  place: Ingested,
  file: string,
  change: (bundle: BundleReader) => BundleReader = (bundle) => bundle,
): Promise<void> {
  const bundle = await readBundle(file);
  try {
    await importSession({ bundle: change(bundle), finish: async () => {} }, await hashOfFile(file), {
      journal: place.places.journal,
      redactor,
      at: new Date('2026-11-21T08:00:00.000Z'),
      onProgress: () => {},
      isWanted: async () => true,
    });
  } finally {
    bundle.dispose();
  }
  await place.readAll();
}

/** What every database holds. */
const OWN_TABLES = ['meta', 'words_config', 'words_data', 'words_idx'];

/** Neither a row nor a journal is left of anything. */
export function assertNothingOf({ database, places }: Pick<Ingested, 'database' | 'places'>): void {
  const left = database
    .sql("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    .all()
    .map(({ name }) => String(name))
    .filter((name) => !OWN_TABLES.includes(name))
    .filter((name) => database.once(`SELECT 1 FROM ${name} LIMIT 1`).get() !== undefined);
  assert.deepEqual([left, readdirSync(places.journal)], [[], []]);
}
