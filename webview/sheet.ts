/** The form in which the page shows what a capture holds: sections of things with tags and notes. Words alone; draws nothing. */
import type { Place } from '../daemon/protocol/harness.ts';

export interface Tag {
  readonly text: string;
  readonly tone: 'plain' | 'good' | 'warning' | 'error';
  readonly hint: string;
}

/** One line with what stands below it. */
export interface Thing {
  readonly title: string;
  /** The file that an editor can open. */
  readonly file: { readonly place: Place; readonly path: string } | null;
  readonly tags: readonly Tag[];
  /** Beside it, quietly. */
  readonly about: string;
  readonly notes: readonly string[];
}

export interface Section {
  readonly key: string;
  readonly title: string;
  readonly things: readonly Thing[];
  /** Entries in all where only some were kept. */
  readonly total: number;
  /** Said where there is nothing. */
  readonly none: string;
  /** Unfolded at first. */
  readonly open: boolean;
}

export const NOT_CAPTURED = 'Not captured: see what could not be seen.';

export function section(
  key: string,
  title: string,
  things: readonly Thing[],
  { none, open = false, total }: { none: string; open?: boolean; total?: number },
): Section {
  return { key, title, things, total: Math.max(total ?? 0, things.length), none, open };
}

export function thing(title: string, rest: Partial<Thing> = {}): Thing {
  return { title, file: null, tags: [], about: '', notes: [], ...rest };
}

export const at = (path: string) => ({ place: 'repository' as const, path });
export const plain = (text: string, hint = ''): Tag => ({ text, tone: 'plain', hint });
export const good = (text: string): Tag => ({ text, tone: 'good', hint: '' });
