import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { connectionIdOfCall } from '../../../daemon/base/ids.ts';
import { MAX_ANSWERED, MAX_GIVEN_UP, MAX_OPEN } from '../../../daemon/record/correlateState.ts';
import { failure, modern, notification, playbook, request, result, say, toolCall } from './playbook.ts';

const OK = 'success ok/ok/ok';

test('an answer is judged by its three layers', () => {
  const table: [answer: object, ended: string][] = [
    [result(1), `1 ${OK}`],
    [
      result(1, { content: [{ type: 'text', text: 'no such file' }], isError: true }),
      '1 error ok/ok/error [tool no such file]',
    ],
    [failure(1, -32602, 'bad arguments'), '1 error ok/error/null [-32602 bad arguments]'],
    [result(1, 'done'), '1 error ok/error/null (malformed: the result is no object)'],
    [result(1, null), '1 error ok/error/null (malformed: the result is no object)'],
    [result(1, { isError: 'true' }), '1 error ok/ok/error [tool null] (malformed: isError is no boolean)'],
    [{ jsonrpc: '2.0', id: 1, error: 'no' }, '1 error ok/error/null [tool null] (malformed: an error without a code)'],
  ];
  for (const [answer, ended] of table) {
    const book = playbook().agent(toolCall(1, 'read_file'));
    assert.deepEqual(book.last(), ['1 started read_file']);
    assert.deepEqual(book.server(answer).last(), [ended]);
  }
});

test('a request that is no tool call has no tool layer', () => {
  assert.deepEqual(
    playbook()
      .agent(request(1, 'tools/list'))
      .server(result(1, { tools: [] }))
      .last(),
    ['1 success ok/ok/null'],
  );
});

test('1 is not "1", and the directions have ids of their own', () => {
  const book = playbook()
    .agent(toolCall(1, 'a'))
    .agent(toolCall('1', 'b'))
    .server(request(1, 'sampling/createMessage'));
  assert.deepEqual(book.last(), ['3 started sampling/createMessage maybe 1,2']);
  assert.deepEqual(book.server(result('1')).last(), [`2 ${OK}`]);
  assert.deepEqual(book.agent(result(1, {})).last(), ['3 success ok/ok/null']);
  assert.deepEqual(book.server(result(1)).last(), [`1 ${OK}`]);
});

test('integers beyond 2^53 stay apart', () => {
  const book = playbook()
    .agent('{"jsonrpc":"2.0","id":9007199254740993,"method":"tools/call","params":{"name":"a"}}')
    .agent('{"jsonrpc":"2.0","id":9007199254740992,"method":"tools/call","params":{"name":"b"}}');
  assert.deepEqual(book.server('{"jsonrpc":"2.0","id":9007199254740993,"result":{}}').last(), [`1 ${OK}`]);
});

test('a batch is several messages, and its calls keep parseable ids', () => {
  const book = playbook().agent([toolCall(1, 'a'), notification('notifications/initialized'), toolCall(2, 'b')]);
  assert.deepEqual(book.last(), ['1-0 started a', 'stray notification notifications/initialized', '1-2 started b']);
  const [first] = book.events;
  assert.ok(first?.type === 'call.started');
  assert.equal(connectionIdOfCall(first.call_id), book.state().connection_id);
  assert.equal(first.request.key, '1-0');
  assert.deepEqual(book.server([result(2), result(1)]).last(), [`1-2 ${OK}`, `1-0 ${OK}`]);
});

test('progress finds its call by its token, also after the answer', () => {
  const token = (progressToken: number | string) => ({ _meta: { progressToken } });
  const progress = (progressToken: number | string, rest: object) =>
    notification('notifications/progress', { progressToken, ...rest });
  const book = playbook()
    .agent(toolCall(1, 'slow', token('t')))
    .agent(toolCall(2, 'slow', token(1)));
  assert.deepEqual(book.server(progress('t', { progress: 0.5, total: 2.25, message: 'half' })).last(), [
    '1 progress 0.5/2.25 half',
  ]);
  assert.deepEqual(book.server(progress(1, { progress: 1 })).last(), ['2 progress 1/null']);
  book.server(result(1));
  assert.deepEqual(book.server(progress('t', { progress: 3 })).last(), ['1 progress 3/null']);
  const nobody = 'stray notification notifications/progress (no call asked for progress under this token)';
  assert.deepEqual(book.server(progress('1', {})).last(), [nobody]);
  // The agent's own progress is for the server's requests.
  assert.deepEqual(book.agent(progress('t', {})).last(), [nobody]);
});

