import assert from 'node:assert/strict';
import { test } from 'node:test';
import { originOf, visibleSessions } from '../../../daemon/model/sessionFace.ts';
import { sessionHead } from '../../support/heads.ts';

const ids = (filter: string, heads = all) => visibleSessions(heads, filter).map(({ session }) => session.session_id);
const of = (session_id: string, more: object, session: object = {}) =>
  sessionHead({ ...more, session: { session_id, ...session } });
const all = [
  of('ses_1', {}, { started_at: '2026-11-20T10:00:00.000Z' }),
  of('ses_2', {}, { started_at: '2026-11-20T11:00:00.000Z', source: 'imported' }),
  of('ses_3', { folded: true }, { started_at: '2026-11-20T12:00:00.000Z', source: 'imported' }),
  of('ses_4', {}, { started_at: '2026-11-20T09:00:00.000Z', pinned: true }),
];

test('pinned first, then the newest; what is folded away is not there', () => {
  assert.deepEqual(ids(''), ['ses_4', 'ses_2', 'ses_1']);
});

test('what was not recorded here has a word for it, and is found by it', () => {
  assert.deepEqual(all.map(originOf), [null, 'imported', 'imported', null]);
  assert.deepEqual(ids('imported'), ['ses_2']);
  assert.deepEqual(ids('IMPORTED ses_2'), ['ses_2']);
});
