/**
 * What repeating one call would do, from what is known of it alone. Decides nothing about the calls around it: that a
 * later attempt took its place is seen by resumePlan.
 */
import type { ResumeClass } from '../protocol/checkpoint.ts';
import type { Call } from '../protocol/record.ts';

/** What the judgement is made from; spelled as in the record. */
export interface RepeatFacts extends Pick<Call, 'outcome' | 'retry_safe' | 'reversibility' | 'side_effect_class'> {
  /** null where effects are not known. */
  readonly effects: readonly Pick<NonNullable<Call['effects']>[number], 'visibility'>[] | null;
  /** What is known of the error's own retry safety; null where there is no error, or nothing is known. */
  readonly error_retry_safe: boolean | null;
}

export interface RepeatVerdict {
  readonly resume: ResumeClass;
  /** For people, without a full stop. */
  readonly why: string;
}

/** Null where there is nothing to decide: it is still running, or it was refused before its server saw it. */
export function resumeClass(call: RepeatFacts): RepeatVerdict | null {
  const isSafe = call.retry_safe === true || call.error_retry_safe === true;
  switch (call.outcome) {
    case 'running':
    case 'denied':
      return null;
    case 'success':
      return ofSuccess(call);
    case 'error':
      if (call.error_retry_safe === false)
        return { resume: 'verify_first', why: 'it failed, and part of it may have happened' };
      return isSafe
        ? { resume: 'safe_to_repeat', why: 'it failed and leaves nothing behind that a repetition would double' }
        : { resume: 'verify_first', why: 'it failed, and nobody knows whether part of it happened' };
    case 'cancelled':
    case 'timeout':
    case 'lost':
      return isSafe
        ? { resume: 'safe_to_repeat', why: 'no answer was seen, and doing it twice changes nothing more' }
        : { resume: 'verify_first', why: 'no answer was seen: it may have happened' };
    default:
      return call.outcome satisfies never;
  }
}

function ofSuccess({ retry_safe, reversibility, side_effect_class, effects }: RepeatFacts): RepeatVerdict {
  if (reversibility === 'no_effect' || side_effect_class === 'none')
    return { resume: 'safe_to_repeat', why: 'it changes nothing' };
  const visibility = (effects ?? []).map((effect) => effect.visibility);
  if (visibility.includes('session_local'))
    return { resume: 'verify_first', why: 'what it did may have gone with the session' };
  if (visibility.length > 0 && visibility.every((one) => one === 'durable'))
    return { resume: 'skip', why: 'it is done, and stays done' };
  if (retry_safe === true) return { resume: 'safe_to_repeat', why: 'doing it twice changes nothing more' };
  if (side_effect_class === 'unknown') return { resume: 'verify_first', why: 'nobody knows what it changed' };
  return { resume: 'verify_first', why: 'it changed something, and nobody knows whether that lasts' };
}

/** May this call be made again as it was, whatever became of it? null where nobody can tell. */
export function repeatsSafely(facts: RepeatFacts): boolean | null {
  if (facts.reversibility === 'no_effect' || facts.side_effect_class === 'none') return true;
  return facts.outcome === 'success' ? facts.retry_safe : (facts.error_retry_safe ?? facts.retry_safe);
}
