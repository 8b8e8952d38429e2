/** A playbook: calls as a session makes them, one line each, and what is said of each of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EQUALS, type EqualCall, judgeRepeats, RECENT } from '../../../daemon/classify/judgeRepeats.ts';
import type { Outcome, Source } from '../../../daemon/protocol/record.ts';

interface Made {
  /** Name of the call: the same name is the same tool with the same arguments. */
  readonly name: string;
  readonly outcome?: Outcome;
  readonly result?: string | null;
  readonly safe?: boolean | null;
  readonly source?: Source | null;
  /** It was answered with what it costs. */
  readonly demanded?: boolean;
  /** Milliseconds after the one before. */
  readonly after?: number;
}

/** @returns of each call its attempt, and kinds of findings */
function play(...calls: readonly Made[]) {
  const done: (EqualCall & { key: string; result: string | null; name: string })[] = [];
  let at = 1000;
  return calls.map(
    ({ name, outcome = 'success', result = 'r', safe = null, source = null, demanded = false, after = 1000 }) => {
      at += after;
      const call_id = `call_${done.length}`;
      const own = { key: name, result, outcome, name };
      const judged = judgeRepeats({
        call_id,
        started_at: at,
        outcome,
        name: `fs/${name}`,
        key: name,
        equals: done
          .filter(({ key }) => key === name)
          .slice(-EQUALS)
          .reverse(),
        recent: [own, ...[...done].reverse()].slice(0, RECENT),
      });
      const { attempt } = judged;
      done.push({ ...own, call_id, started_at: at, attempt, retry_safe: safe, retry_source: source, demanded });
      return { ...judged, kinds: judged.findings.map(({ kind }) => kind) };
    },
  );
}

const said = (list: ReturnType<typeof play>) =>
  list.map(({ attempt, retry_of, kinds }) => [attempt, retry_of, ...kinds].join(' '));

test('equal calls are attempts, and one after a failure is a retry of it', () => {
  const list = play({ name: 'a' }, { name: 'b' }, { name: 'a', outcome: 'timeout' }, { name: 'a' }, { name: 'a' });
  assert.deepEqual(said(list), ['1 ', '1 ', '2 ', '3 call_2', '4 ']);
});

test('what was to be paid first did nothing: paying is no unsafe repetition', () => {
  const demand = { name: 'a', outcome: 'error', safe: false, source: 'catalog' } as const;
  assert.deepEqual(play(demand, { name: 'a' })[1]?.kinds, ['unsafe_repeat']);
  assert.deepEqual(said(play({ ...demand, demanded: true }, { name: 'a' })), ['1 ', '2 call_0']);
});

test('a repeated call that is not safe to repeat is told, with the source of that', () => {
  const after = (
    outcome: Outcome,
    safe: boolean | null,
    source: Source | null = 'annotation',
    own: Outcome = 'success',
  ) => play({ name: 'a', outcome, safe, source }, { name: 'a', outcome: own })[1];
  for (const outcome of ['success', 'error', 'timeout', 'lost', 'cancelled', 'running'] as const)
    assert.deepEqual(after(outcome, false)?.kinds, ['unsafe_repeat'], outcome);
  // Nobody was reached, or nobody says that it is unsafe.
  assert.deepEqual(after('denied', false)?.kinds, []);
  assert.deepEqual(after('success', null)?.kinds, []);
  assert.deepEqual(after('timeout', true)?.kinds, []);
  assert.deepEqual(after('success', false, 'catalog', 'denied')?.kinds, []);
  const [finding] = after('timeout', false, 'catalog')?.findings ?? [];
  assert.equal(finding?.severity, 'warning');
  assert.match(finding?.evidence ?? '', /fs\/a .*attempt 2.*timed out.*known of this tool/);
  assert.equal(after('timeout', false, 'inferred')?.findings[0]?.severity, 'info');
});

test('five failures in a row, soon one after another, are a storm; a success or a pause ends it', () => {
  const fail = (count: number, over: Partial<Made> = {}): Made[] =>
    Array.from({ length: count }, () => ({ name: 'a', outcome: 'error' as const, result: null, ...over }));
  const kinds = (list: readonly Made[]) => play(...list).map((one) => one.kinds.join(' '));
  assert.deepEqual(kinds(fail(5)), ['', '', '', '', 'retry_storm']);
  assert.deepEqual(kinds([...fail(4), { name: 'b' }, ...fail(1)]).at(-1), 'retry_storm');
  assert.deepEqual(kinds([...fail(4), { name: 'a', result: null }, ...fail(1)]).at(-1), '');
  assert.deepEqual(kinds([...fail(4), ...fail(1, { after: 61_000 })]).at(-1), '');
  // However long it goes on, it is one and the same.
  const items = play(...fail(40)).flatMap(({ findings }) => findings.map(({ item }) => item));
  assert.deepEqual([...new Set(items)], ['a']);
  assert.match(play(...fail(5))[4]?.findings[0]?.evidence ?? '', /5 times in a row .* within 4 s/);
});

test('calls that go round with the same answers are a circle', () => {
  const round = (names: string, results = names) =>
    play(...[...names].map((name, index) => ({ name, result: results[index] ?? null }))).map(({ kinds }) =>
      kinds.join(),
    );
  assert.deepEqual(round('abab'), ['', '', '', 'loop']);
  assert.deepEqual(round('abcabc').at(-1), 'loop');
  assert.deepEqual(round('abcdabcd').at(-1), 'loop');
  assert.deepEqual(round('xyabab').at(-1), 'loop');
  assert.deepEqual(round('aaaa').at(-1), 'loop');
  // Another answer: something moves.
  assert.deepEqual(round('abab', 'abac').at(-1), '');
  assert.deepEqual(round('aaaa', '1234').at(-1), '');
  assert.deepEqual(round('aaa').at(-1), '');
  assert.deepEqual(round('abba').at(-1), '');
  // An answer that is not there is equal to nothing.
  const waiting = play(...['a', 'b', 'a', 'b'].map((name) => ({ name, result: null })));
  assert.deepEqual(waiting.at(-1)?.kinds, []);
  // Each turn of it says the same.
  const ids = play(...[...'ababab'].map((name) => ({ name, result: name }))).flatMap(({ findings }) => findings);
  assert.deepEqual([...new Set(ids.map(({ item }) => item))], ['a b']);
});
