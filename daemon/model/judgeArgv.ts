/** Decides which words of a command line are secrets: the value after a credential's option, or beside its name. */
import { isCredentialName, isPasswordName, ruleFor } from './credentialNames.ts';
import { isPlaceholder } from './placeholder.ts';

/** For each word: the offset from which on it is a secret and its rule, or null where only the text rules apply. */
export function judgeArgv(argv: readonly string[]): readonly ({ from: number; rule: string } | null)[] {
  let option: string | null = null;
  return argv.map((word) => {
    const before = option;
    option = null;
    if (
      before !== null &&
      word !== '' &&
      !isPlaceholder(word) &&
      !/^\$\{?\w+\}?$/.test(word) &&
      !/^--?[a-z]/.test(word)
    ) {
      return { from: 0, rule: ruleFor(before) };
    }
    const [, name, value] = /^([\w.-]{1,120})(?:=([\s\S]*))?$/.exec(word) ?? [];
    if (name === undefined || !isOption(name)) return null;
    if (value === undefined) {
      if (name.startsWith('-')) option = name;
      return null;
    }
    if (value === '' || isPlaceholder(value) || /^\$\{?\w+\}?$/.test(value)) return null;
    return { from: name.length + 1, rule: ruleFor(name) };
  });
}

/** On a command line `--key` and `-p` style names say more than in a text. */
function isOption(name: string): boolean {
  return isCredentialName(name) || isPasswordName(name) || /^--?(?:key|pass|pat|auth|apikey|credentials?)$/i.test(name);
}
