import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ErrorClass } from '../../daemon/protocol/record.ts';
import { isOpen } from '../../webview/onceRemark.ts';
import { faceOfCall, gapSentence, rowSentence } from '../../webview/rowFace.ts';
import { fakeCall } from '../support/fakeSessions.ts';

const AT = '2026-11-20T14:02:00.000Z';
const UNTIL = '2026-11-20T14:12:00.000Z';
const face = (change: Parameters<typeof fakeCall>[2]) => faceOfCall(fakeCall('ses_1', 1, change).call);

test('progress is said while a call runs', () => {
  const progress = { count: 3, progress: 3, total: 10, message: 'compiling' };
  assert.deepEqual(
    [face({ outcome: 'running', progress }).progress, face({ outcome: 'running', progress }).progressText],
    [0.3, '3/10 compiling'],
  );
  assert.equal(face({ outcome: 'running', progress: { ...progress, total: null } }).progress, null);
  assert.equal(
    face({ outcome: 'running', progress: { count: 2, progress: null, total: null, message: null } }).progressText,
    '2 progress reports',
  );
  assert.equal(face({ outcome: 'success', progress }).progressText, null);
});

test('what is odd about a call stands in its remarks', () => {
  const remarks = face({ rounds: 2, late_answer_ms: 12_400, parent_candidates: 3 }).remarks.map(
    (remark) => remark.text,
  );
  assert.deepEqual(remarks, ['2 rounds', 'answered late, 12.4 s', 'caller not proven']);
  assert.deepEqual(face({}).remarks, []);
});

test('what was allowed once is told at the call that was refused and at the one that passed', () => {
  const once = { once_id: 'once_1', refused: 'call_1', by: 'ada', at: AT, until: UNTIL, passed: null };
  const denial = { decision: 'deny' as const, reason: 'credential_file' as const, mode: 'enforce' as const };
  const remarks = (change: Parameters<typeof face>[0]) =>
    face({ call_id: 'call_1', ...change }).remarks.map(({ text }) => text);
  const refused = 'denied: touches a file that holds credentials';
  assert.deepEqual(remarks({ denial, once }), [refused, 'then allowed once']);
  assert.deepEqual(remarks({ denial, once: { ...once, passed: 'call_2' } }), [refused, 'then allowed once, used']);
  assert.deepEqual(remarks({ call_id: 'call_2', once: { ...once, passed: 'call_2' } }), ['allowed once']);
  assert.equal(isOpen(once, Date.parse(UNTIL) - 1), true);
  assert.equal(isOpen(once, Date.parse(UNTIL)), false);
  assert.equal(isOpen({ ...once, passed: 'call_2' }, Date.parse(AT)), false);
  assert.equal(isOpen(null, 0), false);
});

test('a lost call says what that means', () => {
  assert.equal(
    face({ outcome: 'lost', outcome_note: 'no answer seen; may have reached the server' }).error,
    'no answer seen; may have reached the server',
  );
});

test('an error says what kind it is before its words; one inside of a success is a remark', () => {
  const judged = (error_class: ErrorClass) => ({
    effect: null,
    proof: null,
    reversibility: null,
    retry_safe: null,
    error_class,
    attempt: null,
    lane: null,
    tokens: null,
    usd: null,
  });
  const limited = { evidence: judged('rate_limited') };
  assert.equal(face({ ...limited, outcome: 'error', error_message: '429' }).error, 'asked too often: 429');
  assert.equal(
    face({ ...limited, outcome: 'error', error_message: null, outcome_note: null }).error,
    'asked too often',
  );
  assert.equal(
    face({ evidence: judged('unknown'), outcome: 'error', error_message: 'Quux' }).error,
    'Quux',
    'nothing is said of what nobody knows',
  );
  assert.deepEqual(
    face({ ...limited, outcome: 'success' }).remarks.map(({ text }) => text),
    ['asked too often'],
  );
});

test('rows and gaps are told in a sentence', () => {
  assert.equal(
    gapSentence({ lost_chunks: 12, bytes: 48_200, reason: 'ENOSPC' }),
    '12 chunks (48 kB) not recorded: disk full',
  );
  const row = fakeCall('ses_1', 1, {
    outcome: 'error',
    error_message: 'no such file',
    summary: 'path: "a"',
    duration_ms: 5,
  });
  assert.match(rowSentence(row), /^read_file on filesystem, failed, 5 ms, no such file, path: "a", /);
});
