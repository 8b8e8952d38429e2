/**
 * The user's prices, read from the settings file when that has changed. A file with a mistake in them says nothing of
 * prices: the mistake is told where the rest of the file is read.
 */
import { readFileSync, statSync } from 'node:fs';
import { readSettings } from './model/readSettings.ts';
import type { Prices } from './protocol/settings.ts';
import { settingsFile } from './settingsFile.ts';

const SETTINGS_BYTES = 128 * 1024;
const LOOK_MS = 1000;

/** @param file the user's own; a repository's is not asked, for prices are no matter of what arrives with a checkout */
export function createUserPrices(file = settingsFile(), now: () => number = () => performance.now()): () => Prices {
  let [lookedAt, mark] = [Number.NEGATIVE_INFINITY, ''];
  let prices: Prices = {};
  return () => {
    if (now() - lookedAt < LOOK_MS) return prices;
    lookedAt = now();
    const stat = statSync(file, { throwIfNoEntry: false });
    const found = stat ? `${stat.mtimeMs} ${stat.ino} ${stat.size}` : '';
    if (found === mark) return prices;
    mark = found;
    prices = stat && stat.size <= SETTINGS_BYTES ? pricesIn(file) : {};
    return prices;
  };
}

function pricesIn(file: string): Prices {
  try {
    const read = readSettings(readFileSync(file, 'utf8'));
    return read.kind === 'read' ? read.prices : {};
  } catch {
    return {};
  }
}
