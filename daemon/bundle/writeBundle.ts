/**
 * Writes a bundle: members that are packed already, one after the other in a zip file beside the target, which gets its
 * name when it is wanted. Memory stays flat, whatever the members hold.
 */
import { createReadStream, createWriteStream, linkSync, renameSync, rmSync, unlinkSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Zip, type ZipInputFile } from 'fflate';
import { partOf } from './partFiles.ts';
import type { PackedMember } from './spool.ts';

export interface WriteOptions {
  /** Replaces a file that is there; else one that is there is an error with the code `EEXIST`. */
  readonly force: boolean;
  /** Of the members, in the zip file's directory. */
  readonly at: Date;
}

export interface WrittenBundle {
  readonly bytes: number;
  /** Gives it its name; until then there is none. */
  keep(): void;
  /** Throws it away, unless it was kept. */
  dispose(): void;
}

/** Neither a member's bytes nor the file's may be more: the format's larger numbers are not written. */
export const MOST_ZIP_BYTES = 0xffff_ffff - 1024;

/** Of the format: what stands before and behind a member, in the directory, and at the end. */
const HEAD_BYTES = 30;
const SUMS_BYTES = 16;
const ENTRY_BYTES = 46;
const END_BYTES = 22;

/** What a file with these members has. */
export function zipBytes(members: readonly PackedMember[]): number {
  const each = members.map(
    ({ name, packedBytes }) => HEAD_BYTES + SUMS_BYTES + ENTRY_BYTES + 2 * name.length + packedBytes,
  );
  return each.reduce((sum, bytes) => sum + bytes, END_BYTES);
}

/** @throws the system's error where nothing can be written beside `file` */
export async function writeBundle(
  file: string,
  members: readonly PackedMember[],
  { force, at }: WriteOptions,
): Promise<WrittenBundle> {
  const part = partOf(file);
  let finished = false;
  const dispose = () => {
    if (!finished) rmSync(part, { force: true });
  };
  try {
    await pipeline(zipPieces(members, at), createWriteStream(part, { flags: 'wx', mode: 0o600 }));
  } catch (error) {
    dispose();
    throw error;
  }
  return {
    bytes: zipBytes(members),
    keep() {
      if (force) renameSync(part, file);
      else {
        // Unlike a rename, a link does not replace what came there meanwhile.
        linkSync(part, file);
        unlinkSync(part);
      }
      finished = true;
    },
    dispose,
  };
}

/** The format is the library's; it takes members that are packed as they are. */
async function* zipPieces(members: readonly PackedMember[], at: Date): AsyncGenerator<Uint8Array> {
  const pieces: Uint8Array[] = [];
  const zip = new Zip((error, piece) => {
    if (error) throw error;
    pieces.push(piece);
  });
  const made = (): Uint8Array[] => pieces.splice(0);
  for (const { name, file, crc32, bytes } of members) {
    const member: ZipInputFile = {
      filename: name,
      size: bytes,
      crc: crc32,
      compression: DEFLATED,
      mtime: at,
      ...PRIVATE,
    };
    zip.add(member);
    for await (const piece of createReadStream(file)) {
      member.ondata?.(null, piece, false);
      yield* made();
    }
    member.ondata?.(null, NOTHING, true);
    yield* made();
  }
  zip.end();
  yield* made();
}

const DEFLATED = 8;
const NOTHING = new Uint8Array(0);
/** Made by Unix, an ordinary file that is its owner's. */
const PRIVATE = { os: 3, attrs: (0o100600 << 16) >>> 0 } as const;
