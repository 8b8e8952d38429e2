/** The page's own files. A fixed list: nothing of a URL ever becomes part of a path. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const FILES: Readonly<Record<string, { file: string; type: string }>> = {
  '/': { file: 'index.html', type: 'text/html; charset=utf-8' },
  '/page.js': { file: 'page.js', type: 'text/javascript; charset=utf-8' },
  '/page.css': { file: 'page.css', type: 'text/css; charset=utf-8' },
};

export type PageFile =
  | { readonly kind: 'file'; readonly type: string; readonly content: Buffer }
  /** The list has it and the folder does not: the page was never built. */
  | { readonly kind: 'missing'; readonly file: string };

/** Null for a path that is none of the page's. */
export async function pageFile(folder: string, path: string): Promise<PageFile | null> {
  const entry = Object.hasOwn(FILES, path) ? FILES[path] : undefined;
  if (!entry) return null;
  try {
    return { kind: 'file', type: entry.type, content: await readFile(join(folder, entry.file)) };
  } catch {
    return { kind: 'missing', file: entry.file };
  }
}
