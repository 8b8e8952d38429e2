import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTwoFilesPatch } from 'diff';
import { heldByGit, nextText, patched, readReport, type TraceEntry, whatChanges } from '../../extension/traceReport.ts';

const entry = (server: string, more: Partial<TraceEntry> = {}): TraceEntry => ({
  agents: ['claude-code'],
  file: '/w/.mcp.json',
  scope: 'project',
  server,
  state: 'wrapped',
  change: 'wrapped',
  why: null,
  held_by_git: false,
  ...more,
});
const file = { file: '/w/.mcp.json', changed: false, problem: null, diff: 'x' };
const report = (entries: TraceEntry[], files = [file]) => ({ v: 1 as const, entries, files, next: [] });

test('the question names servers, files, and what is left alone', () => {
  const left = entry('b', { state: 'left_alone', change: null, why: 'it needs sign-in' });
  assert.equal(
    whatChanges('wrap', report([entry('a'), left])),
    'Trace a? This changes one file as shown. Left alone: b (it needs sign-in).',
  );
  const many = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => entry(name));
  assert.match(whatChanges('unwrap', report(many)), /^Stop tracing a, b, c, d and 2 more\?/);
  assert.equal(whatChanges('wrap', report([], [])), 'No MCP server is declared here.');
  assert.equal(
    whatChanges('wrap', report([entry('a', { change: null })], [])),
    'Every server that can be traced here is traced already.',
  );
});

test('what git tracks is not called untraced: it is named, with what a change would mean', () => {
  const why = 'git tracks the file; unwrap --tracked edits it all the same';
  const held = entry('a', { change: null, why, held_by_git: true });
  const said = heldByGit('unwrap', report([held], []));
  assert.equal(
    said,
    'a is still traced: git tracks .mcp.json, so a change there reaches everybody who has the repository.',
  );
  assert.doesNotMatch(whatChanges('unwrap', report([held], [])), /No server is traced|--tracked/);
  assert.equal(heldByGit('unwrap', report([entry('a', { state: 'plain', change: null })], [])), null);
  assert.equal(
    whatChanges('unwrap', report([entry('a', { state: 'plain', change: null })], [])),
    'No server is traced here.',
  );
  assert.match(
    heldByGit(
      'wrap',
      report([{ ...held, state: 'left_alone' }, entry('b', { change: null, held_by_git: true })], []),
    ) ?? '',
    /^a, b are not traced: git tracks \.mcp\.json/,
  );
  // What could not be taken out for another reason says why.
  const stuck = entry('c', { change: null, why: 'the file cannot be changed: it is read-only' });
  assert.match(whatChanges('unwrap', report([stuck], [])), /^Nothing was changed\. Left alone: c \(the file cannot/);
});

test('a patch gives the file as it would be, and nothing where the file is another', () => {
  for (const [before, after] of [
    ['{\r\n "a": 1\r\n}', '{\r\n "a": 2\r\n}'],
    ['a\nb\n', 'a\nc\n'],
    ['no end', 'no end, still'],
  ] as const) {
    const patch = createTwoFilesPatch('f', 'f', before, after, undefined, undefined, { context: 3 });
    assert.equal(patched(before, patch), after);
    assert.equal(patched('something else', patch), null);
  }
});

test('what is no report is none', () => {
  assert.equal(readReport(''), null);
  assert.equal(readReport('{"v":2}'), null);
  assert.equal(readReport(JSON.stringify(report([entry('a')])))?.entries[0]?.server, 'a');
});

test('the next step is short; what may be asked again is told in full', () => {
  const next = [{ agent: 'x', restart: 'start X again (running ones keep theirs)', approval: 'whether to trust it' }];
  const { short, details } = nextText('wrap', { ...report([]), next });
  assert.equal(short, 'Traced. Next: start X again.');
  assert.match(details[0] ?? '', /running ones keep theirs\)\. It may ask again whether to trust it\.$/);
});
