/** A command line as people are shown it before it is started: secrets masked, words with spaces quoted, on one line. */
import { maskCommand } from '../model/maskCommand.ts';
import { safeLine } from './safeText.ts';

export function shownCommand(argv: readonly string[]): string {
  const words = maskCommand(argv).words.map((word) => (/[\s"']/.test(word) ? JSON.stringify(word) : word));
  return safeLine(words.join(' '));
}
