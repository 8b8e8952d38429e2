/** Zip files byte by byte, so that tests can lie in every field of them. */
import { crc32, deflateRawSync } from 'node:zlib';

export interface RawEntry {
  readonly name: string | Uint8Array;
  readonly content: string | Uint8Array;
  readonly method?: number;
  readonly flags?: number;
  /** Upper half of the external attributes. */
  readonly mode?: number;
  /** What the directory says, where it is not so. */
  readonly lies?: Partial<{
    name: string;
    packed: number;
    bytes: number;
    offset: number;
    method: number;
    flags: number;
  }>;
  readonly extra?: Uint8Array;
}

export interface RawZipOptions {
  readonly before?: Uint8Array;
  readonly comment?: string;
  /** Of the directory's end. */
  readonly entries?: number;
  readonly behind?: Uint8Array;
}

export function rawZip(entries: readonly RawEntry[], options: RawZipOptions = {}): Buffer {
  const parts: Buffer[] = [Buffer.from(options.before ?? [])];
  let at = parts[0]?.length ?? 0;
  const directory: Buffer[] = [];
  for (const entry of entries) {
    const name = Buffer.from(entry.name);
    const content = Buffer.from(entry.content);
    const method = entry.method ?? 8;
    const packed = method === 8 ? deflateRawSync(content) : content;
    const flags = entry.flags ?? 0x800;
    const crc = crc32(content);
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt16LE(20, 4);
    head.writeUInt16LE(flags, 6);
    head.writeUInt16LE(method, 8);
    head.writeUInt32LE(crc, 14);
    head.writeUInt32LE(packed.length, 18);
    head.writeUInt32LE(content.length, 22);
    head.writeUInt16LE(name.length, 26);
    parts.push(head, name, packed);
    const lies = entry.lies ?? {};
    const saidName = lies.name === undefined ? name : Buffer.from(lies.name);
    const extra = Buffer.from(entry.extra ?? []);
    const said = Buffer.alloc(46);
    said.writeUInt32LE(0x02014b50, 0);
    said.writeUInt16LE(0x0314, 4);
    said.writeUInt16LE(20, 6);
    said.writeUInt16LE(lies.flags ?? flags, 8);
    said.writeUInt16LE(lies.method ?? method, 10);
    said.writeUInt32LE(crc, 16);
    said.writeUInt32LE(lies.packed ?? packed.length, 20);
    said.writeUInt32LE(lies.bytes ?? content.length, 24);
    said.writeUInt16LE(saidName.length, 28);
    said.writeUInt16LE(extra.length, 30);
    said.writeUInt32LE(((entry.mode ?? 0o100600) << 16) >>> 0, 38);
    said.writeUInt32LE(lies.offset ?? at, 42);
    directory.push(said, saidName, extra);
    at += head.length + name.length + packed.length;
  }
  const listed = Buffer.concat(directory);
  const comment = Buffer.from(options.comment ?? '');
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(options.entries ?? entries.length, 8);
  end.writeUInt16LE(options.entries ?? entries.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(at, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...parts, listed, end, comment, Buffer.from(options.behind ?? [])]);
}
