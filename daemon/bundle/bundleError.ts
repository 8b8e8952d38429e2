/** What is wrong with a bundle: a code for programs, a sentence for people. Nothing of the bundle's own text is in it unescaped. */

/**
 * `not_a_bundle` no zip file of ours; `newer` of a later format; `forbidden` something that no bundle has: a foreign
 * name, a link, a script's trick; `too_large` beyond what a bundle may hold; `damaged` a hash, a size, a sign that is
 * wrong; `malformed` JSON or text that no record is; `incomplete` something that the manifest or a record names is missing;
 * `secret` a secret was found in it.
 */
export type BundleFault =
  | 'not_a_bundle'
  | 'newer'
  | 'forbidden'
  | 'too_large'
  | 'damaged'
  | 'malformed'
  | 'incomplete'
  | 'secret';

export class BundleError extends Error {
  readonly code: BundleFault;
  constructor(code: BundleFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BundleError';
    this.code = code;
  }
}

/** A library's sentence, which may name a member. */
export function printable(text: string): string {
  return text.slice(0, 200).replace(/[^\x20-\x7e]/g, '?');
}

/** A name out of a hostile file, for a sentence: short, printable, in quotes. */
export function quoted(name: string): string {
  return JSON.stringify(name.slice(0, 80)).replace(/[^\x20-\x7e]/g, '?');
}
