/** Changes to a text, each at its place in the text as it was. */
import type { Span } from './configTree.ts';

export interface TextEdit extends Span {
  readonly text: string;
}

/** Applies edits that do not overlap, in any order. Two insertions at one place come in the order given. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = '';
  let at = 0;
  for (const edit of [...edits].sort((a, b) => a.start - b.start)) {
    if (edit.start < at) throw new Error('edits overlap');
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}
