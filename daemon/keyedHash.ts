/** Hashes of content that leave the journal: keyed with this machine's key, because content can be guessed. */
import { createHash, createHmac, createSecretKey } from 'node:crypto';

/**
 * 64 hex digits. @param machineKey where there is none hashes are not keyed, as nothing of this machine's is
 * @param use keeps hashes for one use apart from those for another
 */
export function keyedHash(machineKey: Uint8Array | null, use: string): (text: string) => string {
  // A key from bytes is prepared anew for each hash, which costs six times the hash itself.
  const key = machineKey && createSecretKey(machineKey);
  return (text) =>
    (key ? createHmac('sha256', key) : createHash('sha256')).update(`${use}\0`).update(text).digest('hex');
}
