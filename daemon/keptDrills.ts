/**
 * What the state folder remembers of drills: the last run of each, by workspace and server, in a file of its own. Not in a
 * journal: a drill can be run again at any time, and its answer is wanted where no daemon runs.
 */
import { readFileSync } from 'node:fs';
import { writeWhole } from './agents/writeWhole.ts';
import { type KeptDrill, KeptDrills } from './protocol/drill.ts';

const MAX = 200;

/** The newest first; none where there is no file, or none that can be read. */
export function readDrills(file: string): readonly KeptDrill[] {
  try {
    return KeptDrills.parse(JSON.parse(readFileSync(file, 'utf8'))).drills;
  } catch {
    return [];
  }
}

/** Throws the system's error. */
export function keepDrill(file: string, drill: KeptDrill): void {
  const others = readDrills(file).filter((one) => keyOf(one) !== keyOf(drill));
  const kept: KeptDrills = { v: 1, drills: [drill, ...others].slice(0, MAX) };
  writeWhole(file, Buffer.from(`${JSON.stringify(kept)}\n`), 0o600);
}

function keyOf({ drill, server, environment }: KeptDrill): string {
  return JSON.stringify([drill, server, environment.checkout.root]);
}
