import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differenceTexts } from '../../../daemon/model/differenceTexts.ts';
import { digestOf, fakeCapture, instruction, server } from '../../support/fakeCapture.ts';

const files = (...given: readonly (readonly [path: string, text: string])[]) =>
  fakeCapture(
    { instruction_source: given.map(([path, text]) => instruction(path, text)) },
    {},
    given.map(([, text]) => text),
  );

test('an edited, a new and a gone file name the texts of both sides', () => {
  const [a, b] = [
    files(['CLAUDE.md', 'one\n'], ['OLD.md', 'old\n']),
    files(['CLAUDE.md', 'two\n'], ['NEW.md', 'new\n']),
  ];
  const of = (item: string) => differenceTexts(a, b, 'instructions', item);
  assert.deepEqual(of('CLAUDE.md'), { before: digestOf('one\n'), after: digestOf('two\n') });
  assert.deepEqual(of('NEW.md'), { before: null, after: digestOf('new\n') });
  assert.deepEqual(of('OLD.md'), { before: digestOf('old\n'), after: null });
  assert.equal(of('README.md'), null);
});

test('what people do not read as text has none', () => {
  const [a, b] = [fakeCapture({ servers: [server('fs', '1.0.0')] }), fakeCapture({ servers: [server('fs', '1.1.0')] })];
  assert.equal(differenceTexts(a, b, 'servers', 'fs in .mcp.json'), null);
});
