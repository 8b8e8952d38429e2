/**
 * Writes a bundle: members one after the other into a temporary file beside the target, which gets its name when the
 * manifest is in it. Memory stays flat, whatever the members hold.
 */
import { createHash } from 'node:crypto';
import { createWriteStream, linkSync, renameSync, rmSync, unlinkSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { type BundleMember, type BundleWriter, type Manifest, type ManifestDraft, MEMBER } from '../protocol/bundle.ts';
import { partOf } from './partFiles.ts';

/** What a compressor is handed at a time: each piece is a way to another thread and back. */
const PIECE_BYTES = 128 * 1024;
/** Beyond 4 it takes much longer and saves a few hundredths of such texts. */
const LEVEL = 4;

export interface WriteOptions {
  /** Replaces a file that is there; else one that is there is an error with the code `EEXIST`. */
  readonly force: boolean;
  /** Of the members, in the zip file's directory. */
  readonly at: Date;
}

export interface FileBundleWriter extends BundleWriter {
  /** Bytes that are written so far; all of them once it is closed. */
  readonly bytes: number;
  /** Writes the manifest; the file has no name yet. */
  close(draft: ManifestDraft): Promise<Manifest>;
  /** Gives the closed file its name. */
  keep(): void;
}

/** @throws the system's error where nothing can be written beside `file` */
export function createBundleWriter(file: string, { force, at }: WriteOptions): FileBundleWriter {
  const part = partOf(file);
  const zip = new ZipFile();
  let bytes = 0;
  const out = createWriteStream(part, { flags: 'wx', mode: 0o600 });
  const counted = async function* (pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const piece of pieces) {
      bytes += piece.length;
      yield piece;
    }
  };
  let failure: unknown = null;
  const written = pipeline(Readable.from(zip.outputStream), counted, out).catch((error: unknown) => {
    failure = error;
  });
  const members: BundleMember[] = [];
  let finished = false;

  const add = async (name: string, pieces: AsyncIterable<string | Uint8Array>): Promise<BundleMember> => {
    const hash = createHash('sha256');
    let size = 0;
    const source = Readable.from(
      (async function* () {
        for await (const piece of gathered(pieces)) {
          hash.update(piece);
          size += piece.length;
          yield piece;
        }
      })(),
      { objectMode: false },
    );
    const done = new Promise<void>((resolve, reject) => {
      source.once('end', resolve);
      source.once('error', reject);
    });
    zip.addReadStream(source, name, { mtime: at, mode: 0o100600, compressionLevel: LEVEL });
    await Promise.race([done, written]);
    if (failure !== null) throw failure;
    return { name, bytes: size, sha256: hash.digest('hex') };
  };

  const close = async (draft: ManifestDraft): Promise<Manifest> => {
    const manifest: Manifest = { ...draft, members };
    await add(MEMBER.manifest, one(`${JSON.stringify(manifest, null, 2)}\n`));
    zip.end();
    await written;
    if (failure !== null) throw failure;
    return manifest;
  };
  const keep = (): void => {
    if (force) renameSync(part, file);
    else {
      // Unlike a rename, a link does not replace what came there meanwhile.
      linkSync(part, file);
      unlinkSync(part);
    }
    finished = true;
  };

  return {
    get bytes() {
      return bytes;
    },
    async add(name, pieces) {
      const member = await add(name, pieces);
      members.push(member);
      return member;
    },
    close,
    keep,
    async finish(draft) {
      const manifest = await close(draft);
      keep();
      return manifest;
    },
    dispose() {
      if (finished) return;
      out.destroy();
      rmSync(part, { force: true });
    },
  };
}

/** A text as the pieces that a member is added with. */
export async function* one(text: string): AsyncGenerator<string> {
  yield text;
}

/** In pieces of a size that a compressor likes; what is bytes already has it. */
async function* gathered(pieces: AsyncIterable<string | Uint8Array>): AsyncGenerator<Uint8Array> {
  let waiting = '';
  for await (const piece of pieces) {
    if (typeof piece === 'string') waiting += piece;
    if (waiting !== '' && (typeof piece !== 'string' || waiting.length >= PIECE_BYTES)) {
      yield Buffer.from(waiting);
      waiting = '';
    }
    if (typeof piece !== 'string') yield piece;
  }
  if (waiting !== '') yield Buffer.from(waiting);
}
