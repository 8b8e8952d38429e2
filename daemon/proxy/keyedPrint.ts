/**
 * The beginnings of HMAC-SHA-256 (RFC 2104, FIPS 180-4) that a connection's first record needs of a few dozen short texts.
 * Counted here, because to load the runtime's cryptography costs a starting proxy more than all the rest of that record.
 * Whatever else is hashed is hashed by `node:crypto`.
 */

/** Bytes that are taken in at once, and the shortest end of a message: a bit and the length. */
const BLOCK = 64;
const END_BYTES = 9;
const [INNER, OUTER] = [0x36, 0x5c];
const LOW = 0xffff;
/** Most variables fit in. */
const ROOM_BYTES = 4096;

/** The first 32 bits of the fractions of the first 64 primes' cube roots, and of the first 8 primes' square roots. */
const ROUNDS = new Int32Array([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
  0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
  0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
  0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
  0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
  0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
  0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
  0xc67178f2,
]);
const START = new Int32Array([
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
]);

/** Eight words and the schedule of the block at hand. */
interface Hash {
  readonly state: Int32Array;
  readonly schedule: Int32Array;
}

/**
 * @param key at most 64 bytes
 * @returns text → the first 8 hex digits of HMAC-SHA-256(key, text in UTF-8); for texts up to 256 MiB
 */
export function createKeyedPrint(key: Uint8Array): (text: string) => string {
  const hash: Hash = { state: START.slice(), schedule: new Int32Array(BLOCK) };
  const pad = new Uint8Array(BLOCK);
  const keyed = (filler: number) => {
    for (let at = 0; at < BLOCK; at++) pad[at] = (key[at] ?? 0) ^ filler;
    hash.state.set(START);
    takeIn(hash, pad, 0);
    return hash.state.slice();
  };
  const inner = keyed(INNER);
  const outer = keyed(OUTER);
  const digest = Buffer.alloc(BLOCK);
  end(digest, START.byteLength, BLOCK);
  let room = Buffer.alloc(ROOM_BYTES);
  return (text) => {
    const length = Buffer.byteLength(text);
    const size = Math.ceil((length + END_BYTES) / BLOCK) * BLOCK;
    if (size > room.length) room = Buffer.alloc(size);
    room.write(text);
    end(room, length, size);
    hash.state.set(inner);
    for (let at = 0; at < size; at += BLOCK) takeIn(hash, room, at);
    for (let at = 0; at < START.length; at++) putWord(digest, at * 4, hash.state[at] ?? 0);
    hash.state.set(outer);
    takeIn(hash, digest, 0);
    return ((hash.state[0] ?? 0) >>> 0).toString(16).padStart(8, '0');
  };
}

/** Puts the end behind a message of `length` bytes that follows a block of the key; with it, it is `size` bytes long. */
function end(message: Buffer, length: number, size: number): void {
  Uint8Array.prototype.fill.call(message, 0, length, size);
  message[length] = 0x80;
  putWord(message, size - 4, (BLOCK + length) * 8);
}

function putWord(bytes: Uint8Array, at: number, word: number): void {
  bytes[at] = word >>> 24;
  bytes[at + 1] = word >>> 16;
  bytes[at + 2] = word >>> 8;
  bytes[at + 3] = word;
}

/**
 * Takes in one block. It runs before it is compiled, where a call costs as much as ten steps, and a sum beyond 31 bits is an
 * object: hence written out, and sums in halves of 16 bits.
 */
function takeIn({ state, schedule }: Hash, bytes: Uint8Array, from: number): void {
  for (let i = 0, at = from; i < 16; i++, at += 4)
    schedule[i] = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
  for (let i = 16; i < BLOCK; i++) {
    const p = schedule[i - 16]!;
    const q = schedule[i - 7]!;
    let x = schedule[i - 15]!;
    let y = schedule[i - 2]!;
    x = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    y = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    const low = (p & LOW) + (q & LOW) + (x & LOW) + (y & LOW);
    schedule[i] = (((p >> 16) + (q >> 16) + (x >> 16) + (y >> 16) + (low >> 16)) << 16) | (low & LOW);
  }
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  let e = state[4]!;
  let f = state[5]!;
  let g = state[6]!;
  let h = state[7]!;
  const rounds = ROUNDS;
  for (let i = 0; i < BLOCK; i++) {
    const round = rounds[i]!;
    const word = schedule[i]!;
    const s = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const chosen = g ^ (e & (f ^ g));
    const low = (h & LOW) + (s & LOW) + (chosen & LOW) + (round & LOW) + (word & LOW);
    const high = (h >> 16) + (s >> 16) + (chosen >> 16) + (round >> 16) + (word >> 16);
    const t = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const most = (a & b) | (c & (a | b));
    h = g;
    g = f;
    f = e;
    let sum = (d & LOW) + low;
    e = (((d >> 16) + high + (sum >> 16)) << 16) | (sum & LOW);
    d = c;
    c = b;
    b = a;
    sum = (t & LOW) + (most & LOW) + low;
    a = (((t >> 16) + (most >> 16) + high + (sum >> 16)) << 16) | (sum & LOW);
  }
  state[0]! += a;
  state[1]! += b;
  state[2]! += c;
  state[3]! += d;
  state[4]! += e;
  state[5]! += f;
  state[6]! += g;
  state[7]! += h;
}
