import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MAX_FILTER_CHARS, matches, parseFilter } from '../../../daemon/model/filter.ts';
import type { CallHead } from '../../../daemon/protocol/feed.ts';
import { callHead } from '../../support/heads.ts';

const call = callHead({
  call_id: 'call_01_7',
  turn_id: 'turn-a',
  tool: 'write_file',
  summary: '/w/Output.txt · 3 lines',
  outcome: 'error',
  layers: { transport: 'ok', rpc: 'ok', tool: 'error' },
  error_message: 'EACCES: permission denied',
  duration_ms: 150,
  request_bytes: 800,
  response_bytes: 400,
});

const test1 = (filter: string, row: CallHead = call): boolean | string => {
  const parsed = parseFilter(filter);
  return parsed.kind === 'filter'
    ? matches(parsed.filter, row)
    : `${parsed.error.at}+${parsed.error.length} ${parsed.error.message}`;
};

test('a row passes when every word holds', () => {
  const table: [filter: string, passes: boolean][] = [
    ['', true],
    ['   ', true],
    ['tool:write', true],
    ['tool:WRITE server:fs', false],
    ['tool:write server:filesys', true],
    ['-tool:write', false],
    ['-tool:read', true],
    ['status:error', true],
    ['status:running', false],
    ['is:failed', true],
    ['-is:failed', false],
    ['status:ok', false],
    ['method:tools/call', true],
    ['dir:c2s', true],
    ['dir:s2c', false],
    ['event:tool_call', true],
    ['min:100ms', true],
    ['min:0.1s', true],
    ['min:1m', false],
    ['max:150', true],
    ['larger:1kB', true],
    ['larger:2MB', false],
    ['smaller:1200', true],
    ['output.txt', true],
    ['"3 lines"', true],
    ['"3  lines"', false],
    ['-"3 lines"', false],
    ['arg:output', true],
    ['error:eacces', true],
    ['error:"permission denied"', true],
    ['turn:turn-a', true],
    ['id:call_01_7', true],
    ['id:ses_2', false],
    ['permission filesystem', true],
    ['https://example.com', false],
  ];
  for (const [filter, passes] of table) assert.equal(test1(filter), passes, filter);
});

test('denials are found by what became of the call and by their reason', () => {
  const observed: CallHead = { ...call, denial: { decision: 'would_deny', reason: 'symlink_escape', mode: 'observe' } };
  const refused: CallHead = {
    ...call,
    outcome: 'denied',
    denial: { decision: 'deny', reason: 'credential_file', mode: 'enforce' },
  };
  const table: [filter: string, ...passes: [none: boolean, observed: boolean, refused: boolean]][] = [
    ['denial:any', false, true, true],
    ['-denial:any', true, false, false],
    ['is:would_deny', false, true, false],
    ['is:denied', false, false, true],
    ['denial:symlink_escape', false, true, false],
    ['denial:CREDENTIAL_FILE is:denied', false, false, true],
  ];
  for (const [filter, ...passes] of table)
    assert.deepEqual(
      [call, observed, refused].map((row) => test1(filter, row)),
      passes,
      filter,
    );
});

test('a row without a duration is neither short nor long', () => {
  const running: CallHead = { ...call, outcome: 'running', duration_ms: null };
  assert.equal(test1('min:0', running), false);
  assert.equal(test1('max:1h', running), false);
  assert.equal(test1('status:running', running), true);
});

test('an error names its place', () => {
  const table: [filter: string, start: string][] = [
    ['tool:x status:bad', '7+10 status: knows'],
    ['tool:', '0+5 tool: needs a value'],
    ['a "open', '2+5 the quotation mark is not closed'],
    ['denial:maybe', '0+12 denial: knows any, invalid_path'],
    ['colour:red', '0+10 colour: is not known'],
    ['min:fast', '0+8 min: needs a duration'],
    ['x larger:big', '2+10 larger: needs a size'],
    ['dir:up', '0+6 dir: knows'],
    ['toString:x', '0+10 tostring: is not known'],
    ['status:constructor', '0+18 status: knows'],
    ['""', '0+2 a word is missing'],
    ['-', '0+1 a word is missing'],
    ['x'.repeat(MAX_FILTER_CHARS + 1), '500+1 longer than'],
  ];
  for (const [filter, start] of table) {
    const result = test1(filter);
    assert.ok(typeof result === 'string' && result.startsWith(start), `${filter}: ${result}`);
  }
});

test('no text makes the parser throw or stand still', () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 60, unit: fc.constantFrom('"', '\\', '-', ':', ' ', 'a', 'tool', 'min', '1', 'ä', '\n') }),
      (text) => void parseFilter(text),
    ),
  );
});
