import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHECKLIST, checklistFold } from '../../../daemon/model/checklist.ts';
import { scoreFold, scoreOf } from '../../../daemon/model/scorecard.ts';
import type { Call } from '../../../daemon/protocol/record.ts';
import { fakeCall } from '../../support/fakeCall.ts';
import { sessionHead } from '../../support/heads.ts';

const failure = (read_from: string, error_code: string | null): Partial<Call> => ({
  outcome: 'error',
  error: {
    ...{ error_class: 'not_found', error_code, auth_cause: null, recoverable: true, recovery_action: 'fix_arguments' },
    ...{ retry_after_ms: null, retry_safe: true, failure_class: null, read_from, rule: 'errno' },
  } as Call['error'],
});

test('each signal counts the calls that it is about, and names those that show it', () => {
  const fold = scoreFold();
  const plain = fakeCall(1);
  const coded = fakeCall(2, failure('error.code', '-32602'));
  const prose = fakeCall(3, failure('result.content', 'ENOENT'));
  const verified = fakeCall(4, {
    idempotent: true,
    sources: { idempotent: 'annotation' },
    effects: [
      { kind: 'file_created', target: '/w/a', evidence: 'verified', bytes: 1, visibility: 'durable', note: null },
    ],
    auth_mode: 'none',
    credential_lane: 'fs_local',
  });
  const guessed = fakeCall(5, {
    idempotent: true,
    sources: { idempotent: 'inferred' },
    effects: [{ kind: 'api_call', target: null, evidence: 'inferred', bytes: null, visibility: 'unknown', note: null }],
  });
  for (const call of [plain, coded, prose, verified, guessed, fakeCall(6, { outcome: 'denied' })]) fold.add(call);
  assert.equal(fold.toolCalls, 5);
  const signals = Object.fromEntries(fold.signals().map((signal) => [signal.signal, signal]));
  const counts = (name: string) => [signals[name]?.met, signals[name]?.applicable];
  assert.deepEqual(counts('structured_errors'), [1, 2]);
  assert.deepEqual(counts('idempotency_guarantees'), [1, 5]);
  assert.deepEqual(counts('state_verification'), [1, 2]);
  assert.deepEqual(counts('credential_attribution'), [1, 5]);
  assert.deepEqual(signals.structured_errors?.calls, { for: [coded.call_id], against: [prose.call_id] });
  assert.equal(scoreOf(fold.signals()), 3.5);
});

test('without evidence there is no score, and nothing passes', () => {
  const signals = scoreFold().signals();
  assert.deepEqual(
    signals.map(({ share }) => share),
    [null, null, null, null],
  );
  assert.equal(scoreOf(signals), null);
  assert.ok(
    checklistFold()
      .items(null)
      .every(({ result }) => result === 'unknown'),
  );
});

test('the lists are those of the source documents: four questions, seven items, ten items', () => {
  const count = (list: string) => CHECKLIST.filter((rule) => rule.list === list).length;
  assert.deepEqual(['four_questions', 'before_promotion', 'production_bar'].map(count), [4, 7, 10]);
});

test('an item passes where every call bears it out, and fails with the calls that do not', () => {
  const fold = checklistFold();
  const known = fakeCall(1, {
    auth_mode: 'byok',
    credential_lane: 'github/env:GITHUB_TOKEN#3f9a2b1c',
    reversibility: 'no_effect',
  });
  fold.add(known);
  const before = new Map(fold.items(null).map((item) => [`${item.list} ${item.item}`, item]));
  assert.equal(before.get('four_questions Under which credentials?')?.result, 'pass');
  assert.equal(before.get('production_bar Each tool has its reversibility')?.result, 'pass');
  const unknown = fakeCall(2);
  fold.add(unknown);
  const after = new Map(fold.items(null).map((item) => [`${item.list} ${item.item}`, item]));
  const lanes = after.get('four_questions Under which credentials?');
  assert.deepEqual([lanes?.result, lanes?.evidence], ['fail', '1 of 2 calls']);
  assert.deepEqual(lanes?.calls, { for: [known.call_id], against: [unknown.call_id] });
});

test('what a server allows is no limit on what a session may spend', () => {
  const [governor] = CHECKLIST.filter(({ item }) => item.startsWith('A spend governor'));
  assert.ok(governor && 'session' in governor);
  assert.deepEqual(governor.session(sessionHead().session), {
    result: 'fail',
    evidence: 'nothing limits what a session may spend: Callgrove has no budgets yet',
  });
  assert.equal(governor.session(null).result, 'unknown');
});
