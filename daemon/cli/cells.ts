/**
 * Fits safe lines to a width in a terminal's cells. What it needs to know of characters takes longer to load than all else
 * that a verb without a table needs.
 */
import stringWidth from 'string-width';

/** Cells that a safe line takes on a terminal: wide characters two, combining ones none. */
export function cells(text: string): number {
  return stringWidth(text);
}

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Cuts a safe line to at most `width` cells, never inside a character, and shows the cut. */
export function cut(text: string, width: number, unicode = true): string {
  if (width <= 0) return '';
  // A cell is at most a few code units: no need to measure a megabyte.
  const bounded = Number.isFinite(width) && text.length > width * 16 ? text.slice(0, width * 16) : text;
  if (bounded.length === text.length && cells(text) <= width) return text;
  const mark = unicode ? '…' : '~';
  let kept = '';
  let used = 0;
  for (const { segment } of segmenter.segment(bounded)) {
    const wide = cells(segment);
    if (used + wide > width - 1) break;
    kept += segment;
    used += wide;
  }
  return kept + mark;
}

/** Cuts or fills to exactly `width` cells. */
export function fit(text: string, width: number, unicode = true): string {
  const shown = cut(text, width, unicode);
  return shown + ' '.repeat(Math.max(0, width - cells(shown)));
}
