/** What stands in the database for a place on disk: comparable on this machine, and not its name. */
import { createHmac, createSecretKey } from 'node:crypto';
import { dirname } from 'node:path';

export interface PlaceKeys {
  readonly own: string;
  /** Of the folders above it, the nearest first. */
  readonly above: readonly string[];
}

/** Deeper paths share their upper folders with everything. */
const FOLDERS = 16;

/** Of absolute paths. @param machineKey null where there is none */
export function placeKeys(machineKey: Uint8Array | null): (path: string) => PlaceKeys {
  const key = keyed(machineKey);
  return (path) => {
    const above: string[] = [];
    for (let at = path, up = dirname(path); up !== at && above.length < FOLDERS; at = up, up = dirname(up))
      above.push(key(up));
    return { own: key(path), above };
  };
}

/** Of what a file is known by besides its path: it lies below nothing. */
export function markKeys(machineKey: Uint8Array | null): (mark: string) => PlaceKeys {
  const key = keyed(machineKey);
  return (mark) => ({ own: key(`mark\0${mark}`), above: [] });
}

function keyed(machineKey: Uint8Array | null): (text: string) => string {
  // A key from bytes is prepared anew for each hash, and a path has many.
  const secret = createSecretKey(machineKey ?? new Uint8Array());
  return (text) => createHmac('sha256', secret).update(`place\0${text}`).digest('hex').slice(0, 16);
}