test('a log line belongs to a call only where there is just one', () => {
  const log = notification('notifications/message', { level: 'info', data: 'x' });
  const book = playbook().server(log);
  assert.deepEqual(book.last(), ['stray notification notifications/message']);
  assert.deepEqual(book.agent(toolCall(1, 'a')).server(log).last(), ['2 log info']);
  assert.deepEqual(book.agent(toolCall(2, 'b')).server(log).last(), ['stray notification notifications/message']);
});

test('a cancelled call may be answered late, or never', () => {
  const cancel = (requestId: number) =>
    notification('notifications/cancelled', { requestId, reason: 'a secret reason' });
  const book = playbook().agent(toolCall(1, 'slow'));
  assert.deepEqual(book.agent(cancel(1)).last(), [
    '1 log null',
    '1 cancelled ok/null/null (cancelled; the request may have taken effect)',
  ]);
  assert.deepEqual(book.server(result(1)).last(), ['1 late 20']);
  assert.deepEqual(book.agent(cancel(7)).last(), [
    'stray notification notifications/cancelled (cancels no request that is open)',
  ]);
  // The server can't cancel what the agent asked for.
  book.agent(toolCall(2, 'slow'));
  assert.deepEqual(book.server(cancel(2)).last(), [
    'stray notification notifications/cancelled (cancels no request that is open)',
  ]);
  assert.doesNotMatch(JSON.stringify(book.events), /secret/);
});

test('a client that gave up waiting says so', () => {
  for (const reason of ['McpError: MCP error -32001: Request timed out', 'SdkError: Request timed out']) {
    const book = playbook()
      .agent(toolCall(1, 'slow'))
      .agent(notification('notifications/cancelled', { requestId: 1, reason }));
    assert.equal(
      book.last().at(-1),
      '1 timeout ok/null/null (given up after a time-out; the request may have taken effect)',
    );
    assert.deepEqual(book.server(result(1)).last(), ['1 late 20']);
  }
});

test('what the server asks for names candidates, and a parent where a task proves it', () => {
  const related = { _meta: { 'io.modelcontextprotocol/related-task': { taskId: 't1' } } };
  const book = playbook().agent(toolCall(1, 'a')).server(request(0, 'elicitation/create'));
  assert.deepEqual(book.last(), ['2 started elicitation/create maybe 1']);
  book.agent(toolCall(2, 'b', { task: {} })).server(result(2, { task: { taskId: 't1', status: 'working' } }));
  assert.deepEqual(book.server(request(1, 'elicitation/create', related)).last(), [
    '5 started elicitation/create under 3',
  ]);
  assert.deepEqual(book.server(notification('notifications/message', { level: 'info', ...related })).last(), [
    '3 log info',
  ]);
  assert.deepEqual(playbook().server(request(1, 'roots/list')).last(), ['1 started roots/list']);
});

test('input_required: the repeated request is the same call', () => {
  const asks = { resultType: 'input_required', inputRequests: { sure: {} }, requestState: 'opaque' };
  const call = { name: 'deploy', arguments: { env: 'x' } };
  const again = { ...call, inputResponses: { sure: {} }, requestState: 'opaque' };
  const book = playbook().agent(modern(1, 'tools/call', call));
  assert.deepEqual(book.last(), ['described modern/1 undefined 2026-07-28', '1 started deploy']);
  assert.deepEqual(book.server(result(1, asks)).last(), ['1 round 1']);
  assert.deepEqual(book.agent(modern(2, 'tools/call', again)).last(), ['1 round 2']);
  assert.deepEqual(book.server(result(2, asks)).last(), ['1 round 2']);
  assert.deepEqual(book.agent(modern(3, 'tools/call', again)).last(), ['1 round 3']);
  assert.deepEqual(book.server(result(3, { resultType: 'complete', content: [] })).last(), [`1 ${OK}`]);
  assert.doesNotMatch(JSON.stringify(book.state()), /opaque/);
});

