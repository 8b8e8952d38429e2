/** Real traffic, one recording per revision, through splitting, reading and pairing. */
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { FrameEvent, FrameRef } from '../../../daemon/protocol/events.ts';
import { correlate } from '../../../daemon/record/correlate.ts';
import { newCorrelateState } from '../../../daemon/record/correlateState.ts';
import { endConnection } from '../../../daemon/record/endConnection.ts';
import { parseFrame } from '../../../daemon/record/parseFrame.ts';
import { newSplitState, splitChunk } from '../../../daemon/record/splitFrames.ts';
import { CONNECTION, say } from './playbook.ts';

interface Line {
  readonly d: 'c2s' | 's2c';
  readonly m: number;
  readonly line: string;
}

function recording(revision: string): Line[] {
  const text = readFileSync(join(import.meta.dirname, '../../fixtures/frames', `${revision}.jsonl`), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** Every line cut into chunks of so many bytes; what began in an earlier chunk is put together again from its spans. */
function replay(revision: string, chunkBytes: number): { events: FrameEvent[]; keys: string[] } {
  const splitting = newSplitState();
  let state = newCorrelateState(CONNECTION);
  const events: FrameEvent[] = [];
  const keys: string[] = [];
  const journal: Buffer[] = [];
  let offset = 0;
  for (const { d, m, line } of recording(revision)) {
    const bytes = Buffer.from(`${line}\n`);
    for (let from = 0; from < bytes.length; from += chunkBytes) {
      const piece = bytes.subarray(from, from + chunkBytes);
      journal.push(piece);
      const chunk = {
        segment: 0,
        offset,
        ordinal: journal.length,
        direction: d,
        at: 1_000_000 + m,
        mono: m,
        bytes: piece,
      };
      offset += piece.length;
      for (const frame of splitChunk(splitting, chunk)) {
        const whole = frame.bytes ?? readSpans(journal, frame.ref.spans);
        keys.push(frame.ref.key);
        events.push(...correlate(state, { ...frame.ref, artifact: null }, parseFrame(whole)));
        state = JSON.parse(JSON.stringify(state));
      }
    }
  }
  events.push(...endConnection(state, 2_000_000, null));
  return { events, keys };
}

function readSpans(journal: readonly Buffer[], spans: FrameRef['spans']): Buffer {
  const all = Buffer.concat(journal);
  return Buffer.concat(spans.map(({ offset, length }) => all.subarray(offset, offset + length)));
}

function frameKeys(event: FrameEvent): string[] {
  if (event.type === 'call.started') return [event.request.key];
  if (event.type === 'call.ended') return event.response ? [event.response.key] : [];
  return 'frame' in event ? [event.frame.key] : [];
}

const outcomes = (events: readonly FrameEvent[]) =>
  events.flatMap((event) => {
    if (event.type !== 'call.started') return [];
    const ended = events.find((other) => other.type === 'call.ended' && other.call_id === event.call_id);
    return [`${event.direction} ${event.tool ?? event.method} ${ended && 'outcome' in ended ? ended.outcome : 'open'}`];
  });

const everything = [
  'c2s initialize success',
  'c2s tools/list success',
  'c2s echo success',
  'c2s no_such_tool error',
  'c2s get-sum success',
  'c2s echo success',
  'c2s trigger-long-running-operation success',
  'c2s trigger-sampling-request success',
  's2c sampling/createMessage success',
  'c2s trigger-elicitation-request success',
  's2c elicitation/create success',
  'c2s trigger-long-running-operation cancelled',
  's2c roots/list success',
  'c2s simulate-research-query success',
];
const modern = [
  'c2s tools/list success',
  'c2s count success',
  'c2s fail error',
  'c2s deploy success',
  'c2s subscriptions/listen success',
];
const expected: Readonly<Record<string, readonly string[]>> = {
  '2024-11-05': everything,
  '2025-03-26': everything,
  '2025-06-18': everything,
  '2025-11-25': everything,
  '2026-07-28': modern,
};

for (const [revision, calls] of Object.entries(expected)) {
  test(`${revision}: every frame finds its place, and every call its end`, () => {
    const { events, keys } = replay(revision, 64 * 1024);
    // The order of the server's own requests is the server's; polling a task is not always the same number of calls.
    const seen = outcomes(events).filter((call) => !/tasks\//.test(call));
    assert.deepEqual(seen.toSorted(), calls.toSorted());
    const placed = new Set(events.flatMap(frameKeys));
    assert.deepEqual(
      keys.filter((key) => !placed.has(key)),
      [],
    );
    const versions = events.flatMap((event) =>
      event.type === 'call.started' && event.event === 'tool_call' ? [event.protocol_version] : [],
    );
    assert.deepEqual([...new Set(versions)], [revision]);
  });

  test(`${revision}: the same calls from chunks of seven bytes`, () => {
    const words = (chunkBytes: number) =>
      replay(revision, chunkBytes).events.map((event) => say(event).replace(/\d+(\.\d+)?/g, '#'));
    assert.deepEqual(words(7), words(64 * 1024));
  });
}

test('2025-11-25: the task answers the call that made it, and its requests stand under that call', () => {
  const { events } = replay('2025-11-25', 64 * 1024);
  const research = events.find((event) => event.type === 'call.started' && event.tool === 'simulate-research-query');
  assert.ok(research?.type === 'call.started');
  const polls = events.filter((event) => event.type === 'call.started' && event.method.startsWith('tasks/'));
  assert.ok(polls.length >= 2);
  for (const poll of polls) assert.equal(poll.type === 'call.started' && poll.parent_call_id, research.call_id);
});

test('2025-11-25: a request of the server that came while a call was open is not said to be its child', () => {
  const { events } = replay('2025-11-25', 64 * 1024);
  const roots = events.find((event) => event.type === 'call.started' && event.method === 'roots/list');
  assert.ok(roots?.type === 'call.started');
  assert.equal(roots.parent_call_id, null);
  assert.equal(roots.parent_candidates.length, 1);
});

test('2026-07-28: two rounds are one call, and the trace is kept', () => {
  const { events } = replay('2026-07-28', 64 * 1024);
  const deploys = events.filter((event) => event.type === 'call.started' && event.tool === 'deploy');
  assert.equal(deploys.length, 1);
  assert.equal(events.filter((event) => event.type === 'call.round').length, 2);
  const count = events.find((event) => event.type === 'call.started' && event.tool === 'count');
  assert.ok(count?.type === 'call.started');
  assert.equal(count.join.trace_id, '0af7651916cd43dd8448eb211c80319c');
  assert.equal(events.filter((event) => event.type === 'call.progress').length, 3);
});
