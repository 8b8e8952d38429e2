/**
 * Command lines of `run --url` without what may be secret in them, for the record of the process chain: the proxy's own,
 * and those of programs that started it with the same words.
 */
import type { ProcessFact } from '../protocol/journal.ts';
import { shownUrl } from './httpTarget.ts';

/** Header values are left out, addresses lose userinfo and query values. Other words stay as they are. */
export function withoutSecrets(fact: ProcessFact): ProcessFact {
  const { argv } = fact;
  return argv === null ? fact : { ...fact, argv: argv.map((word, at) => shownWord(word, argv[at - 1])) };
}

function shownWord(word: string, before: string | undefined): string {
  if (before === '--header') return `${word.split('=')[0]}=…`;
  const header = /^--header=([^=]*)/.exec(word);
  if (header) return `--header=${header[1]}=…`;
  return word.replace(/\bhttps?:\/\/\S+/gi, (address) => {
    try {
      return shownUrl(new URL(address));
    } catch {
      return '…';
    }
  });
}
