import assert from 'node:assert/strict';
import { test } from 'node:test';
import { besideRows, bundledHead, trailRow } from '../../../daemon/model/bundledHead.ts';
import { callTree } from '../../../daemon/model/callTree.ts';
import { headOfCall } from '../../../daemon/model/headOfCall.ts';
import type { CaptureHead } from '../../../daemon/protocol/captures.ts';
import type { TrailEvent } from '../../../daemon/protocol/trail.ts';
import { fullBundle } from '../../support/fakeBundle.ts';
import { fakeRecord } from '../../support/fakeRecord.ts';
import { callHead } from '../../support/heads.ts';

test('a head out of the record says what the list’s own head said', () => {
  const head = callHead({ error_message: 'no', outcome: 'error', rounds: 2, parent_call_id: 'call_x' });
  const again = headOfCall(fakeRecord(head), {
    request_bytes: head.request_bytes,
    response_bytes: head.response_bytes,
    findings: head.findings,
    once: head.once,
  });
  assert.deepEqual(again, { ...head, rev: 0 });
});

test('a call that policy had something against says so; a reason of a later version is none', () => {
  const record = fakeRecord(callHead());
  const judged = (reason: string) =>
    headOfCall(
      { ...record, policy: { ...record.policy, decision: 'deny', mode: 'enforce', reason } },
      { request_bytes: 1, response_bytes: null, findings: [], once: null },
    ).denial;
  assert.deepEqual(judged('parent_traversal'), { decision: 'deny', reason: 'parent_traversal', mode: 'enforce' });
  assert.equal(judged('thought_police'), null);
});

test('counts of a session and the rows beside its calls', async () => {
  const { members } = fullBundle('ses_000000000000aaaa');
  const session = await members.session();
  const heads = [];
  for await (const call of members.calls())
    heads.push(headOfCall(call, { request_bytes: 1, response_bytes: 1, findings: [], once: null }));
  const captures = [];
  for await (const { head } of members.captures()) captures.push(head);
  const beside = besideRows(session, captures);
  assert.deepEqual(
    beside.map(({ kind }) => kind).sort(),
    ['event', 'gap', 'workbench'],
    'the server that failed has a row, those that were stopped have none',
  );
  const head = bundledHead(session, callTree(heads, beside), captures);
  assert.deepEqual([head.calls, head.gaps, head.denials, head.open_connections], [15, 1, 7, 0]);
  assert.deepEqual(head.servers, ['everything', 'filesystem', 'github', 'postgres']);
  assert.equal(head.workbench, captures[0]?.sentence);
  assert.ok(head.last_at >= Date.parse(session.session.started_at));
});

test('each kind of event has what its row shows, and no more', () => {
  const at = '2026-11-20T10:00:00.000Z';
  const event = (kind: TrailEvent['kind']): TrailEvent => ({
    ...{ event_id: 'ev_1', session_id: 'ses_1', kind, at, sentence: 's' },
    ...{ server: 'fs', before: 'b', after: 'x' },
  });
  const capture: CaptureHead = {
    ...{ capture_id: 'x', session_id: 'ses_1', origin: 'event', harness_id: 'hv_1', captured_at: at, root: '/w' },
    ...{ agent: 'a', compared_with: 'b', sentence: 's', changes: 2 },
  };
  const beside = (kind: TrailEvent['kind'], one?: CaptureHead) => {
    const row = trailRow(event(kind), one);
    if (row === null) return null;
    const { kind: _, event_id, at: when, sentence, rev, ...rest } = row;
    assert.deepEqual([event_id, when, sentence, rev], ['ev_1', Date.parse(at), 's', 0]);
    return rest;
  };
  assert.equal(beside('denial'), null);
  for (const kind of ['frozen', 'thawed'] as const) assert.deepEqual(beside(kind), { freeze_id: 'x' });
  for (const kind of ['checkpoint', 'test_result'] as const) assert.deepEqual(beside(kind), { checkpoint_id: 'x' });
  for (const kind of ['contract_changed', 'credential_changed'] as const)
    assert.deepEqual(beside(kind), { server: 'fs', before: 'b', after: 'x' });
  const changed = { capture_id: 'x', before: 'b' };
  assert.deepEqual(beside('harness_changed', capture), { ...changed, harness_id: 'hv_1', changes: 2 });
  assert.deepEqual(beside('harness_changed'), { ...changed, harness_id: '', changes: 0 });
});
