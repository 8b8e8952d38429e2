import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rule } from '../../../daemon/classify/errorRule.ts';
import { addText, nothingSaid } from '../../../daemon/classify/errorSaid.ts';
import { createRuleMatcher } from '../../../daemon/classify/matchRules.ts';

const RULES = [
  rule('a.words', 'rate', 'a source', { text: /\bslow down\b/, keys: ['slow'] }),
  rule('b.code', 'quota', 'a source', { codes: ['out_of_credits'] }),
  rule('c.status', 'conflict', 'a source', { statuses: [409] }),
  rule('d.rpc', 'arguments', 'a source', { rpc: [-32602] }),
];
const matcher = createRuleMatcher(RULES);
const match = (text: string) => {
  const said = nothingSaid();
  addText(said, text, 'there');
  return matcher.match(said);
};

test('the first rule that fits counts, by whatever it fits', () => {
  assert.equal(match('OUT_OF_CREDITS, slow down')?.rule.id, 'a.words');
  assert.equal(match('status 409: OUT_OF_CREDITS')?.rule.id, 'b.code');
  assert.equal(match('MCP error -32602: status code 409')?.rule.id, 'c.status');
  assert.equal(match('MCP error -32602: x')?.rule.id, 'd.rpc');
  assert.equal(match('slowly down'), null);
});

test('what it fitted by is told', () => {
  assert.deepEqual(
    [match('x Out_Of_Credits')].map((m) => [m?.code, m?.read_from]),
    [['Out_Of_Credits', 'there']],
  );
  assert.equal(match('slow down')?.code, null);
});
