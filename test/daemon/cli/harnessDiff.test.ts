import assert from 'node:assert/strict';
import { test } from 'node:test';
import { comparedWith } from '../../../daemon/cli/harnessDiff.ts';
import type { CaptureHead } from '../../../daemon/protocol/captures.ts';

function head(capture_id: string, origin: CaptureHead['origin'], more: Partial<CaptureHead> = {}): CaptureHead {
  const rest = { harness_id: 'hv_1', captured_at: '', root: '/w', agent: 'codex', sentence: null, changes: null };
  return { capture_id, session_id: null, origin, compared_with: null, ...rest, ...more };
}

test('a session that was captured twice at its start is compared with the one before it', () => {
  const own = { session_id: 'ses_2' };
  const last = head('cap_3', 'session', { ...own, compared_with: 'cap_1' });
  assert.equal(comparedWith(last, head('cap_2', 'session', own)), 'cap_1');
  assert.equal(comparedWith({ ...last, compared_with: null }, head('cap_2', 'session', own)), 'cap_2');
});

test('else with the capture before, whatever took it', () => {
  const last = head('cap_3', 'session', { session_id: 'ses_2', compared_with: 'cap_1' });
  assert.equal(comparedWith(last, head('cap_2', 'session', { session_id: 'ses_1' })), 'cap_2');
  assert.equal(comparedWith(last, head('cap_2', 'command')), 'cap_2');
  const changed = { ...last, origin: 'event' as const };
  assert.equal(comparedWith(changed, head('cap_2', 'session', { session_id: 'ses_2' })), 'cap_2');
});
