/**
 * Lets in of a zip file what a bundle has, and nothing else. Decides by the file's directory and its members' own heads,
 * before a byte is unpacked: names, kinds, sizes, places. Never writes anything.
 */
import { type Entry, fromFdPromise, type ZipFile } from 'yauzl';
import { BUNDLE_LIMITS, CAPTURE_MEMBER, MEMBER } from '../protocol/bundle.ts';
import { BundleError, printable, quoted } from './bundleError.ts';

const NAMES: ReadonlySet<string> = new Set(Object.values(MEMBER));
const STORED = 0;
const DEFLATED = 8;
const MIB = 1024 * 1024;
/** Of the directory's end where there is no comment. */
const END_BYTES = 22;

export interface ZipMembers {
  readonly zip: ZipFile;
  /** In the order of the file. */
  readonly entries: ReadonlyMap<string, Entry>;
}

/**
 * @param fd of the file; closed by the caller
 * @throws BundleError
 */
export async function openEntries(fd: number, fileBytes: number): Promise<ZipMembers> {
  if (fileBytes < END_BYTES) throw new BundleError('not_a_bundle', 'it is no zip file');
  let zip: ZipFile;
  try {
    zip = await fromFdPromise(fd, { autoClose: false, lazyEntries: true, decodeStrings: true, strictFileNames: true });
  } catch (error) {
    throw asFault(error, 'not_a_bundle');
  }
  // What stands behind the directory's end, or in front of the first member, may be another file to another reader.
  if (zip.comment.length > 0) throw new BundleError('forbidden', 'the zip file has a comment');
  if (zip.entryCount > BUNDLE_LIMITS.members)
    throw new BundleError(
      'too_large',
      `it has ${zip.entryCount} members, and a bundle has ${BUNDLE_LIMITS.members} at most`,
    );
  const entries = new Map<string, Entry>();
  try {
    for await (const entry of zip.eachEntry()) {
      admit(entry, entries);
      entries.set(entry.fileName, entry);
    }
    await checkPlaces(zip, [...entries.values()], fileBytes);
  } catch (error) {
    throw asFault(error, 'damaged');
  }
  if (!entries.has(MEMBER.manifest)) throw new BundleError('not_a_bundle', 'it has no manifest.json');
  return { zip, entries };
}

function admit(entry: Entry, before: ReadonlyMap<string, Entry>): void {
  const name = entry.fileName;
  const said = quoted(name);
  if (!NAMES.has(name) && !CAPTURE_MEMBER.test(name)) {
    throw new BundleError('forbidden', `it has a member ${said}, which no bundle has`);
  }
  if (before.has(name)) throw new BundleError('forbidden', `it has the member ${said} twice`);
  if (entry.isEncrypted()) throw new BundleError('forbidden', `${said} is encrypted`);
  if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED) {
    throw new BundleError('forbidden', `${said} is packed in a way that no bundle is (${entry.compressionMethod})`);
  }
  // The upper half is a Unix mode where the maker was Unix: a link, a device, a folder is no member.
  const kind = (entry.externalFileAttributes >>> 16) & 0xf000;
  if (kind !== 0 && kind !== 0x8000) throw new BundleError('forbidden', `${said} is no ordinary file`);
  const { uncompressedSize: bytes, compressedSize: packed } = entry;
  if (bytes > BUNDLE_LIMITS.memberBytes) throw new BundleError('too_large', `${said} has ${bytes} bytes`);
  if (bytes > MIB && bytes / Math.max(1, packed) > BUNDLE_LIMITS.ratio) {
    throw new BundleError('too_large', `${said} unpacks to ${Math.round(bytes / Math.max(1, packed))} times its size`);
  }
  const total = [...before.values()].reduce((sum, one) => sum + one.uncompressedSize, bytes);
  if (total > BUNDLE_LIMITS.totalBytes)
    throw new BundleError('too_large', 'its members have more bytes than a bundle may');
}

/** Every byte belongs to one member at most, and each member says of itself what the directory says of it. */
async function checkPlaces(zip: ZipFile, entries: readonly Entry[], fileBytes: number): Promise<void> {
  const inOrder = [...entries].sort((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader);
  let end = 0;
  for (const entry of inOrder) {
    const said = quoted(entry.fileName);
    if (entry.relativeOffsetOfLocalHeader < end) throw new BundleError('forbidden', `${said} lies over another member`);
    if (end === 0 && entry.relativeOffsetOfLocalHeader !== 0)
      throw new BundleError('forbidden', 'something stands before its first member');
    const head = await zip.readLocalFileHeaderPromise(entry);
    const isSame =
      head.fileName.equals(entry.fileNameRaw) &&
      head.compressionMethod === entry.compressionMethod &&
      (head.generalPurposeBitFlag & 1) === 0;
    if (!isSame) throw new BundleError('forbidden', `${said} says something else of itself than the directory does`);
    end = head.fileDataStart + entry.compressedSize;
    if (end > fileBytes - END_BYTES) throw new BundleError('damaged', `${said} ends behind the end of the file`);
  }
}

/** What the library refuses is the file's fault; what the system refuses is not. */
export function asFault(error: unknown, code: 'not_a_bundle' | 'damaged'): unknown {
  if (error instanceof BundleError) return error;
  if (!(error instanceof Error) || ('syscall' in error && error.syscall !== undefined)) return error;
  return new BundleError(code, `the zip file is damaged: ${printable(error.message)}`, { cause: error });
}
