/**
 * What a rule is: when something said stands for which kind of error, and where that was read. Rules are data; which one
 * counts where several fit is decided by their order alone (errorRules.ts).
 */
import type { ErrorKindName } from './errorKinds.ts';

export interface ErrorRule {
  /** Stands in the error object: `slack.token_revoked`. */
  readonly id: string;
  readonly kind: ErrorKindName;
  /** What the rule was written from: a specification's section, a document, a server's source. */
  readonly source: string;
  /** Error codes as words, in lower case; a number that is no HTTP status as `n10000`, an SQL state as `sqlstate:23505`. */
  readonly codes?: readonly string[];
  /**
   * Matched against the text in lower case. Bounded: every repetition has a limit, so that the time it takes grows with the
   * text's length and nothing else.
   */
  readonly text?: RegExp;
  /** One of these must stand in the lower-case text before `text` is tried. */
  readonly keys?: readonly string[];
  /** HTTP statuses, as the peer's answer or as told in a body. */
  readonly statuses?: readonly number[];
  /** Codes of JSON-RPC errors. */
  readonly rpc?: readonly number[];
  /** Also where the answer claims to be a success and is no error body: the words are plain enough by themselves. */
  readonly plain?: true;
}

export function rule(
  id: string,
  kind: ErrorKindName,
  source: string,
  when: Omit<ErrorRule, 'id' | 'kind' | 'source'>,
): ErrorRule {
  return { id, kind, source, ...when };
}
