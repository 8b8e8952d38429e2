import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { mask, mergeFindings, WEIGHT } from '../../../daemon/redact/finding.ts';

const finding = fc
  .tuple(fc.nat(50), fc.integer({ min: 1, max: 20 }), fc.constantFrom(WEIGHT.context, WEIGHT.known, WEIGHT.format))
  .map(([start, length, weight]) => ({ start, end: start + length, rule: `r${weight}`, weight }));

test('merged findings are in order, do not overlap, and cover exactly what the findings cover', () => {
  fc.assert(
    fc.property(fc.array(finding), (findings) => {
      const merged = mergeFindings(findings);
      for (const [i, { start, end }] of merged.entries())
        assert.ok(end > start && (i === 0 || merged[i - 1]!.end <= start));
      const covered = (list: typeof findings, at: number) => list.some(({ start, end }) => start <= at && at < end);
      for (let at = 0; at < 80; at++)
        assert.equal(
          covered(
            merged.map((one) => ({ ...one, rule: '', weight: 1 })),
            at,
          ),
          covered(findings, at),
        );
    }),
  );
});

test('the more specific rule names an overlap', () => {
  const findings = [
    { start: 0, end: 10, rule: 'credential', weight: WEIGHT.context },
    { start: 2, end: 12, rule: 'github-token', weight: WEIGHT.format },
  ];
  const masked = mask('abcdefghijklmnop', findings, (rule, secret) => `<${rule} ${secret}>`);
  assert.deepEqual(masked, { text: '<github-token abcdefghijkl>mnop', count: 1, rules: ['github-token'] });
});
