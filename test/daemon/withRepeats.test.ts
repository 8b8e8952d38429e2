/** Which attempt a call is, from the rows that stand before it: what is asked of them, and what is put back on the work list. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Outcome } from '../../daemon/protocol/record.ts';
import { putEvidence } from '../../daemon/store/evidenceRows.ts';
import { openStore } from '../../daemon/store/openStore.ts';
import { type BodyTask, bodyTasks, type JudgedCall } from '../../daemon/store/secondStage.ts';
import { withRepeats } from '../../daemon/withRepeats.ts';
import { storeStory } from '../support/storeStory.ts';

const JUDGED: JudgedCall = { evidence: { retry_safe: null }, findings: [], races: [] };

interface Told {
  readonly key: string | null;
  readonly outcome?: Exclude<Outcome, 'running'>;
  /** What the answer stands for. */
  readonly result?: string;
}

/** Calls one after the other, as the first stage and their keys have them; `judge` goes through the given ones in order. */
function story(t: { after(work: () => void): void }, told: readonly Told[]) {
  const { database } = openStore(':memory:', new Date(0));
  t.after(() => database.dispose());
  const tell = storeStory(database);
  for (const { outcome = 'success' } of told) tell.end(tell.call({ tool: 'send' }), { outcome });
  tell.commit();
  const tasks = bodyTasks(database, 100);
  assert.equal(tasks.length, told.length);
  for (const [index, { key, result }] of told.entries())
    database
      .sql('UPDATE calls SET exact_key = ?, result_key = ?, todo = 0 WHERE n = ?')
      .run(key, result ?? null, tasks[index]!.call);
  const judge = (index: number, judged = JUDGED): JudgedCall => {
    const task: BodyTask = tasks[index]!;
    const done = withRepeats(database, task, told[index]!.key, judged);
    putEvidence(database, task.call, task.session, done.evidence);
    return done;
  };
  const waiting = () => tasks.flatMap(({ call }, index) => (todoOf(call) > 0 ? [index] : []));
  const todoOf = (call: number) => Number(database.sql('SELECT todo FROM calls WHERE n = ?').get(call)?.todo);
  const clear = () => void database.sql('UPDATE calls SET todo = 0').run();
  return { tasks, judge, waiting, clear };
}

const attempts = ({ evidence: { attempt, retry_of } }: JudgedCall) => [attempt, retry_of];

test('a call like no other is the first, and nothing else of what was judged changes', (t) => {
  const { judge, waiting } = story(t, [{ key: 'a' }, { key: 'b' }]);
  const judged: JudgedCall = {
    evidence: { retry_safe: true, side_effect_class: 'none' },
    findings: [{ kind: 'annotation_lie', severity: 'warning', item: 'x', evidence: 'it wrote' }],
    races: [7],
  };
  assert.deepEqual(judge(1, judged), { ...judged, evidence: { ...judged.evidence, attempt: 1, retry_of: null } });
  assert.deepEqual(waiting(), []);
});

test('arguments that nobody can tell make no attempt', (t) => {
  const { judge } = story(t, [{ key: 'a' }, { key: null }]);
  assert.equal(judge(1), JUDGED);
});

test('attempts are counted on from the one before; only one that failed is retried', (t) => {
  const { tasks, judge } = story(t, [{ key: 'a', outcome: 'error' }, { key: 'b' }, { key: 'a' }, { key: 'a' }]);
  assert.deepEqual(attempts(judge(0)), [1, null]);
  judge(1);
  assert.deepEqual(attempts(judge(2)), [2, tasks[0]!.call_id]);
  assert.deepEqual(attempts(judge(3)), [3, null]);
});

test('where the one before was not numbered yet, those before it are counted', (t) => {
  const { judge } = story(t, [{ key: 'a' }, { key: 'a' }, { key: 'a' }]);
  assert.equal(judge(2).evidence.attempt, 3);
});

test('the next of its kind is judged again where the number is another, and else left alone', (t) => {
  const { judge, waiting, clear } = story(t, [{ key: 'a' }, { key: 'a' }, { key: 'b' }, { key: 'a' }]);
  assert.equal(judge(1).evidence.attempt, 2);
  assert.deepEqual(waiting(), [3]);
  clear();
  assert.equal(judge(1).evidence.attempt, 2);
  assert.deepEqual(waiting(), []);
  // Nothing stands behind the last one.
  judge(3);
  assert.deepEqual(waiting(), []);
});

test('what follows from the calls before it is added: unsafe, a storm, a circle', (t) => {
  const kinds = ({ findings }: JudgedCall) => findings.map(({ kind }) => kind);
  const unsafe = story(t, [{ key: 'a' }, { key: 'a' }]);
  unsafe.judge(0, { ...JUDGED, evidence: { retry_safe: false, sources: { retry_safe: 'catalog' } } });
  const [told] = unsafe.judge(1).findings;
  assert.equal(told?.kind, 'unsafe_repeat');
  // Who says so is read with it: what is known of a tool warns, what its name suggests does not.
  assert.equal(told?.severity, 'warning');
  assert.match(told?.evidence ?? '', /known of this tool/);
  const safe = story(t, [{ key: 'a' }, { key: 'a' }]);
  safe.judge(0, { ...JUDGED, evidence: { retry_safe: true, sources: { retry_safe: 'catalog' } } });
  assert.deepEqual(kinds(safe.judge(1)), []);

  const storm = story(
    t,
    Array.from({ length: 5 }, () => ({ key: 'a', outcome: 'error' as const })),
  );
  assert.deepEqual(
    [0, 1, 2, 3, 4].map((index) => kinds(storm.judge(index))),
    [[], [], [], [], ['retry_storm']],
  );

  const longest = ['a', 'b', 'c', 'd', 'a', 'b', 'c', 'd'].map((key) => ({ key, result: `${key}!` }));
  const circle = story(t, longest);
  assert.deepEqual(
    longest.map((_, index) => kinds(circle.judge(index))),
    [[], [], [], [], [], [], [], ['loop']],
  );
});
