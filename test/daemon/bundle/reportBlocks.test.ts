/** Blocks of large messages end early: neither whoever writes them nor a browser holds more than a few megabytes at once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createReportBlocks } from '../../../daemon/bundle/reportBlocks.ts';
import type { CallFrameLine } from '../../../daemon/protocol/bundle.ts';
import { ReportBlock } from '../../../daemon/protocol/report.ts';

const frame = (n: number, body: string): CallFrameLine => ({
  ...{ v: 1, call_id: `call_${n}`, connection_id: 'con_a', key: String(n), role: 'response', direction: 's2c' },
  ...{ at: '2026-11-20T10:00:00.000Z', mono: n, bytes: body.length, kept: 'full', body },
});

function written(calls: number, body: string): string[] {
  const blocks = createReportBlocks();
  const texts: string[] = [];
  const take = (pieces: readonly string[]) => {
    if (pieces.length > 0) texts.push(pieces.join(''));
  };
  for (let n = 0; n < calls; n++) {
    const base = n === 0 ? '"head":{"a":1},"call":{"b":2}' : null;
    take(blocks.add({ base, head: `{"n":${n}}`, call: `{"n":${n}}` }, [frame(n, body)]));
  }
  take(blocks.end());
  return texts;
}

const partsOf = (text: string) =>
  [...text.matchAll(/<script [^>]*>([\s\S]*?)<\/script>/g)].map(([, part = '']) => part);

test('small ones stand together', () => {
  const [text, ...more] = written(400, 'x'.repeat(100));
  assert.deepEqual(more, []);
  const [block = '', details = ''] = partsOf(text ?? '');
  assert.equal(ReportBlock.parse(JSON.parse(block)).heads.length, 400);
  assert.equal(details.split('\n').length, 400);
});

test('large ones are parted, each block with all that its calls have in common', () => {
  const texts = written(10, 'x'.repeat(3_000_000));
  assert.ok(texts.length >= 4, `${texts.length} blocks`);
  const seen: unknown[] = [];
  for (const text of texts) {
    assert.ok(text.length < 16_000_000);
    const [block = '', details = ''] = partsOf(text);
    const { head, call, heads } = ReportBlock.parse(JSON.parse(block));
    assert.deepEqual([head, call], [{ a: 1 }, { b: 2 }]);
    assert.equal(details.split('\n').length, heads.length);
    seen.push(...heads.map(({ n }) => n));
  }
  assert.deepEqual(seen, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});
