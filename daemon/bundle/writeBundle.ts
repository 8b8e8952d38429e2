/**
 * Writes a bundle: members that are packed already, one after the other in a zip file beside the target, which gets its
 * name when it is wanted. Memory stays flat, whatever the members hold.
 */
import { createReadStream, createWriteStream, linkSync, renameSync, rmSync, unlinkSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
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

const HEAD_BYTES = 30;
const ENTRY_BYTES = 46;
const END_BYTES = 22;

/** What a file with these members has. */
export function zipBytes(members: readonly PackedMember[]): number {
  const each = members.map(({ name, packedBytes }) => HEAD_BYTES + ENTRY_BYTES + 2 * name.length + packedBytes);
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

async function* zipPieces(members: readonly PackedMember[], at: Date): AsyncGenerator<Uint8Array> {
  const directory: Buffer[] = [];
  let offset = 0;
  for (const member of members) {
    const name = Buffer.from(member.name);
    const facts = factsOf(member, name.length, at);
    const head = Buffer.alloc(HEAD_BYTES);
    head.writeUInt32LE(0x04034b50, 0);
    facts.copy(head, 4);
    yield Buffer.concat([head, name]);
    yield* createReadStream(member.file);
    const entry = Buffer.alloc(ENTRY_BYTES);
    entry.writeUInt32LE(0x02014b50, 0);
    // Made by Unix: what stands at 38 is a mode, of an ordinary file that is its owner's.
    entry.writeUInt16LE((3 << 8) | VERSION, 4);
    facts.copy(entry, 6);
    entry.writeUInt32LE((0o100600 << 16) >>> 0, 38);
    entry.writeUInt32LE(offset, 42);
    directory.push(entry, name);
    offset += HEAD_BYTES + name.length + member.packedBytes;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(END_BYTES);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(entries.length, 12);
  end.writeUInt32LE(offset, 16);
  yield Buffer.concat([entries, end]);
}

/** Of the format that is needed to read it. */
const VERSION = 20;
const UTF8_NAMES = 0x0800;
const DEFLATED = 8;

/** What a member's head and its entry in the directory have in common. */
function factsOf({ crc32, packedBytes, bytes }: PackedMember, nameBytes: number, at: Date): Buffer {
  const facts = Buffer.alloc(HEAD_BYTES - 4);
  facts.writeUInt16LE(VERSION, 0);
  facts.writeUInt16LE(UTF8_NAMES, 2);
  facts.writeUInt16LE(DEFLATED, 4);
  facts.writeUInt16LE((at.getHours() << 11) | (at.getMinutes() << 5) | (at.getSeconds() >> 1), 6);
  facts.writeUInt16LE(((at.getFullYear() - 1980) << 9) | ((at.getMonth() + 1) << 5) | at.getDate(), 8);
  facts.writeUInt32LE(crc32, 10);
  facts.writeUInt32LE(packedBytes, 14);
  facts.writeUInt32LE(bytes, 18);
  facts.writeUInt16LE(nameBytes, 22);
  return facts;
}
