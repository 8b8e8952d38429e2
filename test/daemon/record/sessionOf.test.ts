import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  IDLE_SPLIT_MS,
  MAX_PROCESSES,
  newSessionState,
  noteActivity,
  sessionOf,
} from '../../../daemon/record/sessionOf.ts';

const minute = 60_000;
const call = (at: number, conversation_id: string | null = null, process_key = 'boot:1:100') => ({
  process_key,
  conversation_id,
  at,
});

test('a conversation is a session, whatever the silence', () => {
  const state = newSessionState();
  const first = sessionOf(state, call(0, 'c1'));
  assert.match(first.session_id, /^ses_[0-9a-f]{16}$/);
  assert.deepEqual(sessionOf(state, call(900 * minute, 'c1')), first);
  assert.notEqual(sessionOf(state, call(1, 'c2')).session_id, first.session_id);
  assert.notEqual(sessionOf(state, call(1, 'c1', 'boot:2:100')).session_id, first.session_id);
  assert.notEqual(sessionOf(state, call(1)).session_id, first.session_id);
});

test('a process without conversations is split by half an hour of silence', () => {
  const state = newSessionState();
  const first = sessionOf(state, call(0));
  assert.equal(first.split, null);
  assert.deepEqual(sessionOf(state, call(29 * minute)), first);
  assert.deepEqual(sessionOf(state, call(58 * minute)), first);
  const second = sessionOf(state, call(58 * minute + IDLE_SPLIT_MS));
  assert.equal(second.split, 'idle');
  assert.notEqual(second.session_id, first.session_id);
});

test('answers and progress are no silence', () => {
  const state = newSessionState();
  const first = sessionOf(state, call(0));
  for (let at = 0; at < 100 * minute; at += 20 * minute) noteActivity(state, 'boot:1:100', at);
  assert.deepEqual(sessionOf(state, call(100 * minute)), first);
});

test('connections may be read one after the other: an earlier time finds its session again', () => {
  const state = newSessionState();
  const first = sessionOf(state, call(0));
  const second = sessionOf(state, call(200 * minute));
  assert.deepEqual(sessionOf(state, call(10 * minute)), first);
  assert.deepEqual(sessionOf(state, call(190 * minute)), second);
});

test('the state is JSON and bounded', () => {
  let state = newSessionState();
  const first = sessionOf(state, call(0));
  state = JSON.parse(JSON.stringify(state));
  assert.deepEqual(sessionOf(state, call(minute)), first);
  for (let index = 0; index < MAX_PROCESSES * 3; index++) sessionOf(state, call(minute + index, null, `p${index}`));
  assert.ok(Object.keys(state.processes).length <= MAX_PROCESSES);
  for (let index = 0; index < 500; index++) sessionOf(state, call(index * 60 * minute, null, 'long'));
  assert.ok(state.processes.long!.length <= 50);
});
