/**
 * A text that is packed while it is written: the compressor's threads work on one piece while the next is made. Counts and
 * hashes what goes in, as a zip file and a manifest want it.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream, statSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { crc32, createDeflateRaw, createInflateRaw } from 'node:zlib';

/** What the compressor is handed at a time: each piece is a way to another thread and back. */
const PIECE_BYTES = 128 * 1024;
/** Beyond so many bytes that wait for the compressor, whoever writes has to wait. */
const WAITING_BYTES = 2 * PIECE_BYTES;
const READ_BYTES = 64 * 1024;
/** Beyond 4 it takes much longer and saves a few hundredths of such texts. */
const LEVEL = 4;

export interface PackedFacts {
  /** Unpacked, in UTF-8. */
  readonly bytes: number;
  readonly packedBytes: number;
  readonly sha256: string;
  readonly crc32: number;
  readonly lines: number;
}

export interface PackedFile {
  /** One JSON value, as a line. @param json without a line end */
  line(json: string): void;
  text(text: string): void;
  /** Resolves when there is room for more. To be waited for now and then. */
  ready(): Promise<void>;
  /** Throws the system's error where it could not be written. */
  close(): Promise<void>;
  /** null until it is closed. */
  readonly facts: PackedFacts | null;
  /** Stops writing, unless it is closed. */
  dispose(): void;
}

/** @param file made, or replaced; private to the user */
export function createPackedFile(file: string): PackedFile {
  const hash = createHash('sha256');
  const deflate = createDeflateRaw({ level: LEVEL });
  const written = pipeline(deflate, createWriteStream(file, { mode: 0o600 }));
  let failure: unknown = null;
  written.catch((error: unknown) => {
    failure = error;
  });
  const free: Buffer[] = [];
  let block: Buffer = Buffer.allocUnsafe(PIECE_BYTES);
  let [used, lines, bytes, crc] = [0, 0, 0, 0];
  let facts: PackedFacts | null = null;

  const hand = (piece: Buffer, done: () => void) => {
    hash.update(piece);
    crc = crc32(piece, crc);
    bytes += piece.length;
    deflate.write(piece, done);
  };
  const flush = () => {
    if (used === 0) return;
    const full = block;
    hand(full.subarray(0, used), () => free.push(full));
    block = free.pop() ?? Buffer.allocUnsafe(PIECE_BYTES);
    used = 0;
  };
  const text = (piece: string) => {
    // So many bytes at most.
    const most = 3 * piece.length;
    if (used + most > PIECE_BYTES) flush();
    if (most <= PIECE_BYTES) used += block.write(piece, used);
    else hand(Buffer.from(piece), () => {});
  };
  return {
    get facts() {
      return facts;
    },
    text,
    line(json) {
      lines++;
      text(json);
      text('\n');
    },
    async ready() {
      while (failure === null && deflate.writableLength > WAITING_BYTES)
        await Promise.race([once(deflate, 'drain'), written]);
      if (failure !== null) throw failure;
    },
    async close() {
      flush();
      deflate.end();
      await written;
      facts = { bytes, packedBytes: statSync(file).size, sha256: hash.digest('hex'), crc32: crc, lines };
    },
    dispose: () => void deflate.destroy(),
  };
}

/** The bytes of a packed file, in pieces. */
export async function* unpacked(file: string): AsyncGenerator<Uint8Array> {
  const inflate = createInflateRaw({ chunkSize: READ_BYTES });
  const read = pipeline(createReadStream(file), inflate);
  // What it fails by is thrown at whoever reads.
  read.catch(() => {});
  yield* inflate;
}
