/** Hashes of content that leave the journal: keyed with this machine's key, because content can be guessed. */
import { createHash, createHmac } from 'node:crypto';

/**
 * 64 hex digits. @param machineKey where there is none hashes are not keyed, as nothing of this machine's is
 * @param use keeps hashes for one use apart from those for another
 */
export function keyedHash(machineKey: Uint8Array | null, use: string): (text: string) => string {
  return (text) =>
    (machineKey ? createHmac('sha256', machineKey) : createHash('sha256'))
      .update(`${use}\0`)
      .update(text)
      .digest('hex');
}
