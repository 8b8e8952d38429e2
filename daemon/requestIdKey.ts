/** What stands in the database for a JSON-RPC id: comparable on this machine, and not the peer's own words. */
import { createHmac } from 'node:crypto';

/** @param idText the id as JSON text: `1` is not `"1"` */
export function requestIdKey(machineKey: Uint8Array | null, idText: string): string {
  return createHmac('sha256', machineKey ?? '')
    .update(idText)
    .digest('hex')
    .slice(0, 16);
}
