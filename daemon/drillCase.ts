/** How a case of a drill is judged: what was expected against what was seen, and what came out beside it. */
import type { Answered } from './drillClient.ts';
import type { DrillCase, DrillOutcome, DrillResult } from './protocol/drill.ts';
import type { DenialReason } from './protocol/policy.ts';

export const ALLOWED: DrillOutcome = { kind: 'allow', reason: null };
export const HELD: DrillOutcome = { kind: 'held', reason: null };

export function denied(reason: DenialReason): DrillOutcome {
  return { kind: 'deny', reason };
}

const NOTE_CHARS = 300;

/**
 * @param leak what came out, or was changed, although the request was to be refused; null for nothing
 * @param done of a request that is allowed: it had the effect that it was to have
 */
export function judgedCase(
  name: string,
  what: string,
  expected: DrillOutcome,
  { outcome, text }: Answered,
  leak: string | null,
  done: boolean,
): DrillCase {
  const start = { case: name, what, expected, seen: outcome };
  const said = text.replaceAll(/\s+/g, ' ').slice(0, NOTE_CHARS);
  if (leak !== null) return { ...start, verdict: 'failed', note: leak };
  if (expected.kind === 'allow') {
    if (outcome.kind === 'deny') return { ...start, verdict: 'failed', note: 'policy refused what is inside the root' };
    // Policy let it through; what the server then made of it is no matter of containment, but shows nothing either.
    if (outcome.kind !== 'allow') return { ...start, verdict: 'not_tried', note: `the server itself: ${said}` };
    return done
      ? { ...start, verdict: 'passed', note: null }
      : { ...start, verdict: 'not_tried', note: 'the server said yes and did not do it' };
  }
  const isSame = outcome.kind === expected.kind && outcome.reason === expected.reason;
  if (isSame) return { ...start, verdict: 'passed', note: null };
  const through = outcome.kind === 'failed' ? `it reached the server, which said: ${said}` : null;
  return { ...start, verdict: 'failed', note: through };
}

export function notTried(name: string, what: string, expected: DrillOutcome, why: string): DrillCase {
  return { case: name, what, expected, seen: null, verdict: 'not_tried', note: why };
}

/** Something that is counted, not asked. @param note what was counted */
export function heldCase(name: string, what: string, holds: boolean, note: string | null): DrillCase {
  const seen: DrillOutcome = { kind: holds ? 'held' : 'broken', reason: null };
  return { case: name, what, expected: HELD, seen, verdict: holds ? 'passed' : 'failed', note };
}

export function verdictOf(cases: readonly DrillCase[]): DrillResult['verdict'] {
  if (cases.some(({ verdict }) => verdict === 'failed')) return 'failed';
  return cases.length === 0 || cases.some(({ verdict }) => verdict === 'not_tried') ? 'not_run' : 'passed';
}
