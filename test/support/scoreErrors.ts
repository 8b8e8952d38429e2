/** Classifies a part of the corpus and counts what was found right: per class, and over all. */
import { classifyError, type ErrorFacts } from '../../daemon/classify/classifyError.ts';
import type { CallError } from '../../daemon/protocol/record.ts';
import type { CorpusEntry } from './errorCorpus.ts';

/** What the corpus does not say is not known; the moment matters where a text names one. */
export function factsOf({ facts }: CorpusEntry): ErrorFacts {
  const { method, tool, result, error, http, exit, stderr, at } = facts;
  return {
    method,
    tool: tool ?? null,
    result,
    error: error && { ...error },
    answerText: null,
    malformed: false,
    failed:
      error !== undefined ||
      (typeof result === 'object' && result !== null && 'isError' in result && result.isError === true),
    http: http ?? null,
    crash: exit ? { ...exit, stderr: stderr ?? null } : null,
    ended: null,
    at: at === undefined ? 0 : Date.parse(at),
    callRetrySafe: null,
  };
}

export interface ClassScore {
  /** Entries of the class, by the reader; by the rules; by both. */
  labelled: number;
  found: number;
  right: number;
}

export interface Score {
  readonly entries: number;
  /** Of those with an error: the class is the reader's. */
  readonly rightClass: number;
  /** And so are cause, advice, waiting time and repeatability. */
  readonly rightWhole: number;
  readonly errors: number;
  /** Errors of another class that were called `unknown`, or not seen in what claims to be a success: nothing wrong was said. */
  readonly leftOpen: number;
  /** Successes that were taken for errors. */
  readonly falseAlarms: number;
  readonly successes: number;
  readonly classes: ReadonlyMap<string, ClassScore>;
  readonly misses: readonly { readonly entry: CorpusEntry; readonly found: CallError | null }[];
}

const FIELDS = ['error_class', 'auth_cause', 'recovery_action', 'recoverable', 'retry_safe', 'retry_after_ms'] as const;

export function scoreErrors(entries: readonly CorpusEntry[]): Score {
  const classes = new Map<string, ClassScore>();
  const of = (name: string): ClassScore => {
    const known = classes.get(name) ?? { labelled: 0, found: 0, right: 0 };
    classes.set(name, known);
    return known;
  };
  const misses: { entry: CorpusEntry; found: CallError | null }[] = [];
  let [rightClass, rightWhole, errors, falseAlarms, leftOpen] = [0, 0, 0, 0, 0];
  for (const entry of entries) {
    const found = classifyError(factsOf(entry));
    const { label } = entry;
    if (label) {
      errors++;
      of(label.error_class).labelled++;
    }
    if (found) of(found.error_class).found++;
    const sameClass = label !== null && found?.error_class === label.error_class;
    if (sameClass) {
      rightClass++;
      of(label.error_class).right++;
    }
    if (!label && found) falseAlarms++;
    if (label && !sameClass && (found === null || found.error_class === 'unknown')) leftOpen++;
    const same =
      label === null ? found === null : found !== null && FIELDS.every((name) => found[name] === label[name]);
    if (same && label) rightWhole++;
    if (!same) misses.push({ entry, found });
  }
  return {
    entries: entries.length,
    errors,
    rightClass,
    rightWhole,
    leftOpen,
    successes: entries.length - errors,
    falseAlarms,
    classes,
    misses,
  };
}