test('input_required: what is no repetition is a call of its own', () => {
  const asks = { resultType: 'input_required', inputRequests: { sure: {} }, requestState: 'opaque' };
  const call = { name: 'deploy', arguments: { env: 'x' } };
  const others = [
    { ...call },
    { ...call, arguments: { env: 'y' }, inputResponses: { sure: {} }, requestState: 'opaque' },
    { ...call, inputResponses: { sure: {} }, requestState: 'another' },
    { ...call, inputResponses: { sure: {} } },
  ];
  for (const other of others) {
    const book = playbook()
      .agent(modern(1, 'tools/call', call))
      .server(result(1, asks));
    assert.deepEqual(book.agent(modern(2, 'tools/call', other)).last(), ['3 started deploy']);
    assert.deepEqual(book.end().last(), [
      '3 lost error/null/null (no answer seen; may have reached the server)',
      '1 lost error/null/null (the server asked for input; the request was not repeated)',
    ]);
  }
});

test('input_required without a state: the same input and the answers that were asked for', () => {
  const asks = { resultType: 'input_required', inputRequests: { sure: {}, why: {} } };
  const call = (env: string) => ({ name: 'deploy', arguments: { env } });
  const book = playbook()
    .agent(modern(1, 'tools/call', call('x')))
    .agent(modern(2, 'tools/call', call('y')))
    .server(result(1, asks))
    .server(result(2, asks));
  assert.deepEqual(
    book.agent(modern(3, 'tools/call', { ...call('y'), inputResponses: { why: {}, sure: {} } })).last(),
    ['2 round 2'],
  );
  assert.deepEqual(book.agent(modern(4, 'tools/call', { ...call('x'), inputResponses: { sure: {} } })).last(), [
    '6 started deploy',
  ]);
});

test('resultType means something from 2026-07-28 on', () => {
  const odd = { resultType: 'surprise', content: [] };
  assert.deepEqual(
    playbook()
      .agent(modern(1, 'tools/call', { name: 'a' }))
      .server(result(1, odd))
      .last(),
    ['1 error ok/error/null (malformed: a resultType that the revision does not know)'],
  );
  const legacy = playbook()
    .agent(request(0, 'initialize', { protocolVersion: '2025-11-25' }))
    .server(result(0, { protocolVersion: '2025-11-25' }));
  assert.deepEqual(legacy.agent(toolCall(1, 'a')).server(result(1, odd)).last(), [`3 ${OK}`]);
  const later = request(1, 'tools/call', {
    name: 'a',
    _meta: { 'io.modelcontextprotocol/protocolVersion': '2027-01-31' },
  });
  assert.deepEqual(
    playbook()
      .agent(later)
      .server(result(1, odd))
      .last()
      .map((text) => text.slice(0, 21)),
    ['1 error ok/error/null'],
  );
});

test('a subscription is a call that stays open, with its notifications', () => {
  const about = { _meta: { 'io.modelcontextprotocol/subscriptionId': 's' } };
  const acknowledged = notification('notifications/subscriptions/acknowledged', about);
  const book = playbook().agent(modern('s', 'subscriptions/listen')).server(acknowledged);
  assert.deepEqual(book.last(), ['1 log null']);
  assert.deepEqual(book.server(notification('notifications/tools/list_changed', about)).last(), ['1 log null']);
  assert.deepEqual(
    book
      .server(
        notification('notifications/tools/list_changed', { _meta: { 'io.modelcontextprotocol/subscriptionId': 7 } }),
      )
      .last(),
    ['stray notification notifications/tools/list_changed'],
  );
  // It causes nothing and owns no log line.
  assert.deepEqual(book.server(request(1, 'ping')).last(), ['5 started ping']);
  assert.deepEqual(book.server(notification('notifications/cancelled', { requestId: 's' })).last(), [
    '1 log null',
    '1 success ok/ok/null (ended by the server)',
  ]);
  const open = playbook().agent(modern('s', 'subscriptions/listen')).server(acknowledged).end();
  assert.deepEqual(open.last(), ['1 success ok/ok/null (open until the connection ended)']);
});

