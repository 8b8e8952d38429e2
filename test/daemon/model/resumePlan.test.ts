import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resumeClass } from '../../../daemon/model/resumeClass.ts';
import { plainRetrySafe, resumeFold, seenByNewSession } from '../../../daemon/model/resumePlan.ts';
import type { Call } from '../../../daemon/protocol/record.ts';
import { fakeCall } from '../../support/fakeCall.ts';

const NOTHING = { made_good: [], open: [], checked_by: null };
const created = (visibility: 'durable' | 'session_local' | 'unknown') => ({
  effects: [
    { kind: 'file_created', target: '/w/a.txt', evidence: 'verified', bytes: 4, visibility },
  ] as Call['effects'],
  side_effect_class: 'local_write' as const,
  reversibility: 'reversible' as const,
});
const error = (retry_safe: boolean | null) => ({
  error: {
    ...{ error_class: 'unknown', error_code: null, auth_cause: null, recoverable: null, recovery_action: null },
    ...{ retry_after_ms: null, retry_safe, failure_class: null, read_from: null, rule: null },
  } as Call['error'],
});

test('what repeating one call would do', () => {
  const table: [said: Partial<Call>, verdict: string | null][] = [
    [{ outcome: 'running' }, null],
    [{ outcome: 'denied' }, null],
    [{ reversibility: 'no_effect' }, 'safe_to_repeat'],
    [{ side_effect_class: 'none' }, 'safe_to_repeat'],
    [created('durable'), 'skip'],
    [{ ...created('durable'), retry_safe: true }, 'skip'],
    [created('session_local'), 'verify_first'],
    [created('unknown'), 'verify_first'],
    [{ ...created('unknown'), retry_safe: true }, 'safe_to_repeat'],
    [{ side_effect_class: 'remote_write', effects: [] }, 'verify_first'],
    [{}, 'verify_first'],
    [{ retry_safe: true }, 'safe_to_repeat'],
    [{ outcome: 'error' }, 'verify_first'],
    [{ outcome: 'error', ...error(true) }, 'safe_to_repeat'],
    [{ outcome: 'error', ...error(false), retry_safe: true }, 'verify_first'],
    [{ outcome: 'error', retry_safe: true }, 'safe_to_repeat'],
    [{ outcome: 'timeout' }, 'verify_first'],
    [{ outcome: 'timeout', retry_safe: true }, 'safe_to_repeat'],
    [{ outcome: 'lost', retry_safe: false }, 'verify_first'],
    [{ outcome: 'cancelled' }, 'verify_first'],
  ];
  for (const [said, verdict] of table) {
    const { effects, ...call } = fakeCall(1, said);
    const found = resumeClass({ ...call, effects, error_retry_safe: call.error?.retry_safe ?? null });
    assert.equal(found?.resume ?? null, verdict, JSON.stringify(said));
  }
});

test('the plan of a session that failed half way', () => {
  const fold = resumeFold();
  const read = fakeCall(1, { tool: 'read_file', reversibility: 'no_effect', side_effect_class: 'none' });
  const wrote = fakeCall(2, { ...created('durable'), retry_safe: false });
  const failed = fakeCall(3, { outcome: 'error', ...error(null) });
  const sent = fakeCall(4, { tool: 'send_mail', outcome: 'lost', retry_safe: false });
  const asked = fakeCall(5, { direction: 's2c', event: 'request', tool: null });
  for (const call of [read, wrote, failed, sent, asked]) fold.add(call);
  const session = {
    session_id: 'ses_1',
    terminal_state: 'partial_success',
    recovery_status: 'pending',
    first_failing_call: failed.call_id,
  } as const;
  const plan = fold.plan(session, null, NOTHING);
  const ids = (steps: readonly { call_id: string }[]) => steps.map(({ call_id }) => call_id);
  assert.deepEqual(ids(plan.skip), [wrote.call_id]);
  assert.deepEqual(ids(plan.verify_first), [failed.call_id, sent.call_id]);
  assert.deepEqual(ids(plan.safe_to_repeat), [read.call_id]);
  assert.equal(plan.plain_retry_safe, false);
  assert.equal(plan.visible_to_new_session, true);
  assert.deepEqual(Object.keys(plan.skip[0] ?? {}), ['call_id', 'server', 'tool', 'summary', 'outcome', 'why']);
});

test('a failure that a later attempt made good is judged by that attempt, however many there were', () => {
  const fold = resumeFold();
  const first = fakeCall(1, { outcome: 'timeout' });
  const second = fakeCall(2, { outcome: 'error', retry_of: first.call_id, attempt: 2 });
  const third = fakeCall(3, { ...created('durable'), retry_of: second.call_id, attempt: 3 });
  for (const call of [first, second, third]) fold.add(call);
  const plan = fold.plan(
    { session_id: 'ses_1', terminal_state: 'partial_success', first_failing_call: null, recovery_status: 'pending' },
    null,
    NOTHING,
  );
  assert.deepEqual(plan.verify_first, []);
  assert.deepEqual(
    plan.skip.map(({ call_id }) => call_id),
    [third.call_id],
  );
});

test('what holds for the whole session', () => {
  assert.equal(plainRetrySafe([]), null);
  assert.equal(plainRetrySafe([true, true]), true);
  assert.equal(plainRetrySafe([true, null]), null);
  assert.equal(plainRetrySafe([null, false, true]), false);
  assert.equal(seenByNewSession(new Set()), 'unknown');
  assert.equal(seenByNewSession(new Set(['durable'])), true);
  assert.equal(seenByNewSession(new Set(['durable', 'unknown'])), 'unknown');
  assert.equal(seenByNewSession(new Set(['durable', 'session_local'])), false);
});
