/**
 * What the state folder remembers of drills and of verified ways: the last result of each kind, in a file of its own. Not in
 * a journal: either can be run again at any time, and its answer is wanted where no daemon runs.
 */
import { readFileSync } from 'node:fs';
import { writeWhole } from './agents/writeWhole.ts';
import { type KeptDrill, KeptDrills } from './protocol/drill.ts';
import { KeptVerifications, type PathVerification } from './protocol/pathVerification.ts';

interface Keeping<One> {
  /** The newest first; none where there is no file, or none that can be read. */
  readonly read: (file: string) => readonly One[];
  /** In the place of an older one of the same kind. Throws the system's error. */
  readonly keep: (file: string, one: One) => void;
}

/**
 * @param parse of the file's document; throws for what is none
 * @param keyOf what two results of the same kind share
 * @param most the oldest beyond so many are forgotten
 */
function keeping<One>(
  parse: (value: unknown) => readonly One[],
  document: (list: readonly One[]) => object,
  keyOf: (one: One) => string,
  most: number,
): Keeping<One> {
  const read = (file: string): readonly One[] => {
    try {
      return parse(JSON.parse(readFileSync(file, 'utf8')));
    } catch {
      return [];
    }
  };
  return {
    read,
    keep(file, one) {
      const others = read(file).filter((other) => keyOf(other) !== keyOf(one));
      const text = JSON.stringify(document([one, ...others].slice(0, most)));
      writeWhole(file, Buffer.from(`${text}\n`), 0o600);
    },
  };
}

/** By drill, server and workspace. */
export const keptDrills: Keeping<KeptDrill> = keeping(
  (value) => KeptDrills.parse(value).drills,
  (drills) => ({ v: 1, drills }),
  ({ drill, server, environment }) => JSON.stringify([drill, server, environment.checkout.root]),
  200,
);

/** By server and its command line as it is shown. */
export const keptVerifications: Keeping<PathVerification> = keeping(
  (value) => KeptVerifications.parse(value).verifications,
  (verifications) => ({ v: 1, verifications }),
  ({ server, command }) => JSON.stringify([server, command]),
  100,
);
