import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { alignCalls, type ComparableCall, firstDivergence } from '../../../daemon/model/alignCalls.ts';
import { matchSequences } from '../../../daemon/model/matchSequences.ts';

/** `read:a=x@40`: tool, arguments, answer, milliseconds. */
function run(side: string, words: string): ComparableCall[] {
  return words.split(' ').flatMap((word, index) => {
    const match = /^(\w+):([^=@!]*)(?:=([^@!]*))?(!)?(?:@(\d+))?$/.exec(word);
    if (!match) return [];
    return {
      call_id: `${side}${index}`,
      tool: `fs/${match[1]}`,
      args_key: match[2] ?? '',
      result_key: match[3] ?? 'ok',
      outcome: match[4] ? 'error' : 'success',
      duration_ms: match[5] === undefined ? 10 : Number(match[5]),
    };
  });
}

const show = (a: string, b: string) =>
  alignCalls(run('a', a), run('b', b))
    .map((row) => `${row.a ?? '-'}/${row.b ?? '-'}${row.changed.length > 0 ? `(${row.changed.join()})` : ''}`)
    .join(' ');

const cases: readonly [name: string, a: string, b: string, shown: string][] = [
  ['the same', 'read:a list:b', 'read:a list:b', 'a0/b0 a1/b1'],
  ['nothing', '', '', ''],
  ['one more', 'read:a list:b', 'read:a stat:x list:b', 'a0/b0 -/b1 a1/b2'],
  ['one less', 'read:a stat:x list:b', 'read:a list:b', 'a0/b0 a1/- a2/b1'],
  ['other arguments', 'read:a list:b', 'read:c list:b', 'a0/b0(arguments) a1/b1'],
  ['another answer', 'read:a=1 list:b', 'read:a=2 list:b', 'a0/b0(result) a1/b1'],
  ['a failure', 'read:a list:b', 'read:a! list:b', 'a0/b0(outcome) a1/b1'],
  ['two at the same time changed places', 'read:a stat:b list:c', 'stat:b read:a list:c', 'a1/b0 a0/b1 a2/b2'],
  ['slower, beyond noise', 'read:a@100', 'read:a@900', 'a0/b0(duration)'],
  ['slower, within noise', 'read:a@10', 'read:a@200', 'a0/b0'],
  ['repeated calls', 'read:a read:a read:a', 'read:a read:a', 'a0/b0 a1/b1 a2/-'],
  ['nothing in common', 'read:a', 'list:b', 'a0/- -/b0'],
];
for (const [name, a, b, shown] of cases) test(`two runs: ${name}`, () => assert.equal(show(a, b).trim(), shown));

test('every call stands in exactly one row', () => {
  const word = fc.constantFrom('read:a', 'read:b', 'list:a', 'list:a=2', 'stat:x!', 'read:c@900');
  const words = fc.array(word, { maxLength: 40 }).map((list) => list.join(' '));
  fc.assert(
    fc.property(words, words, (x, y) => {
      const [a, b] = [run('a', x), run('b', y)];
      const rows = alignCalls(a, b);
      assert.deepEqual(rows.flatMap((row) => row.a ?? []).sort(), a.map((one) => one.call_id).sort());
      assert.deepEqual(rows.flatMap((row) => row.b ?? []).sort(), b.map((one) => one.call_id).sort());
      const same = alignCalls(a, run('b', x));
      assert.ok(same.every(({ status }) => status === 'equal'));
    }),
    { seed: 4, numRuns: 300 },
  );
});

test('where two runs part: slowness counts only where nothing else differs', () => {
  const rows = alignCalls(run('a', 'read:a@1 list:b stat:c'), run('b', 'read:a@999 list:b=2 stat:c'));
  assert.equal(firstDivergence(rows)?.a, 'a1');
  assert.equal(firstDivergence(alignCalls(run('a', 'read:a@1'), run('b', 'read:a@999')))?.a, 'a0');
  assert.equal(firstDivergence(alignCalls(run('a', 'read:a'), run('b', 'read:a'))), null);
});

test('sequences of 10,000 without anchors end', () => {
  const a = Array.from({ length: 10_000 }, (_none, index) => `k${index % 7}`);
  const b = Array.from({ length: 10_000 }, (_none, index) => `k${(index * 3) % 7}`);
  const found = matchSequences(a, b);
  assert.ok(found.length > 1000);
  assert.ok(found.every((one, index) => index === 0 || one.b > (found[index - 1]?.b ?? -1)));
});
