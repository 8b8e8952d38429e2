/** Imports very many bad bundles into one store: each is there as a whole, or nothing of it is. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BundleError } from '../../daemon/bundle/bundleError.ts';
import { readBundle } from '../../daemon/bundle/readBundle.ts';
import { readChecked } from '../../daemon/bundle/readChecked.ts';
import { importSession } from '../../daemon/importSession.ts';
import { removeFile } from '../../daemon/journal/prune.ts';
import { segmentName } from '../../daemon/protocol/segment.ts';
import { createRedactor } from '../../daemon/redact/redactor.ts';
import { removeImport } from '../../daemon/store/importRetention.ts';
import { listSessions } from '../../daemon/store/sessionQueries.ts';
import { takeBackImports } from '../../daemon/takeBack.ts';
import { mutatedBundle } from './fuzzBundles.ts';
import { assertNothingOf } from './importedBundle.ts';
import { type Ingested, ingested } from './ingested.ts';
import { seededRandom } from './seededRandom.ts';

const redactor = await createRedactor();

export async function importFuzzed(t: Parameters<typeof ingested>[0], seed: number, count: number): Promise<void> {
  const place = await ingested(t, () => {});
  const chance = seededRandom(seed);
  const random = () => chance.below(2 ** 30) / 2 ** 30;
  const became = { refused: 0, here: 0 };
  for (let n = 0; n < count; n++) {
    const bytes = mutatedBundle(random);
    try {
      became[await importOne(place, bytes)]++;
    } catch (error) {
      throw new Error(`seed ${seed}, bundle ${n}: ${bytes.toString('base64')}`, { cause: error });
    }
  }
  // A run in which all fail, or none, tries nothing.
  assert.ok(became.refused > count / 4 && became.here > count / 20, JSON.stringify(became));
}

/** Leaves the store as it was. */
async function importOne(place: Ingested, bytes: Buffer): Promise<'refused' | 'here'> {
  const { database, places, ingest } = place;
  const file = join(place.folder, 'b.zip');
  writeFileSync(file, bytes);
  const written = await importedAs(file, place);
  await place.readAll();
  const listed = listSessions(database, { workspace: null, all: true }, null, () => '').sessions;
  const removed = takeBackImports(database, places);
  ingest.forget(removed.removed_connection_ids);
  if (written === null || removed.removed_connection_ids.length > 0) {
    assert.deepEqual(listed, []);
    assertNothingOf(place);
    return 'refused';
  }
  const session_id = listed[0]?.session.session_id ?? '';
  assert.deepEqual([listed.length, listed[0]?.session.source, listed[0]?.calls], [1, 'imported', written.calls]);
  ingest.forget(database.transaction(() => removeImport(database, { import_id: written.import_id, session_id })));
  removeFile(places.journal, segmentName(written.import_id, 0));
  assertNothingOf(place);
  return 'here';
}

async function importedAs(file: string, { places }: Ingested): Promise<{ import_id: string; calls: number } | null> {
  try {
    const bundle = await readBundle(file);
    try {
      const place = { journal: places.journal, redactor, at: new Date(0), onProgress: () => {} };
      const import_id = await importSession(readChecked(bundle), 'ab'.repeat(32), {
        ...place,
        isWanted: async () => true,
      });
      return import_id === null ? null : { import_id, calls: bundle.manifest.counts.calls };
    } finally {
      bundle.dispose();
    }
  } catch (error) {
    if (error instanceof BundleError) return null;
    throw error;
  }
}
