/**
 * Bounds for readers that hold many files at once: how much of them is read, and how much text is kept. A checkout may
 * hold thousands of instruction files as large as it likes; what is cut is still told by the digest of all of it.
 */
import type { FileContent, Files } from './files.ts';

const FILE_BYTES = 256 * 1024;
const TOTAL_BYTES = 16 * 1024 * 1024;
/** Of a file beyond the total: enough for its head. */
const LEAST_BYTES = 4 * 1024;
const TEXTS_CHARS = 24 * 1024 * 1024;

/** The same files: 256 KiB of each, 16 MiB of all, and then 4 KiB of each. */
export function boundedFiles(files: Files): Files {
  let left = TOTAL_BYTES;
  return {
    ...files,
    read: (path, within, limitBytes = FILE_BYTES) => {
      const content = files.read(path, within, Math.min(limitBytes, left > 0 ? FILE_BYTES : LEAST_BYTES));
      if (content.kind === 'file') left -= content.bytes.length;
      return content;
    },
  };
}

export interface KeptTexts {
  /** By digest, each at most 256 KiB. */
  readonly texts: Record<string, string>;
  keep(content: FileContent): void;
  /** One sentence where texts were left out. */
  missing(): readonly string[];
}

/** Keeps 24 million characters at most: enough for every text that people read. */
export function keepTexts(): KeptTexts {
  const texts: Record<string, string> = {};
  let left = TEXTS_CHARS;
  let omitted = 0;
  return {
    texts,
    keep: ({ sha256, text, cut, bytes }) => {
      if (Object.hasOwn(texts, sha256)) return;
      const kept = text.slice(0, FILE_BYTES);
      if (kept.length > left || (cut && bytes.length < FILE_BYTES)) omitted++;
      else {
        texts[sha256] = kept;
        left -= kept.length;
      }
    },
    missing: () => (omitted === 0 ? [] : [`The texts of ${omitted} files are not kept: there are too many of them.`]),
  };
}
