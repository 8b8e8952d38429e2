/** Colours for people, by meaning. Without colour every function returns its text as it is. */
import type { Terminal } from './terminal.ts';

export interface Paint {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly busy: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly bold: (text: string) => string;
}

const plain = (text: string) => text;
const ansi = (open: number, close: number) => (text: string) =>
  text === '' ? text : `\u001b[${open}m${text}\u001b[${close}m`;

/** The sixteen colours of the user's own palette: they are readable on whatever background it has. */
export function makePaint(terminal: Pick<Terminal, 'colour'>): Paint {
  if (!terminal.colour) return { good: plain, bad: plain, warn: plain, busy: plain, dim: plain, bold: plain };
  return {
    good: ansi(32, 39),
    bad: ansi(31, 39),
    warn: ansi(33, 39),
    busy: ansi(36, 39),
    dim: ansi(2, 22),
    bold: ansi(1, 22),
  };
}
