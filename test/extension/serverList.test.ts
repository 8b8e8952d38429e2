/** How far a server is on its way to a first call: by what the files say, what was seen, and when it became traced. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextStep, noteTraced, serverLines, type TracedSince } from '../../extension/serverList.ts';
import type { TraceEntry } from '../../extension/traceReport.ts';
import { fakeHead } from '../support/fakeSessions.ts';

const entry = (server: string, more: Partial<TraceEntry> = {}): TraceEntry => ({
  agents: ['claude-code'],
  file: '/w/.mcp.json',
  scope: 'project',
  server,
  state: 'wrapped',
  change: null,
  why: null,
  held_by_git: false,
  ...more,
});
const plain = (server: string) => entry(server, { state: 'plain' });
const seenAt = (server: string, last_at: number) => fakeHead('s', { servers: [server], last_at }, { source: 'live' });
const progress = (...given: Parameters<typeof serverLines>) => serverLines(...given).map((line) => line.progress);
const here = () => true;

test('a server is not traced, traced, left alone, or seen', () => {
  const entries = [entry('seen'), entry('new'), plain('plain'), entry('odd', { state: 'left_alone' })];
  assert.deepEqual(progress(entries, [seenAt('seen', 5)], here), ['seen', 'wrapped', 'plain', 'left']);
  assert.deepEqual(
    progress([entry('seen')], [seenAt('seen', 5)], () => false),
    ['wrapped'],
  );
});

test('one that becomes traced before our eyes waits for a restart until it is seen after that', () => {
  const looks: readonly (readonly [now: number, entry: TraceEntry, seen: number, expected: string])[] = [
    [10, plain('a'), 5, 'plain'],
    [20, entry('a'), 5, 'waiting'],
    [30, entry('a'), 19, 'waiting'],
    [40, entry('a'), 31, 'seen'],
    [50, plain('a'), 31, 'plain'],
    [60, entry('a'), 31, 'waiting'],
  ];
  let since: TracedSince = {};
  for (const [now, one, seen, expected] of looks) {
    since = noteTraced(since, [one], now);
    assert.deepEqual(progress([one], [seenAt('a', seen)], here, since), [expected], `at ${now}`);
  }
});

test('what a command changed needs no look before it', () => {
  const since = noteTraced({}, [entry('a', { change: 'wrapped' }), entry('b')], 10);
  assert.deepEqual(progress([entry('a'), entry('b')], [], here, since), ['waiting', 'wrapped']);
});

test('a server of one name in one file, for everything and for one folder, is two', () => {
  const own = entry('a', { scope: 'user', state: 'plain' });
  const local = entry('a', { scope: 'local' });
  const since = noteTraced(noteTraced({}, [own, { ...local, state: 'plain' }], 1), [own, local], 2);
  assert.deepEqual(progress([own, local], [], here, since), ['plain', 'waiting']);
});

test('the next step is the first that is missing', () => {
  const step = (...entries: TraceEntry[]) => nextStep(serverLines(entries, [seenAt('seen', 5)], here));
  assert.equal(step(), null);
  assert.match(step(plain('a')) ?? '', /No server is traced/);
  assert.match(step(plain('a'), entry('b')) ?? '', /Restart the agent/);
  assert.match(step(entry('b'), entry('seen')) ?? '', /use one of its tools/);
});
