/** What stands in the database for a place on disk: comparable on this machine, and not its name. */
import { createHmac } from 'node:crypto';
import { dirname } from 'node:path';

export interface PlaceKeys {
  readonly own: string;
  /** Of the folders above it, the nearest first. */
  readonly above: readonly string[];
}

/** Deeper paths share their upper folders with everything. */
const FOLDERS = 16;

/** @param path absolute @param machineKey null where there is none */
export function placeKeys(machineKey: Uint8Array | null, path: string): PlaceKeys {
  const key = (text: string) => placeKey(machineKey, text);
  const above: string[] = [];
  for (let at = path, up = dirname(path); up !== at && above.length < FOLDERS; at = up, up = dirname(up))
    above.push(key(up));
  return { own: key(path), above };
}

/** Of something that lies below nothing: a file by what it is known by besides its path. */
export function markKeys(machineKey: Uint8Array | null, mark: string): PlaceKeys {
  return { own: placeKey(machineKey, `mark\0${mark}`), above: [] };
}

function placeKey(machineKey: Uint8Array | null, text: string): string {
  return createHmac('sha256', machineKey ?? '')
    .update(`place\0${text}`)
    .digest('hex')
    .slice(0, 16);
}