test('a task of 2025-11-25 ends its call when its result is fetched', () => {
  const book = playbook().agent(toolCall(1, 'research', { task: { ttl: 1 }, _meta: { progressToken: 'p' } }));
  assert.deepEqual(book.server(result(1, { task: { taskId: 't', status: 'working' } })).last(), ['1 log null']);
  assert.deepEqual(book.server(notification('notifications/progress', { progressToken: 'p', progress: 1 })).last(), [
    '1 progress 1/null',
  ]);
  assert.deepEqual(book.agent(request(2, 'tasks/get', { taskId: 't' })).last(), ['4 started tasks/get under 1']);
  assert.deepEqual(book.server(result(2, { taskId: 't', status: 'working' })).last(), ['4 success ok/ok/null']);
  assert.deepEqual(
    book.server(notification('notifications/tasks/status', { taskId: 't', status: 'completed' })).last(),
    ['1 log null'],
  );
  book.agent(request(3, 'tasks/result', { taskId: 't' }));
  assert.deepEqual(book.server(result(3, { isError: true, content: [{ type: 'text', text: 'no bees' }] })).last(), [
    '7 error ok/ok/error [tool no bees]',
    '1 error ok/ok/error [tool no bees]',
  ]);
  // It still names its call.
  assert.deepEqual(book.agent(request(4, 'tasks/get', { taskId: 't' })).last(), ['9 started tasks/get under 1']);
});

test('a task of the extension ends with its status', () => {
  const made = result(1, { resultType: 'task', taskId: 't', status: 'working' });
  const table: [told: object, ended: string][] = [
    [{ taskId: 't', status: 'completed', result: { content: [] } }, `1 ${OK}`],
    [
      { taskId: 't', status: 'completed', result: { isError: true, content: [{ text: 'no' }] } },
      '1 error ok/ok/error [tool no]',
    ],
    [
      { taskId: 't', status: 'failed', error: { code: -32603, message: 'broke' } },
      '1 error ok/error/null [-32603 broke] (the task failed)',
    ],
    [{ taskId: 't', status: 'failed' }, '1 error ok/ok/error [tool null] (the task failed)'],
    [{ taskId: 't', status: 'cancelled' }, '1 cancelled ok/ok/null (the task was cancelled)'],
  ];
  for (const [told, ended] of table) {
    const start = () =>
      playbook()
        .agent(modern(1, 'tools/call', { name: 'research' }))
        .server(made);
    const asked = start().agent(modern(2, 'tasks/get', { taskId: 't' }));
    assert.equal(
      asked
        .server(result(2, { resultType: 'complete', ...told }))
        .last()
        .at(-1),
      ended,
    );
    assert.deepEqual(start().server(notification('notifications/tasks', told)).last(), ['1 log null', ended]);
  }
});

test('a task that is open at the end is lost, unless it said that it was completed', () => {
  const start = (status: string) =>
    playbook()
      .agent(toolCall(1, 'a', { task: {} }))
      .server(result(1, { task: { taskId: 't', status } }))
      .end()
      .last();
  assert.deepEqual(start('working'), ['1 lost error/null/null (the task had not ended when the connection did)']);
  assert.deepEqual(start('completed'), [
    '1 success ok/ok/null (the task said that it was completed; its result was not fetched)',
  ]);
});

test('a task id is no task where none was asked for', () => {
  assert.deepEqual(
    playbook()
      .agent(toolCall(1, 'a'))
      .server(result(1, { task: { taskId: 't', status: 'working' } }))
      .last(),
    [`1 ${OK}`],
  );
});

