/** The state folder as a verb needs it that writes there: private to the user, or a sentence on why it is not touched. */
import type { Places } from '../base/places.ts';
import { prepareStateFolder } from '../proxy/stateFolder.ts';
import { couldNot } from './exit.ts';

/** @throws CliError where somebody else could have put it there */
export function prepareHome(places: Places): void {
  const folder = prepareStateFolder(places, process.getuid?.() ?? null);
  if (folder.kind === 'refused') throw couldNot(folder.reason, 'callgrove doctor says what to do about it.');
}
