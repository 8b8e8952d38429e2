/** What changed from one text to another, as people read it: the one place where texts are compared line by line. */
import { createTwoFilesPatch } from 'diff';

const CONTEXT_LINES = 3;
/** Texts that have less in common than this are not worth a diff, and cost much to compare. */
const EDITS_LIMIT = 4000;
const SHOWN_CHARS = 64 * 1024;

/** A unified diff, at most 64 KiB; null where the texts are equal or too different to be compared. */
export function textDiff(name: string, before: string, after: string): string | null {
  if (before === after) return null;
  const patch = createTwoFilesPatch(`a/${name}`, `b/${name}`, before, after, undefined, undefined, {
    context: CONTEXT_LINES,
    maxEditLength: EDITS_LIMIT,
  });
  if (patch === undefined) return null;
  // The first line is a ruler that no other tool prints.
  const text = patch.replace(/^=+\n/, '');
  return text.length <= SHOWN_CHARS ? text : `${text.slice(0, text.lastIndexOf('\n', SHOWN_CHARS))}\n…\n`;
}
