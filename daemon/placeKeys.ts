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
  // A key from bytes is prepared anew for each hash, and a path has many.
  const secret = createSecretKey(machineKey ?? new Uint8Array());
  const key = (text: string) => createHmac('sha256', secret).update(`place\0${text}`).digest('hex').slice(0, 16);
  return (path) => {
    const above: string[] = [];
    for (let at = path, up = dirname(path); up !== at && above.length < FOLDERS; at = up, up = dirname(up))
      above.push(key(up));
    return { own: key(path), above };
  };
}
