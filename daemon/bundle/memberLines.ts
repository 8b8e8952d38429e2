/** Cuts a member's bytes into texts and lines, bounded, and refuses what is no UTF-8. */
import { isAscii, isUtf8 } from 'node:buffer';
import { BUNDLE_LIMITS } from '../protocol/bundle.ts';
import { BundleError } from './bundleError.ts';

/** The bytes as text in pieces. @throws BundleError for bytes that are no UTF-8 */
export async function* textOf(name: string, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const decode = (piece?: Uint8Array) => {
    try {
      return piece ? decoder.decode(piece, { stream: true }) : decoder.decode();
    } catch {
      throw new BundleError('malformed', `${name} is no UTF-8`);
    }
  };
  for await (const piece of bytes) yield decode(piece);
  yield decode();
}

const LINE_END = 10;

/**
 * Each line with its number from 1, without its end. The last one ends, too. Each is decoded by itself: one sign beyond
 * Latin-1 would double what all lines of its piece take.
 */
export async function* linesOf(
  name: string,
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<{ readonly line: string; readonly number: number }> {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let number = 0;
  const lineUpTo = (end: Buffer): string => {
    const line = heldBytes === 0 ? end : Buffer.concat([...held, end]);
    held = [];
    heldBytes = 0;
    if (isAscii(line)) return line.toString('latin1');
    if (!isUtf8(line)) throw new BundleError('malformed', `${name} is no UTF-8`);
    return line.toString('utf8');
  };
  for await (const piece of bytes) {
    const all = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    let start = 0;
    for (let end = all.indexOf(LINE_END); end >= 0; end = all.indexOf(LINE_END, start)) {
      yield { line: lineUpTo(all.subarray(start, end)), number: ++number };
      start = end + 1;
    }
    if (start === all.length) continue;
    held.push(all.subarray(start));
    heldBytes += all.length - start;
    if (heldBytes > BUNDLE_LIMITS.lineBytes) throw new BundleError('too_large', `${name} has a line without an end`);
  }
  if (heldBytes > 0) throw new BundleError('damaged', `${name} ends in the middle of a line`);
}

/** All of it as one text. @throws BundleError for more than a document may have */
export async function wholeText(name: string, texts: AsyncIterable<string>): Promise<string> {
  let whole = '';
  for await (const text of texts) {
    whole += text;
    if (whole.length > BUNDLE_LIMITS.documentBytes) throw new BundleError('too_large', `${name} is too large`);
  }
  return whole;
}
