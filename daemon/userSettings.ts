/**
 * What the user's settings file says beside policy of calls: prices, and how servers' tools behave. Read when the file has
 * changed. A part with a mistake in it says nothing: the mistake is told where the rest of the file is read.
 */
import { readFileSync, statSync } from 'node:fs';
import { readSettings } from './model/readSettings.ts';
import type { Prices } from './protocol/settings.ts';
import type { ServerSettings } from './protocol/toolSettings.ts';
import { settingsFile } from './settingsFile.ts';

export interface UserSettings {
  readonly prices: Prices;
  /** By the server's name. */
  readonly servers: Readonly<Record<string, ServerSettings>>;
}

const SETTINGS_BYTES = 128 * 1024;
const LOOK_MS = 1000;
const NOTHING: UserSettings = { prices: {}, servers: {} };

/** @param file the user's own; a repository's is not asked, for neither is a matter of what arrives with a checkout */
export function createUserSettings(
  file = settingsFile(),
  now: () => number = () => performance.now(),
): () => UserSettings {
  let [lookedAt, mark] = [Number.NEGATIVE_INFINITY, ''];
  let settings = NOTHING;
  return () => {
    if (now() - lookedAt < LOOK_MS) return settings;
    lookedAt = now();
    const stat = statSync(file, { throwIfNoEntry: false });
    const found = stat ? `${stat.mtimeMs} ${stat.ino} ${stat.size}` : '';
    if (found === mark) return settings;
    mark = found;
    settings = stat && stat.size <= SETTINGS_BYTES ? settingsIn(file) : NOTHING;
    return settings;
  };
}

function settingsIn(file: string): UserSettings {
  try {
    const read = readSettings(readFileSync(file, 'utf8'));
    return read.kind === 'read' ? { prices: read.prices, servers: read.servers } : NOTHING;
  } catch {
    return NOTHING;
  }
}
