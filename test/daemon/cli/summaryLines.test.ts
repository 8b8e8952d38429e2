import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Drawing } from '../../../daemon/cli/callLine.ts';
import { cells } from '../../../daemon/cli/cells.ts';
import { makePaint } from '../../../daemon/cli/paint.ts';
import { summaryLines } from '../../../daemon/cli/summaryLines.ts';
import { emptySummary, fullSummary } from '../../support/fakeSummary.ts';
import { sessionHead, T0 } from '../../support/heads.ts';

const drawing = (columns: number, unicode = true): Drawing => ({
  terminal: { columns, unicode },
  paint: makePaint({ colour: false }),
  now: T0,
});
const full = fullSummary(sessionHead());
const wide = drawing(Number.POSITIVE_INFINITY);

test('says what was done and how that is known, what failed, what it took, and how to go on', () => {
  const text = summaryLines(full, wide).join('\n');
  for (const part of [
    'What it did\n  Files created, verified: 3 calls, first call_01k0000000000000000000aaaa_2\n  APIs called, declared: 8 calls',
    '  What 2 calls changed is not known\n',
    'the credential is no longer good (auth_expired, auth_drift): 1 call, first call_01k0000000000000000000aaaa_4',
    'By server, tokens as o200k_base counts them\n  filesystem  9 calls, 1 failed, 12,400 tokens\n  search      3 calls, 1 failed, 2,100 tokens, $0.042',
    'By tool, o200k_base tokens + bytes not counted\n  read_text_file  6 calls, 1 failed, 11,000 tokens + 4.1 MB',
    'By identity\n  fs_local  ',
    'Findings\n  Repeated although that is not safe call_01k0000000000000000000aaaa_4: evidence 3',
    'How to go on\n  Running it again would repeat what must not be repeated.\n  last good checkpoint: cp_01k0000000000000000000aaaa_3\n  look first at: 2 calls (search/web_search query: discount; filesystem/write_file CHANGELOG.md)',
    ' --resume names each of them',
  ])
    assert.ok(text.includes(part), `${part}\n\nis not in\n\n${text}`);
});

test('a call without arguments leaves no blank behind its name', () => {
  const [first] = full.repeats.safe_to_repeat;
  assert.ok(first);
  const repeats = { ...full.repeats, safe_to_repeat: [{ ...first, summary: '' }, first] };
  assert.match(summaryLines({ ...full, repeats }, wide).join('\n'), /filesystem\/read_text_file; filesystem/);
});

test('what is not known is not called nothing, and nothing is called nothing', () => {
  const none = summaryLines(emptySummary(sessionHead()), wide).join('\n');
  assert.match(none, /What it did\n {2}Nothing was changed\n/);
  assert.match(none, /What failed\n {2}Nothing\n/);
  assert.doesNotMatch(none, /Findings|By server/);
  const unknown = summaryLines({ ...emptySummary(sessionHead()), unknown_effects: 1 }, wide).join('\n');
  assert.match(unknown, /What it did\n {2}What 1 call changed is not known\n/);
  assert.doesNotMatch(unknown, /Nothing was changed/);
});

test('long lists are cut with their number, lines at the edge, and nobody’s text commands the terminal', () => {
  const [share] = full.by.tool;
  const many = Array.from({ length: 20 }, (_, n) => ({ ...share!, name: `tool\u001b[2J${'x'.repeat(100)}${n}` }));
  const lines = summaryLines({ ...full, by: { ...full.by, tool: many } }, drawing(60, false));
  assert.ok(lines.some((line) => line.includes('and 12 more')));
  for (const line of lines) {
    assert.ok(cells(line) <= 60, line);
    assert.doesNotMatch(line, /[^ -~]/);
  }
});
