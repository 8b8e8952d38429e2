/** Opens what a bundle is made from: the database on one state, the journal, the machine's key, the user's rules, the page. */
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAnswers } from './answers.ts';
import { type Disposable, DisposableStore } from './base/lifecycle.ts';
import { placesOf } from './base/places.ts';
import { readMachineKey } from './connectionRedactor.ts';
import type { ExportSource } from './exportSession.ts';
import { readSettings } from './model/readSettings.ts';
import { pageReport } from './pageReport.ts';
import type { RedactRule } from './protocol/settings.ts';
import { createRedactor } from './redact/redactor.ts';
import { settingsFile } from './settingsFile.ts';
import { openDatabase } from './store/database.ts';

/** The user's rules cannot be trusted to be what they meant: nothing is exported without them. */
export class RulesError extends Error {
  readonly code = 'rules';
}

/** @throws RulesError that names the file, line and column */
export function readRules(file = settingsFile()): readonly RedactRule[] {
  if (!existsSync(file)) return [];
  const read = readSettings(readFileSync(file, 'utf8'));
  if (read.kind === 'broken') throw new RulesError(`${file}: ${read.reason}`);
  if (read.redact !== null) return read.redact;
  const mistake = read.mistakes.find(({ member }) => member === 'redact');
  throw new RulesError(`${file}: ${mistake?.sentence ?? 'there is a mistake in "redact"'}`);
}

/** @param home the state folder @param session what a comparison would be made for */
export function openExportSource(home: string, session: string): ExportSource & Disposable {
  const store = new DisposableStore();
  const places = placesOf(home, join);
  const rules = readRules();
  const machineKey = readMachineKey(places.machineKey);
  const database = store.add(openDatabase(places.database, 'read', 5000));
  // In KiB. A session is read from front to back: pages that were read are not asked for again.
  database.pragma('cache_size = -4000');
  return {
    database,
    places,
    machineKey,
    rules,
    temporary: tmpdir(),
    report: pageReport(),
    async compare(other) {
      const redactor = await createRedactor(machineKey ? { machineKey } : {});
      const second = openDatabase(places.database, 'read', 5000);
      try {
        return await createAnswers({ database: second, places, redactor, machineKey }).runDiff(session, other);
      } finally {
        second.dispose();
      }
    },
    dispose: () => store.dispose(),
  };
}
