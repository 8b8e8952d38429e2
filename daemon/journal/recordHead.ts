/**
 * Reads a record's head line. There is one for every chunk that was ever sent, so it is checked by hand here; that the
 * check agrees with the published schema is a test's business.
 */
import { type RecordHead, SEGMENT_BYTES } from '../protocol/journal.ts';

/** The head in this line (without its line end, a character for each byte), or the reason why it is none. */
export function readRecordHead(line: string): RecordHead | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return NO_HEAD;
  }
  if (!isRecordHead(value)) return NO_HEAD;
  return value.n <= SEGMENT_BYTES ? value : 'a record that is larger than a segment';
}

const NO_HEAD = 'no record head where one should stand';

/** The same as `RecordHead` of protocol/journal.ts. */
export function isRecordHead(value: unknown): value is RecordHead {
  if (typeof value !== 'object' || value === null) return false;
  if (!('k' in value && 'o' in value && 't' in value && 'm' in value && 'n' in value)) return false;
  const direction = 'd' in value ? value.d : undefined;
  return (
    typeof value.k === 'string' &&
    isCount(value.o) &&
    Number.isFinite(value.t) &&
    Number.isFinite(value.m) &&
    isCount(value.n) &&
    (direction === undefined || direction === 'c2s' || direction === 's2c' || direction === 'stderr')
  );
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
