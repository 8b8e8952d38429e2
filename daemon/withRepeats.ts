/** Adds to what was judged of a call which attempt it is, from the equal calls that stand in the database before it. */
import { EQUALS, judgeRepeats, looksFarBack, RECENT } from './classify/judgeRepeats.ts';
import type { Database } from './store/database.ts';
import { equalCalls, hasEqual, judgedAttempt, judgeNext, recentCalls } from './store/repeatRows.ts';
import type { BodyTask, JudgedCall } from './store/secondStage.ts';

/** To be run inside a commit, when the call's key is written. @param key null where its arguments cannot be told */
export function withRepeats(database: Database, task: BodyTask, key: string | null, judged: JudgedCall): JudgedCall {
  const { row, call_id, call, session, server } = task;
  if (key === null) return judged;
  const { started_at, outcome, tool } = row;
  const place = { call, session, started_at, key };
  if (!hasEqual(database, place)) return { ...judged, evidence: { ...judged.evidence, attempt: 1, retry_of: null } };
  const last = equalCalls(database, place, 1);
  const { attempt, retry_of, findings } = judgeRepeats({
    call_id,
    started_at,
    outcome,
    name: `${server}/${tool ?? '?'}`,
    key,
    equals: looksFarBack(outcome, last) ? equalCalls(database, place, EQUALS) : last,
    recent: recentCalls(database, place, RECENT),
  });
  if (judgedAttempt(database, call) !== attempt) judgeNext(database, place);
  return {
    ...judged,
    evidence: { ...judged.evidence, attempt, retry_of },
    findings: [...judged.findings, ...findings],
  };
}
