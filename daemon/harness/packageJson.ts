/** Name and version that a folder's `package.json` states, and which folder's it is. Nothing else of it is judged. */
import { dirname, join, parse } from 'node:path';
import type { Files } from './files.ts';

export interface StatedPackage {
  readonly folder: string;
  readonly name: string | null;
  readonly version: string | null;
  /** Of `bin`; one that is a mere path has the package's own name. */
  readonly bins: readonly string[];
}

const DEPTH_LIMIT = 40;

/** null where there is none or it cannot be read. @param within as for `Files.read` */
export function packageAt(folder: string, within: string, files: Files): StatedPackage | null {
  const json = readJson(join(folder, 'package.json'), within, files);
  if (json === null) return null;
  const text = (key: string) => (typeof json[key] === 'string' ? json[key].slice(0, 214) : null);
  const name = text('name');
  const bin = json.bin;
  const bins =
    typeof bin === 'string' && name !== null
      ? [name.replace(/^@[^/]*\//, '')]
      : typeof bin === 'object' && bin !== null
        ? Object.keys(bin)
        : [];
  return { folder, name, version: text('version'), bins };
}

/** The nearest one with a name, from a folder upwards. */
export function packageAbove(folder: string, files: Files): StatedPackage | null {
  let at = folder;
  for (let depth = 0; depth < DEPTH_LIMIT; depth++) {
    const found = packageAt(at, at, files);
    // A file of `{"type":"module"}` inside a package names nothing.
    if (found?.name) return found;
    if (at === dirname(at) || at === parse(at).root) return null;
    at = dirname(at);
  }
  return null;
}

/** A JSON object, or null. Never throws. */
export function readJson(
  path: string,
  within: string,
  files: Files,
  limitBytes?: number,
): Readonly<Record<string, unknown>> | null {
  const read = files.read(path, within, limitBytes);
  if (read.kind !== 'file' || read.cut) return null;
  return parseObject(read.text);
}

export function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
