/** A temporary state folder whose journals a test has written, read into a database of its own. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createIngest, type Ingest } from '../../daemon/ingestJournal.ts';
import type { BodyPlaces } from '../../daemon/journal/readSpans.ts';
import { createRedactor } from '../../daemon/redact/redactor.ts';
import { readBodies, secondStageOf } from '../../daemon/stageB.ts';
import type { Database } from '../../daemon/store/database.ts';
import { openStore } from '../../daemon/store/openStore.ts';

const redactor = await createRedactor({ machineKey: new Uint8Array(32) });

export interface Ingested {
  readonly folder: string;
  readonly places: BodyPlaces;
  readonly database: Database;
  readonly ingest: Ingest;
  /** Reads what was written meanwhile. */
  readAll(): Promise<void>;
}

/** Both folder and database go with the test. */
export async function ingested(
  t: { after(work: () => void): void },
  write: (journal: string, folder: string) => void,
): Promise<Ingested> {
  const folder = mkdtempSync(join(tmpdir(), 'callgrove-ingested-'));
  const places = { journal: join(folder, 'journal'), artifacts: join(folder, 'artifacts') };
  for (const one of Object.values(places)) mkdirSync(one);
  const { database } = openStore(join(folder, 'callgrove.db'), new Date());
  t.after(() => {
    database.dispose();
    rmSync(folder, { recursive: true, force: true });
  });
  write(places.journal, folder);
  return ingestedIn(folder, places, database);
}

/** Reads the journals of this folder into this database. */
export async function ingestedIn(folder: string, places: BodyPlaces, database: Database): Promise<Ingested> {
  const ingest = createIngest({ places, database, redactor, machineKey: null, note: () => {} });
  const bodies = secondStageOf(ingest, places, database, null);
  const readAll = async () => {
    ingest.follower.scan();
    while (await ingest.once());
    while (await readBodies(bodies));
  };
  await readAll();
  return { folder, places, database, ingest, readAll };
}
