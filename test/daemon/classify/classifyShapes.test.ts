import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createShapesPart } from '../../../daemon/classify/classifyShapes.ts';
import { callFacts } from '../../support/callFacts.ts';

const part = createShapesPart((shape) => `(${shape})`);

test('shapes of arguments and answer, each hashed once', () => {
  const hashed: string[] = [];
  const counting = createShapesPart((shape) => {
    hashed.push(shape);
    return shape;
  });
  for (const value of ['a', 'b', 'c']) counting(callFacts({ args: { path: value }, result: { content: [] } }));
  assert.deepEqual(hashed, ['{"path":s,}', '{"content":[],}']);
  assert.deepEqual(part(callFacts({ args: { path: 'x' }, error: { code: 1, message: 'no' } })).adapter, {
    request_shape: 'sha256:({"path":s,})',
    result_shape: 'sha256:({"code":n,"message":s,})',
  });
  assert.deepEqual(part(callFacts({})), {});
  assert.deepEqual(part(callFacts({ event: 'notification', params: {} })), {});
});

test('what was replaced stands beside what passed', () => {
  const listed = (...names: string[]) => ({ tools: names.map((name) => ({ name })) });
  assert.deepEqual(
    part(callFacts({ event: 'request', method: 'tools/list', result: listed(), replaced: listed('a') })).adapter,
    {
      result_shape: 'sha256:({"tools":[],})',
      before: { request_shape: null, result_shape: 'sha256:({"tools":[{"name":s,}],})' },
    },
  );
  // The server never saw a refused request: what it would have got is what was replaced.
  assert.deepEqual(part(callFacts({ outcome: 'denied', args: { path: 'x' }, result: { isError: true } })).adapter, {
    result_shape: 'sha256:({"isError":b,})',
    before: { request_shape: 'sha256:({"path":s,})', result_shape: null },
  });
});
