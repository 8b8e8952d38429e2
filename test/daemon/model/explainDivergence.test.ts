import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DivergingCall, explainDivergence } from '../../../daemon/model/explainDivergence.ts';
import type { Difference } from '../../../daemon/protocol/comparison.ts';

const difference = (group: Difference['group'], item: string, text_diff: string | null = null): Difference => ({
  group,
  item,
  before: 'a',
  after: 'b',
  why_it_matters: 'x',
  text_diff,
});
const all = [
  difference('instructions', 'CLAUDE.md', '--- a\n+++ b\n-use read_file\n+use search_files\n'),
  difference('servers', 'filesystem'),
  difference('tools', 'filesystem/write_file'),
  difference('environment', 'API_BASE'),
  difference('environment', '.env'),
  difference('files', 'config/local.json'),
];
const call: DivergingCall = {
  server: 'other',
  tool: 'none_such',
  args: [],
  answers: [],
  asked_otherwise: false,
};

const cases: readonly [name: string, call: Partial<DivergingCall>, first: string, reason: RegExp][] = [
  ['the file that the call read', { args: ['{"path":"‹root›/.env"}'] }, '.env', /names this file/],
  ['a folder that the call lists', { args: ['{"path":"config"}'] }, 'config/local.json', /folder/],
  ['the contract', { server: 'filesystem', tool: 'write_file' }, 'filesystem/write_file', /contract/],
  ['the server', { server: 'filesystem', tool: 'list' }, 'filesystem', /answered/],
  ['an instruction that names the tool', { tool: 'search_files' }, 'CLAUDE.md', /names search_files/],
  ['an answer that names a variable', { answers: ['API_BASE is not set', 'ok'] }, 'API_BASE', /only one/],
  ['a plan that changed', { asked_otherwise: true }, 'CLAUDE.md', /asked for something else/],
  ['nothing', {}, 'CLAUDE.md', /nothing seen ties/],
];
for (const [name, given, first, reason] of cases)
  test(`why two runs part: ${name}`, () => {
    const [best] = explainDivergence({ ...call, ...given }, all);
    assert.equal(best?.item, first);
    assert.match(best?.reason ?? '', reason);
  });

test('no difference explains nothing', () => assert.deepEqual(explainDivergence(call, []), []));