test('unasked answers, second answers and ids used twice', () => {
  const book = playbook().server(result(5));
  assert.deepEqual(book.last(), ['stray unasked_answer - (no request with this id is open)']);
  assert.deepEqual(book.server(failure(null, -32700, 'parse error')).last(), [
    'stray unasked_answer - (an error that names no request)',
  ]);
  book.agent(toolCall(1, 'a')).server(result(1));
  assert.deepEqual(book.server(result(1)).last(), ['3 late 20']);
  const twice = playbook().agent(toolCall(1, 'a')).agent(toolCall(1, 'b'));
  assert.deepEqual(twice.last(), [
    'stray duplicate_id tools/call (a request under the id of one that is still open)',
    '2 started b',
  ]);
  const note = '(its id was used twice while it was open: answers were matched in order)';
  assert.deepEqual(twice.server(result(1)).last(), [`1 ${OK} ${note}`]);
  assert.deepEqual(twice.server(result(1)).last(), [`2 ${OK} ${note}`]);
});

test('noise and malformed lines become data', () => {
  const book = playbook().server('Listening on stdio');
  assert.deepEqual(book.last(), ['stray noise - (not JSON)']);
  assert.equal(book.server('{"jsonrpc":"2.0","id":1,').last()[0]?.slice(0, 34), 'stray malformed - (broken JSON: no');
  assert.deepEqual(book.agent(request(1, 'x/unheard_of')).last(), ['3 started x/unheard_of']);
});

test('calls that are open when the connection ends are lost, and answered calls are not', () => {
  const book = playbook()
    .agent(toolCall(1, 'a'))
    .agent(toolCall(2, 'b'))
    .server(request(1, 'roots/list'))
    .server(result(2))
    .end();
  assert.deepEqual(book.last(), [
    '1 lost error/null/null (no answer seen; may have reached the server)',
    '3 lost error/null/null (no answer seen; may have reached the client)',
  ]);
  assert.deepEqual(book.end().last(), []);
  // An answer that was on its way can still be told apart.
  assert.deepEqual(book.server(result(1)).last(), ['1 late 40']);
});

test('the handshake describes both sides', () => {
  const book = playbook().agent(
    request(0, 'initialize', { protocolVersion: '2025-11-25', clientInfo: { name: 'claude-code', version: '2' } }),
  );
  assert.deepEqual(book.last(), ['described claude-code/2 undefined null', '1 started initialize']);
  const answer = result(0, { protocolVersion: '2025-06-18', serverInfo: { name: 'fs', version: '1' } });
  assert.deepEqual(book.server(answer).last(), ['described claude-code/2 fs 2025-06-18', '1 success ok/ok/null']);
  const started = book.agent(toolCall(1, 'a')).events.at(-1);
  assert.ok(started?.type === 'call.started');
  assert.deepEqual([started.client?.name, started.protocol_version], ['claude-code', '2025-06-18']);
});

test('a probe that a legacy server does not know is an answered call', () => {
  const book = playbook()
    .agent(modern(0, 'server/discover'))
    .server(failure(0, -32601, 'Method not found'));
  assert.deepEqual(book.last(), ['1 error ok/error/null [-32601 Method not found]']);
});

test('what names the conversation travels with the call', () => {
  const meta = {
    'vscode.conversationId': 'c',
    'vscode.requestId': 'r',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    progressToken: 'p',
  };
  const [started] = playbook().agent(toolCall(1, 'a', { _meta: meta })).events;
  assert.ok(started?.type === 'call.started');
  const { progressToken, ...raw } = meta;
  assert.deepEqual(started.join, {
    conversation_id: 'c',
    turn_id: 'r',
    trace_id: '0af7651916cd43dd8448eb211c80319c',
    span_id: 'b7ad6b7169203331',
    raw,
  });
});

