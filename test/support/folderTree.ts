/** A folder made for one test, with files in it; gone when the test ends. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';

/** By path: a text, bytes, or the target of a link. */
export type Tree = Readonly<Record<string, string | Uint8Array | { readonly link: string }>>;

/** @returns the folder's absolute path, links resolved */
export function folderTree(test: TestContext, tree: Tree): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'callgrove-tree-')));
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  plant(folder, tree);
  return folder;
}

export function plant(folder: string, tree: Tree): void {
  for (const [path, content] of Object.entries(tree)) {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    if (typeof content === 'string' || content instanceof Uint8Array) writeFileSync(target, content);
    else symlinkSync(content.link, target);
  }
}
