/** Cuts a member's bytes into texts and lines, bounded, and refuses what is no UTF-8. */
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

/** Each line with its number from 1, without its end. The last one ends, too. */
export async function* linesOf(
  name: string,
  texts: AsyncIterable<string>,
): AsyncGenerator<{ readonly line: string; readonly number: number }> {
  let rest = '';
  let number = 0;
  for await (const text of texts) {
    rest += text;
    if (!text.includes('\n')) {
      if (rest.length > BUNDLE_LIMITS.lineBytes)
        throw new BundleError('too_large', `${name} has a line without an end`);
      continue;
    }
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield { line, number: ++number };
  }
  if (rest !== '') throw new BundleError('damaged', `${name} ends in the middle of a line`);
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
