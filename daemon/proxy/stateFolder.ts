/**
 * The state folder: made private to the user, and refused where somebody else could have put it there. What is refused is
 * said in a sentence; the proxy then passes traffic without recording.
 */
import { mkdirSync, statSync } from 'node:fs';
import type { Places } from '../base/places.ts';

export type FolderState =
  | { readonly kind: 'ready' }
  /** Not ours to write: nothing is put there. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Cannot be made at the moment (disk full, read-only): the writer tries again. */
  | { readonly kind: 'missing' };

/** Makes what is missing (0700). `uid` is null where the platform has none. */
export function prepareStateFolder(places: Places, uid: number | null): FolderState {
  for (const folder of [places.home, places.journal, places.control]) {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      if (uid === null) continue;
      const stats = statSync(folder);
      if (!stats.isDirectory()) return { kind: 'refused', reason: `${folder} is not a folder` };
      if (stats.uid !== uid) return { kind: 'refused', reason: `${folder} belongs to another user` };
      if (stats.mode & 0o022) return { kind: 'refused', reason: `${folder} can be written by other users` };
    } catch {
      return { kind: 'missing' };
    }
  }
  return { kind: 'ready' };
}
