/**
 * Loads the gate with all that judging takes when there is something to judge: a file of its own beside this one, so that a
 * proxy starts without it. Without a turn of the event loop: what is under way must be judged before its answer is read.
 */
import { lateModule } from './lateBuiltins.ts';
import type { Gate, GateParts } from './lookout.ts';

/** In a build all files lie side by side. */
const FILE = import.meta.url.endsWith('.ts') ? '../gate.ts' : './gate.cjs';

/** Throws where the file is not there or broken. */
export function loadGate(parts: GateParts): Gate {
  const { openGate }: { openGate: (parts: GateParts) => Gate } = lateModule().createRequire(import.meta.url)(FILE);
  return openGate(parts);
}
