import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerIds } from '../../../daemon/proxy/answerIds.ts';

const of = (line: string) => answerIds(Buffer.from(line));

test('ids at either end, in the middle, in batches, and none where the line is no answer', () => {
  const big = 'x'.repeat(2000);
  const cases: [string, string[]][] = [
    ['{"jsonrpc":"2.0","id":5,"result":{}}\n', ['5']],
    ['{"result":{"text":"x"},"jsonrpc":"2.0","id":"a-1"}\r\n', ['"a-1"']],
    [`{"jsonrpc":"2.0","result":{"text":"${big}"},"id":7 }\n`, ['7']],
    [`{"jsonrpc":"2.0","id":8,"result":{"text":"${big}"}}`, ['8']],
    [`{"result":{"a":"${big}"},"id":9,"jsonrpc":"2.0"}`, ['9']],
    ['[{"id":1,"result":{}},{"id":"2","error":{"code":1,"message":"m"}}]', ['1', '"2"']],
    ['{"jsonrpc":"2.0","id":5,"method":"roots/list"}', []],
    ['{"jsonrpc":"2.0","method":"notifications/message","params":{"id":5}}', []],
    ['not json "id":5}', []],
    ['', []],
    // What stands in a text, or in a member, is no id of the message.
    [String.raw`{"jsonrpc":"2.0","result":{"text":",\"id\":5}"},"id":6}`, ['6']],
    ['{"jsonrpc":"2.0","result":{"x":1,"id":5},"id":6}', ['6']],
    ['{"id":6,"jsonrpc":"2.0","result":{"x":1,"id":5}}', ['6']],
    // The last of two counts, as it does for whoever parses it.
    ['{"jsonrpc":"2.0","result":{},"id":5,"id":6}', ['6']],
    ['{"jsonrpc":"2.0","result":{},"id":"ä"}', ['"ä"']],
    [String.raw`{"jsonrpc":"2.0","result":{},"id":"a\u0062"}`, ['"ab"']],
  ];
  for (const [line, ids] of cases) assert.deepEqual(of(line), ids, line.slice(0, 100));
});
