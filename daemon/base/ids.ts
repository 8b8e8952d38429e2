/**
 * Makes and derives ids. Time-sorted connection ids are made once by the proxy; everything below a connection is
 * derived from it, so that a rebuilt database carries the same ids.
 */

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * A connection id: `con_` + 10 characters of time + 16 of chance (the ULID layout, lower case).
 * @param epochMs wall time in milliseconds
 * @param random 10 random bytes
 */
export function makeConnectionId(epochMs: number, random: Uint8Array): string {
  return `con_${timeSorted(epochMs, random)}`;
}

/** Ids that are made once and journalled, in the same layout: captures, fresh checkouts, freezes, checkpoints that a command took, imports. */
export function makeCaptureId(
  kind: 'cap' | 'fresh' | 'frz' | 'once' | 'cp' | 'imp',
  epochMs: number,
  random: Uint8Array,
): string {
  return `${kind}_${timeSorted(epochMs, random)}`;
}

function timeSorted(epochMs: number, random: Uint8Array): string {
  let time = '';
  for (let rest = Math.floor(epochMs), i = 0; i < 10; i++) {
    time = ALPHABET[rest % 32] + time;
    rest = Math.floor(rest / 32);
  }
  let chance = '';
  let bits = 0;
  let width = 0;
  for (const byte of random.subarray(0, 10)) {
    bits = (bits << 8) | byte;
    width += 8;
    while (width >= 5) {
      width -= 5;
      chance += ALPHABET[(bits >>> width) & 31];
    }
    bits &= (1 << width) - 1;
  }
  return time + chance;
}

/**
 * Names a frame within its connection: the ordinal of the journal chunk in which its first byte stands, and, when
 * several frames begin in that chunk, which of them it is. Needs no earlier segment, so it survives retention.
 */
export function frameKey(chunkOrdinal: number, index: number): string {
  return index === 0 ? String(chunkOrdinal) : `${chunkOrdinal}.${index}`;
}

/** Names one message of a batch: several messages stand in one frame. */
export function batchKey(key: string, index: number): string {
  return `${key}-${index}`;
}

/** `call_<connection>_<frame key>`: the id of the call that this frame opens. */
export function callIdOf(connectionId: string, key: string): string {
  return `call_${connectionId.slice(4)}_${key}`;
}

/** The connection that a call id belongs to, or null where it is none of ours. */
export function connectionIdOfCall(callId: string): string | null {
  const match = /^call_([0-9a-z]{26})_\d+(?:\.\d+)?(?:-\d+)?$/.exec(callId);
  return match ? `con_${match[1]}` : null;
}

/** `cp_<connection>_<frame key>`: the light checkpoint behind a call. */
export function lightCheckpointId(callId: string): string {
  return `cp_${callId.slice('call_'.length)}`;
}

/** The call that a light checkpoint stands behind; no call's id where it is none. */
export function callOfCheckpoint(checkpointId: string): string {
  return `call_${checkpointId.slice('cp_'.length)}`;
}
