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
  const fingerprints = machineKey ? { ...open.environment, ...credentialHeaders(open) } : {};
  const secrets = { fingerprints, argv: open.argv };
  return redactor.forConnection(machineKey ? { ...secrets, machineKey } : secrets);
}

/** Under a name that says for every header what it is: a credential. */
function credentialHeaders(open: OpenRecord): Record<string, string> {
  const known = Object.entries(open.headers ?? {}).flatMap(([name, print]) =>
    print === null ? [] : [[name, print] as const],
  );
  return Object.fromEntries(known.map(([name, print]) => [`HEADER_${name.replace(/\W/g, '_')}_TOKEN`, print]));
}

/** The key that the proxies take fingerprints with; null while none of them has made it. */
export function readMachineKey(path: string): Uint8Array | null {
  try {
    return readFileSync(path);
  } catch {
    return null;
  }
}
