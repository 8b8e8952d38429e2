/** The redactor that also knows a connection's own secrets: the values of its variables and of its command line. */
import { readFileSync } from 'node:fs';
import type { OpenRecord } from './protocol/journal.ts';
import type { Redactor } from './redact/redactor.ts';

export function connectionRedactor(
  redactor: Redactor,
  machineKey: Uint8Array | null,
  open: OpenRecord | null,
): Redactor {
  if (!open) return redactor;
  const secrets = { fingerprints: machineKey ? open.environment : {}, argv: open.argv };
  return redactor.forConnection(machineKey ? { ...secrets, machineKey } : secrets);
}

/** The key that the proxies take fingerprints with; null while none of them has made it. */
export function readMachineKey(path: string): Uint8Array | null {
  try {
    return readFileSync(path);
  } catch {
    return null;
  }
}
