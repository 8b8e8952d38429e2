/**
 * How to go on where a session ended: which calls are done, which have to be looked at, which may simply be made again.
 * Folds the session's calls in order; keeps no more of a call than the plan shows.
 */
import type { Checkpoint, RecoveredBy, ResumeClass, ResumePlan, ResumeStep } from '../protocol/checkpoint.ts';
import type { Call, Session } from '../protocol/record.ts';
import { type RepeatFacts, repeatsSafely, resumeClass } from './resumeClass.ts';

export type ResumeSession = Pick<Session, 'session_id' | 'terminal_state' | 'recovery_status' | 'first_failing_call'>;

export interface ResumeFold {
  /** Calls in the order in which they began. Those that are no tool calls of the agent's are passed over. */
  add(call: Call): void;
  plan(session: ResumeSession, lastGood: Checkpoint | null, recoveredBy: RecoveredBy): ResumePlan;
}

interface Step extends ResumeStep {
  readonly resume: ResumeClass;
  readonly retrySafe: boolean | null;
}

export function resumeFold(): ResumeFold {
  const steps = new Map<string, Step>();
  /** Calls of which a later attempt succeeded: that one is judged in their place. */
  const superseded = new Set<string>();
  const earlier = new Map<string, string | null>();
  const visibility = new Set<string>();
  return {
    add(call) {
      if (call.event !== 'tool_call' || call.direction !== 'c2s') return;
      earlier.set(call.call_id, call.retry_of);
      if (call.outcome === 'success')
        for (let of = call.retry_of; of !== null && !superseded.has(of); of = earlier.get(of) ?? null)
          superseded.add(of);
      for (const effect of call.effects ?? []) visibility.add(effect.visibility);
      const facts = repeatFacts(call);
      const verdict = resumeClass(facts);
      if (!verdict) return;
      const { call_id, server, tool, summary, outcome } = call;
      steps.set(call_id, {
        ...{ call_id, server, tool, summary, outcome, why: verdict.why, resume: verdict.resume },
        retrySafe: repeatsSafely(facts),
      });
    },
    plan(session, lastGood, recoveredBy) {
      const kept = [...steps.values()].filter(({ call_id }) => !superseded.has(call_id));
      const of = (wanted: ResumeClass) =>
        kept.filter(({ resume }) => resume === wanted).map(({ resume: _, retrySafe: __, ...step }): ResumeStep => step);
      return {
        session_id: session.session_id,
        terminal_state: session.terminal_state,
        first_failing_call: session.first_failing_call,
        last_good_checkpoint: lastGood,
        recovery_status: session.recovery_status,
        recovered_by: recoveredBy,
        plain_retry_safe: plainRetrySafe([...steps.values()].map(({ retrySafe }) => retrySafe)),
        skip: of('skip'),
        verify_first: of('verify_first'),
        safe_to_repeat: of('safe_to_repeat'),
        visible_to_new_session: seenByNewSession(visibility),
      };
    },
  };
}

/** What of a record the judgement needs. */
export function repeatFacts(call: Call): RepeatFacts {
  const { outcome, retry_safe, reversibility, side_effect_class, effects } = call;
  return {
    outcome,
    retry_safe,
    reversibility,
    side_effect_class,
    effects,
    error_retry_safe: call.error?.retry_safe ?? null,
  };
}

/** One that is not safe decides; then one that nobody knows. A session without calls has nothing to repeat. */
export function plainRetrySafe(all: readonly (boolean | null)[]): boolean | null {
  if (all.length === 0) return null;
  if (all.includes(false)) return false;
  return all.includes(null) ? null : true;
}

/** @param visibility of all known effects; none proves nothing */
export function seenByNewSession(visibility: ReadonlySet<string>): boolean | 'unknown' {
  if (visibility.has('session_local')) return false;
  return visibility.size === 1 && visibility.has('durable') ? true : 'unknown';
}