const id = fc.constantFrom(0, 1, '1');
const meta = fc.record(
  {
    progressToken: id,
    'io.modelcontextprotocol/subscriptionId': id,
    'io.modelcontextprotocol/related-task': fc.constant({ taskId: 't' }),
    'io.modelcontextprotocol/protocolVersion': fc.constant('2026-07-28'),
  },
  { requiredKeys: [] },
);
const status = fc.constantFrom('working', 'completed', 'failed', 'cancelled');
const params = fc.record(
  {
    name: fc.constantFrom('a', 'b'),
    _meta: meta,
    task: fc.constant({}),
    taskId: fc.constant('t'),
    status,
    requestId: id,
    progressToken: id,
    requestState: fc.constant('s'),
    inputResponses: fc.constant({ k: 1 }),
  },
  { requiredKeys: [] },
);
const method = fc.constantFrom(
  'tools/call',
  'tools/list',
  'subscriptions/listen',
  'tasks/get',
  'tasks/result',
  'elicitation/create',
  'initialize',
);
const told = fc.constantFrom(
  'notifications/cancelled',
  'notifications/progress',
  'notifications/message',
  'notifications/tasks',
  'notifications/subscriptions/acknowledged',
);
const task = fc.record({ taskId: fc.constant('t'), status });
const answer = fc.record(
  {
    resultType: fc.constantFrom('complete', 'input_required', 'task', 'odd'),
    isError: fc.boolean(),
    taskId: fc.constant('t'),
    status,
    task,
    requestState: fc.constant('s'),
    result: fc.constant({ isError: true }),
  },
  { requiredKeys: [] },
);
const version = fc.constant('2.0');
const message = fc.oneof(
  fc.record({ jsonrpc: version, id, method, params }),
  fc.record({ jsonrpc: version, method: told, params }),
  fc.record({ jsonrpc: version, id, result: answer }),
  fc.record({ jsonrpc: version, id, error: fc.constant({ code: 1, message: 'x' }) }),
);

test('whatever comes in whatever order: every frame has its place, every call one start and one end', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.boolean(), fc.oneof(message, fc.array(message, { minLength: 1, maxLength: 3 })))),
      (frames) => {
        const book = playbook();
        for (const [isAgent, frame] of frames) {
          if (isAgent) book.agent(frame);
          else book.server(frame);
          assert.ok(book.last().length >= (Array.isArray(frame) ? frame.length : 1));
        }
        book.end();
        const started = book.events.flatMap((event) => (event.type === 'call.started' ? [event.call_id] : []));
        const ended = book.events.flatMap((event) => (event.type === 'call.ended' ? [event.call_id] : []));
        assert.equal(new Set(started).size, started.length);
        assert.deepEqual(ended.toSorted(), started.toSorted());
        const known = new Set<string>();
        for (const event of book.events) {
          if (event.type === 'call.started') known.add(event.call_id);
          else if ('call_id' in event) assert.ok(known.has(event.call_id), say(event));
        }
        assert.equal(book.state().open_count, 0);
      },
    ),
    { numRuns: 1000 },
  );
});

test('memory is bounded, whatever a peer sends', () => {
  const busy = playbook();
  const batch = (from: number) => Array.from({ length: 1000 }, (_, index) => toolCall(from + index, 'a'));
  for (let from = 0; from < MAX_OPEN + 1000; from += 1000) busy.agent(batch(from));
  const state = busy.state();
  assert.ok(state.open_count <= MAX_OPEN);
  assert.equal(Object.keys(state.open.c2s).length, state.open_count);
  assert.ok(state.given_up.length <= MAX_GIVEN_UP);
  const lost = busy.events.filter((event) => event.type === 'call.ended');
  assert.equal(lost.length, MAX_OPEN + 1000 - state.open_count);
  assert.match(say(lost[0]!), /^1-0 lost/);
  const answered = playbook();
  for (let id = 0; id < MAX_ANSWERED + 50; id++)
    answered.agent(toolCall(id, 'a', { _meta: { progressToken: id } })).server(result(id));
  assert.equal(answered.state().answered.length, MAX_ANSWERED);
  assert.equal(Object.keys(answered.state().tokens.c2s).length, MAX_ANSWERED);
});
