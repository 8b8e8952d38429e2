/** Opens a bundle that somebody named on the command line; what is wrong with it is said in one sentence. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { BundleFault } from '../bundle/bundleError.ts';
import type { BundleReader } from '../protocol/bundle.ts';
import { couldNot, wrongUsage } from './exit.ts';

export type OpenedBundle =
  | { readonly kind: 'open'; readonly file: string; readonly bundle: BundleReader }
  /** It is there, and no bundle that may be read. */
  | { readonly kind: 'refused'; readonly file: string; readonly code: BundleFault; readonly reason: string };

export async function openBundleFile(named: string): Promise<OpenedBundle> {
  const file = resolve(named);
  if (!existsSync(file)) throw wrongUsage(`there is no file ${file}`);
  const { readBundle } = await import('../bundle/readBundle.ts');
  const { BundleError } = await import('../bundle/bundleError.ts');
  try {
    return { kind: 'open', file, bundle: await readBundle(file) };
  } catch (error) {
    if (error instanceof BundleError) return { kind: 'refused', file, code: error.code, reason: error.message };
    throw couldNot(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
