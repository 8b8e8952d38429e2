/** Verbs with several actions: which of them the second word means, or what is wrong with it. */
import { nearest } from '../model/nearest.ts';
import { wrongUsage } from './exit.ts';
import type { Context, Verb } from './verb.ts';

/** By the word that follows the verb. */
export type Actions = Readonly<Record<string, Verb['run']>>;

/** @returns the verb's `run`; it throws a CliError with exit code 2 for a word that names no action */
export function chooseAction(verb: string, actions: Actions): Verb['run'] {
  const words = Object.keys(actions);
  return async (context: Context) => {
    const word = context.args[0] ?? '';
    const action = Object.hasOwn(actions, word) ? actions[word] : undefined;
    if (action) return action(context);
    const near = nearest(word, words);
    throw wrongUsage(
      `${verb} takes ${words.join(', ')}, not ${JSON.stringify(word)}`,
      near && `Did you mean callgrove ${verb} ${near}?`,
    );
  };
}
