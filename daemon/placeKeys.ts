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
  const key = (text: string) =>
    createHmac('sha256', machineKey ?? '')
      .update(`place\0${text}`)
      .digest('hex')
      .slice(0, 16);
  const above: string[] = [];
  for (let at = path, up = dirname(path); up !== at && above.length < FOLDERS; at = up, up = dirname(up))
    above.push(key(up));
  return { own: key(path), above };
}
