/** Ids of contents within bounds: what is too large, or too much in sum, gets none, the same at every capture. */
import type { Files } from './files.ts';

const FILE_BYTES = 64 * 1024 * 1024;
const SUM_BYTES = 256 * 1024 * 1024;
const FILES_LIMIT = 5000;

export interface Content {
  readonly blob: string | null;
  readonly bytes: number | null;
}

/** Every call of what is returned draws on the same sum. */
export function contentReader(files: Files, algorithm: 'sha1' | 'sha256'): (path: string | Buffer) => Content {
  let sum = 0;
  let count = 0;
  return (path) => {
    // Forgotten folders hold 100,000 files, and each look costs.
    if (count >= FILES_LIMIT) return { blob: null, bytes: null };
    const bytes = files.sizeOf(path);
    const fits = (bytes ?? 0) <= FILE_BYTES && sum + (bytes ?? 0) <= SUM_BYTES;
    if (!fits) return { blob: null, bytes };
    sum += bytes ?? 0;
    count++;
    return { blob: files.blob(path, algorithm), bytes };
  };
}
