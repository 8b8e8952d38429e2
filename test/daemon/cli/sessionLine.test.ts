import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Drawing } from '../../../daemon/cli/callLine.ts';
import { cells } from '../../../daemon/cli/cells.ts';
import { makePaint } from '../../../daemon/cli/paint.ts';
import { sessionHeadLines, sessionListHeading, sessionListLines } from '../../../daemon/cli/sessionLine.ts';
import { sessionHead, T0 } from '../../support/heads.ts';

const drawing = (columns: number): Drawing => ({
  terminal: { columns, unicode: true },
  paint: makePaint({ colour: false }),
  now: T0,
});
const title = 'claude-code, main@1a2b3c4, read_text_file, edit_file';
const head = sessionHead({
  calls: 12,
  servers: ['filesystem', 'everything'],
  workbench: 'same workbench',
  session: { title, tool_calls: 12, successful_calls: 9, failed_calls: 3 },
});

test('on a terminal of 80 columns a title is read below the rest of its session', () => {
  const lines = sessionListLines(head, drawing(80));
  assert.deepEqual(lines.slice(1), [`${' '.repeat(22)}${title}`, `${' '.repeat(22)}same workbench`]);
  assert.match(lines[0] ?? '', /^ses_\S+ .* 12 {2}3 failed$/);
  assert.doesNotMatch(sessionListHeading(drawing(80)), /TITLE/);
});

test('where there is room it stands in the same line, under its heading', () => {
  const [line = '', below] = sessionListLines(head, drawing(160));
  assert.equal(line.indexOf(title), sessionListHeading(drawing(160)).indexOf('TITLE'));
  assert.equal(below?.trim(), 'same workbench');
});

test('the counts of a session are not cut, however narrow the terminal', () => {
  for (const columns of [40, 60, 80, 120]) {
    const lines = sessionHeadLines(head, drawing(columns)).slice(1);
    assert.match(lines.join(' '), /12 tool calls, 9 ok, 3 failed.* filesystem, everything$/, lines.join('\n'));
    for (const line of lines) assert.ok(cells(line) <= columns, line);
  }
});

test('a session that somebody else recorded says so, in the list and at its head', () => {
  const foreign = sessionHead({ calls: 2, session: { title, source: 'imported' } });
  assert.match(sessionListLines(foreign, drawing(160))[0] ?? '', /imported: claude-code/);
  assert.match(sessionListLines(foreign, drawing(80))[1] ?? '', /^ +imported: claude-code/);
  assert.match(sessionHeadLines(foreign, drawing(120)).join('\n'), / ses_\S+ · imported · started /);
  assert.doesNotMatch(sessionListLines(head, drawing(160)).join('\n'), /imported|live/);
});
