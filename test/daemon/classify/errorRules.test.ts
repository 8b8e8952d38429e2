/** What holds for every rule: it says where it is from, it can be found, and its pattern costs what its text is long. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classifyError } from '../../../daemon/classify/classifyError.ts';
import { errorKind } from '../../../daemon/classify/errorKinds.ts';
import { ALL_RULES } from '../../../daemon/classify/errorRules.ts';

test('each rule has an id of its own, a source and something to be found by', () => {
  assert.equal(new Set(ALL_RULES.map(({ id }) => id)).size, ALL_RULES.length);
  for (const rule of ALL_RULES) {
    assert.match(rule.id, /^[a-z0-9_]+\.[a-z0-9_]+$/);
    assert.ok(rule.source.length > 10, `${rule.id} says what it was read from`);
    assert.ok(errorKind(rule.kind).error_class);
    assert.ok(rule.codes ?? rule.text ?? rule.statuses ?? rule.rpc, `${rule.id} can fit`);
    for (const code of rule.codes ?? []) assert.equal(code, code.toLowerCase());
    if (rule.text) {
      assert.ok((rule.keys ?? []).length > 0, `${rule.id} is tried only where one of its words stands`);
      assert.doesNotMatch(rule.text.flags, /[gyi]/, `${rule.id} keeps no place and knows lower case only`);
      assert.doesNotMatch(
        rule.text.source.replace(/\\[A-Z]/g, ''),
        /[A-Z]/,
        `${rule.id} is matched against lower case`,
      );
    }
  }
});

/** The most that a pattern may repeat, one repetition inside the other multiplied; Infinity where one has no limit. */
function mostSteps(source: string): number {
  const bare = source.replace(/\[(?:\\.|[^\]\\])*\]/g, 'x').replace(/\\./g, 'x');
  const open: number[] = [];
  let most = 1;
  let inner = 1;
  for (let at = 0; at < bare.length; at++) {
    const rest = bare.slice(at);
    if (rest[0] === '(') {
      open.push(inner);
      inner = 1;
    } else if (rest[0] === ')') {
      const limit = /^\)\{\d*,?(\d+)\}/.exec(rest)?.[1];
      const unlimited = /^\)(?:[*+]|\{\d+,\})/.test(rest);
      const body = inner * (unlimited ? Number.POSITIVE_INFINITY : Number(limit ?? 1));
      inner = Math.max(open.pop() ?? 1, body);
    } else if (rest[0] === '*' || rest[0] === '+' || /^\{\d+,\}/.test(rest)) inner = Number.POSITIVE_INFINITY;
    else {
      const limit = /^\{\d*,?(\d+)\}/.exec(rest)?.[1];
      if (limit) inner = Math.max(inner, Number(limit));
    }
    most = Math.max(most, inner);
  }
  return most;
}

test('the measure knows a dangerous pattern', () => {
  assert.equal(mostSteps('(?:a+)+b'), Number.POSITIVE_INFINITY);
  assert.equal(mostSteps('a*'), Number.POSITIVE_INFINITY);
  assert.equal(mostSteps('a{3,}'), Number.POSITIVE_INFINITY);
  assert.equal(mostSteps('(?:a{0,30}b){1,4}'), 120);
  assert.equal(mostSteps('[*+]\\+'), 1);
});

test('no pattern repeats without a limit, nor far inside another', () => {
  for (const { id, text } of ALL_RULES)
    if (text) assert.ok(mostSteps(text.source) <= 400, `${id}: ${mostSteps(text.source)}`);
});

test('texts made to keep patterns busy come to an end, and are unknown', () => {
  const unit = [
    'token is was has ',
    'expired or ',
    'no such ',
    '"error":',
    '{"error":',
    '[{',
    'retry after 1s ',
    'http://',
    'outside the ',
    '((((',
    'a',
    '\n',
    ' ',
    '<Code>',
    'exceeded your ',
  ];
  for (const one of unit) {
    const text = one.repeat(Math.ceil((64 * 1024) / one.length));
    const found = classifyError({
      method: 'tools/call',
      tool: 't',
      result: { isError: true, content: [{ type: 'text', text }] },
      error: undefined,
      answerText: null,
      failed: true,
      malformed: false,
      http: null,
      crash: null,
      ended: null,
      at: 0,
      callRetrySafe: null,
    });
    assert.ok(found, one);
  }
});
