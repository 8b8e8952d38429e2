/** Hashes of content that leave the journal: keyed with this machine's key, because content can be guessed. */
import { createHmac, createSecretKey, hash } from 'node:crypto';

/** SHA-256's block; longer texts are hashed in parts. */
const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
const SHORT_CHARS = 8 * 1024;
/** UTF-8's for one UTF-16 unit at most. */
const BYTES_A_CHAR = 3;

/**
 * 64 hex digits. @param machineKey where there is none hashes are not keyed, as nothing of this machine's is
 * @param use keeps hashes for one use apart from those for another
 */
export function keyedHash(machineKey: Uint8Array | null, use: string): (text: string) => string {
  const whole = machineKey ? hmac(machineKey) : (text: string) => hash('sha256', text, 'hex');
  return (text) => whole(`${use}\0${text}`);
}

/**
 * HMAC-SHA-256. Texts are short and many, and an object made for each costs more than its two hashes: so
 * those are taken by themselves (RFC 2104), over the key's two blocks, which are laid out once.
 */
function hmac(machineKey: Uint8Array): (text: string) => string {
  const key = createSecretKey(machineKey);
  const long = (text: string) => createHmac('sha256', key).update(text).digest('hex');
  if (machineKey.length > BLOCK_BYTES) return long;
  const inner = Buffer.alloc(BLOCK_BYTES + SHORT_CHARS * BYTES_A_CHAR, 0x36);
  const outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES, 0x5c);
  for (const [index, byte] of machineKey.entries()) {
    inner[index] = byte ^ 0x36;
    outer[index] = byte ^ 0x5c;
  }
  return (text) => {
    if (text.length > SHORT_CHARS) return long(text);
    const bytes = inner.write(text, BLOCK_BYTES, 'utf8');
    outer.write(hash('sha256', inner.subarray(0, BLOCK_BYTES + bytes), 'binary'), BLOCK_BYTES, 'binary');
    return hash('sha256', outer, 'hex');
  };
}
