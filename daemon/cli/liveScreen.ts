/** Keeps a block of lines at the bottom of the terminal and lets finished lines scroll away above it. */

const ESC = '\u001b[';

export interface LiveScreen {
  /** The text that prints `done` above and the block anew. */
  frame(done: readonly string[], block: readonly string[]): string;
  /** True while a block stands on the screen. */
  readonly drawn: boolean;
}

/** Lines must fit the terminal's width: wrapping is off while drawing, so that a miscounted one is cut, not doubled. */
export function makeLiveScreen(): LiveScreen {
  let height = 0;
  let last = '';
  return {
    frame(done, block) {
      const text = block.map((line) => `${line}\n`).join('');
      if (done.length === 0 && text === last) return '';
      const up = height > 0 ? `${ESC}${height}A` : '';
      last = text;
      height = block.length;
      // Synchronised output (mode 2026), no auto-wrap (mode 7): terminals that know neither ignore them.
      return `${ESC}?2026h${ESC}?7l${up}\r${ESC}J${done.map((line) => `${line}\n`).join('')}${text}${ESC}?7h${ESC}?2026l`;
    },
    get drawn() {
      return height > 0;
    },
  };
}
