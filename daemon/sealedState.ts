/**
 * Seals what the ingest must remember word for word (request ids, progress tokens, names as the peers gave them) before
 * it goes into the database: the journal's content must not be readable there, and masked it could not be gone on from.
 */
import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, randomBytes } from 'node:crypto';

export interface StateSeal {
  seal(text: string): string;
  /** Null where it was sealed with another key or is damaged. */
  open(sealed: string): string | null;
}

const PREFIX = 's1.';
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** So many are drawn at once: asking for twelve bytes costs as much as sealing with them. */
const IVS = 256;

/** @param machineKey null where none can be had: going on after a restart then matters more than the seal, which anyone could open */
export function createStateSeal(machineKey: Uint8Array | null): StateSeal {
  const bytes = hkdfSync('sha256', machineKey ?? new Uint8Array(32), '', 'callgrove ingest state', 32);
  // A key from bytes is prepared anew for each text, which costs three times the sealing itself.
  const key = createSecretKey(Buffer.from(bytes));
  let drawn = Buffer.alloc(0);
  const nextIv = (): Buffer => {
    if (drawn.length === 0) drawn = randomBytes(IVS * IV_BYTES);
    const iv = drawn.subarray(0, IV_BYTES);
    drawn = drawn.subarray(IV_BYTES);
    return iv;
  };
  return {
    seal(text) {
      const iv = nextIv();
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return PREFIX + Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64');
    },
    open(sealed) {
      if (!sealed.startsWith(PREFIX)) return null;
      const bytes = Buffer.from(sealed.slice(PREFIX.length), 'base64');
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES));
        decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
        return decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
      } catch {
        return null;
      }
    },
  };
}
