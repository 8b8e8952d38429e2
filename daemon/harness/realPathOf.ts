/** Where a path lies once all links are followed; null where that cannot be told. */
import { realpathSync } from 'node:fs';

export function realPathOf(path: string): string | null {
  try {
    return realpathSync.native(path);
  } catch {
    return null;
  }
}
