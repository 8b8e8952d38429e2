/** The gate without processes: what passes, what is answered and what is recorded, for awkward lines and changing policies. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { openGate } from '../../daemon/gate.ts';
import type { Freeze, PolicySettings } from '../../daemon/protocol/policy.ts';
import { conversationSession } from '../../daemon/record/sessionOf.ts';
import { alone } from '../support/gateAlone.ts';

const call = (id: string, path: string, extra = '') =>
  `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"read_text_file","arguments":{"path":${JSON.stringify(path)}${extra}}}}\n`;
const LIST = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}\n';
const tools = (names: readonly string[], description = '') =>
  `{"jsonrpc":"2.0" , "id":1,"result":{"ttlMs": 5000,"tools":[${names.map((name) => `{"name":"${name}","description":"${description}","inputSchema":{"type":"object", "n":1.0}}`).join(', ')}],"x":1e2}}\n`;
const freeze = (kind: Freeze['kind'], target: string, processes: string[] = []): Freeze => ({
  freeze_id: 'frz_1',
  kind,
  target,
  processes,
  by: 'ada',
  reason: null,
  at: '2026-11-20T00:00:00.000Z',
});

test('observe: however the bytes are cut, they pass as they came, and each call is judged under its key', (t) => {
  const one = alone(t, { mode: 'observe' });
  const { ws } = one.place;
  const whole = Buffer.from(
    `noise é\n\r\n${call('1', `${ws}/file`)}{"jsonrpc":"2.0","id":"tools","method":"ping"}\r\n[${call('2', '/etc/passwd').trim()},${call('"ü"', `${ws}/src/a.txt`).trim()}]\n{"half"`,
  );
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: whole.length }), { maxLength: 8 }), (cuts) => {
      const ends = [...new Set([...cuts, whole.length])].sort((a, b) => a - b).filter((cut) => cut > 0);
      const fresh = alone(t, { mode: 'observe' });
      const pieces = ends.map((end, at) => whole.subarray(ends[at - 1] ?? 0, end));
      assert.equal(fresh.agent(...pieces), whole.toString());
      const found = fresh.facts('decision').map(({ request_id, decision }) => [request_id, decision]);
      // The paths are another place's: what counts here is that all were seen.
      assert.deepEqual(
        found.map(([id]) => id),
        ['1', '2', '"ü"'],
      );
      fresh.place.remove();
    }),
    { numRuns: 30 },
  );
  one.agent(whole);
  assert.deepEqual(
    one.facts('decision').map(({ frame, decision, reason }) => [frame, decision, reason]),
    [
      ['1.1', 'would_deny', 'symlink_escape'],
      ['1.3-0', 'would_deny', 'read_outside_root'],
      ['1.3-1', 'allow', null],
    ],
  );
  assert.deepEqual(one.told, []);
});

test('enforce: a refused request is answered with its id as it stood, whatever else the chunk holds', (t) => {
  const one = alone(t, { mode: 'enforce' });
  const { ws } = one.place;
  for (const id of ['12345678901234567890', '1.0', '"\\u0031"', '0', 'null', '"a\\"b"']) {
    assert.equal(one.agent(call(id, '/etc/passwd')), '');
    assert.ok(one.told.pop()?.startsWith(`{"jsonrpc":"2.0","id":${id},"result":{"content":[{"type":"text"`), id);
  }
  const fine = call('5', `${ws}/src/a.txt`);
  const torn = Buffer.from(`${fine}${call('6', `${ws}/file`)}not JSON é\n${fine}`);
  for (let cut = 0; cut < torn.length; cut += 7)
    assert.equal(one.agent(torn.subarray(0, cut), torn.subarray(cut)), `${fine}not JSON é\n${fine}`, `cut at ${cut}`);
  const escaped = call('7', `${ws}/file`).replace('tools/call', 'tools\\/c\\u0061ll');
  assert.equal(one.agent(escaped), '', 'the method is read as JSON');
  assert.equal(
    one.agent(
      '{"jsonrpc":"2.0","method":"tools/call","params":{"name":"read_text_file","arguments":{"path":"/etc/passwd"}}}\n',
    ),
    '',
  );
  assert.match(String(one.facts('altered')[0]?.why), /denied/);
});

test('what was judged and looked at is released before the request passes, where it may be refused or may change a file', (t) => {
  const edit = (path: string) =>
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"write_file","arguments":{"path":"${path}","content":"x"}}}\n`;
  for (const mode of ['observe', 'enforce'] as const) {
    const one = alone(t, { mode });
    one.agent(edit(`${one.place.ws}/src/a.txt`));
    assert.deepEqual(one.order, ['decision', 'filestate', 'release'], mode);
  }
  const enforced = alone(t, { mode: 'enforce' });
  enforced.agent(call('1', '/etc/passwd'));
  assert.deepEqual(enforced.order, ['decision', 'altered', 'release']);
  const observed = alone(t, { mode: 'observe' });
  observed.agent(call('1', '/etc/passwd'));
  assert.deepEqual(observed.order, ['decision'], 'a call that only reads is judged behind its bytes');
});

test('long texts hide nothing: a path is judged whatever its length and whatever stands beside it', (t) => {
  const one = alone(t, { mode: 'enforce' });
  const { ws } = one.place;
  const edit = (path: string, content: string) =>
    `${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'write_file', arguments: { content, path } } })}\n`;
  const written = 'line "of" \\ text é\n'.repeat(600);
  const there = edit(`${ws}/src/a.txt`, written);
  assert.equal(one.agent(there), there);
  assert.equal(one.agent(edit(`/etc/${'./'.repeat(3000)}passwd`, written)), '');
  assert.equal(one.agent(edit(`file:///etc/${'x/../'.repeat(1000)}passwd`, written)), '');
  assert.equal(one.agent(edit('a/'.repeat(20_000), written)), '');
  const found = one.facts('decision').map(({ decision, reason, input_summary }) => [decision, reason, input_summary]);
  const length = Buffer.byteLength(written);
  assert.deepEqual(
    found.map(([decision, reason]) => [decision, reason]),
    [
      ['allow', null],
      ['deny', 'write_outside_root'],
      ['deny', 'write_outside_root'],
      ['deny', 'invalid_path'],
    ],
  );
  for (const [, , summary] of found) assert.equal(Reflect.get(Object(summary), 'content_length'), length);
});

test('enforce: a call that names nothing is recorded as the first of its tool was, and refused once a rule says so', (t) => {
  const unknown = (settings: PolicySettings) => alone(t, settings, {}, openGate, ['node', '/x/echo.js']);
  const settings: PolicySettings = { mode: 'enforce', tools: { deny: ['evil'] } };
  const echo = (id: unknown, args: object, tool = 'echo') =>
    `${JSON.stringify({ method: 'tools/call', params: { name: tool, arguments: args }, jsonrpc: '2.0', id })}\n`;
  const texts: object[] = [
    { text: 'hello' },
    { text: 'x'.repeat(3000), code: 'é"\n\\'.repeat(500) },
    { query: 'no content', limit: 3 },
    { body: '', list: ['a', { text: 'nested' }] },
    {},
  ];
  const said = (one: ReturnType<typeof alone>) =>
    one.facts('decision').map(({ frame: _, took_us: __, input_summary, ...record }) => {
      const summary = Object.entries(Object(input_summary)).filter(([, value]) => value !== null);
      return JSON.stringify({ ...record, summary: summary.toSorted() }).replaceAll(one.place.folder, '');
    });
  const warm = unknown(settings);
  for (const [index, args] of texts.entries()) {
    const cold = unknown(settings);
    for (const id of [index, `id-${index}`]) {
      assert.equal(warm.agent(echo(id, args)), echo(id, args));
      assert.equal(cold.agent(echo(id, args)), echo(id, args));
    }
    assert.deepEqual(said(warm).slice(-2), said(cold), JSON.stringify(args).slice(0, 80));
  }
  assert.deepEqual(warm.order.slice(-2), ['decision', 'release'], 'on file before it passes');
  const twice = echo(9, {}).replace('"name":"echo"', '"name":"echo","name":"evil"');
  for (const refused of [echo(7, {}, 'evil'), echo(8, {}, 'evil'), twice, echo(1, { x: '/etc/passwd' })])
    assert.equal(warm.agent(refused), '');
  warm.policy({ mode: 'enforce', tools: { deny: ['echo'] } });
  assert.equal(warm.agent(echo(10, { text: 'hello' })), '');
});

test('enforce: of a batch the refused members are answered, the others pass byte for byte', (t) => {
  const one = alone(t, { mode: 'enforce' });
  const { ws } = one.place;
  const fine = `{"jsonrpc":"2.0", "id":1.50,"method":"tools/call","params":{"name":"read_text_file","arguments":{"path":"${ws}/src/a.txt"}}}`;
  const batch = `[${call('"x"', '/etc/passwd').trim()} , ${fine},{"jsonrpc":"2.0","method":"notifications/initialized"}, 3]\n`;
  assert.equal(one.agent(batch), `[${fine},{"jsonrpc":"2.0","method":"notifications/initialized"},3]\n`);
  assert.equal(one.told.length, 1);
  assert.deepEqual(one.facts('altered')[0]?.answered, ['"x"']);
  assert.equal(one.agent(`[${call('2', '/etc/passwd').trim()}]\n`), '', 'nothing is left of it');
});

test('2025-11-25: who asked for a task is answered with an error, because no result is a task', (t) => {
  const one = alone(t, { mode: 'enforce' });
  const params = { name: 'read_text_file', arguments: { path: '/etc/passwd' }, task: { ttl: 1000 } };
  one.agent(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params })}\n`);
  assert.equal(JSON.parse(one.told[0] ?? '{}').error?.data.reason, 'read_outside_root');
});

test('2026-07-28: a denial says that it is complete', (t) => {
  const one = alone(t, { mode: 'enforce' });
  const params = {
    name: 'read_text_file',
    arguments: { path: '/etc/passwd' },
    _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' },
  };
  one.agent(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params })}\n`);
  assert.equal(JSON.parse(one.told[0] ?? '{}').result?.resultType, 'complete');
});

test('a request that is too long is judged by its beginning; its bytes pass unheld where nothing is enforced', (t) => {
  const filler = `,"content":"${'x'.repeat(3 << 20)}"`;
  for (const mode of ['observe', 'enforce'] as const) {
    const one = alone(t, { mode });
    const { ws } = one.place;
    const cut = (line: string) => {
      const bytes = Buffer.from(line);
      return Array.from({ length: Math.ceil(bytes.length / 65_536) }, (_, at) =>
        bytes.subarray(at * 65_536, (at + 1) * 65_536),
      );
    };
    const inside = call('1', `${ws}/src/a.txt`, filler);
    const outside = call('2', '/etc/passwd', filler);
    const hidden = `{"id":"é","params":{"arguments":{"content":"${'x'.repeat(2 << 20)}","path":"/etc/passwd"},"name":"write_file"},"method":"tools/call"}\n`;
    assert.equal(one.agent(...cut(inside)), inside);
    assert.equal(one.agent(...cut(outside)), mode === 'observe' ? outside : '');
    assert.equal(one.agent(...cut(hidden)), hidden);
    assert.deepEqual(
      one.facts('decision').map(({ request_id, decision }) => [request_id, decision]),
      [
        ['1', 'unknown'],
        ['2', mode === 'observe' ? 'would_deny' : 'deny'],
        ['"é"', 'unknown'],
      ],
    );
    assert.equal(one.told.length, mode === 'observe' ? 0 : 1);
    const strict = alone(t, { mode, rules: { unprovable_root: 'enforce' } });
    assert.equal(strict.agent(...cut(hidden)), '', 'what cannot be judged follows the rule about it');
    assert.match(strict.told[0] ?? '', /"id":"é"/);
  }
});

test('a list is shortened byte for byte, told anew when the policy changes, and what was hidden is on record', (t) => {
  const one = alone(t, { mode: 'enforce', tools: { deny: ['b*'] } });
  one.agent('{"jsonrpc":"2.0","id":0,"method":"initialize","params":{}}\n', LIST);
  const list = tools(['a', 'b', 'c', 'bb']);
  const expected = tools(['a', 'c']).replace('5000', '0').replace('}, {', '},{');
  assert.equal(one.server(list.slice(0, 90), list.slice(90)), expected);
  assert.equal(one.facts('altered')[0]?.after, expected.trimEnd());
  one.agent(call('2', `${one.place.ws}/src/a.txt`));
  assert.deepEqual(
    one.facts('decision').map(({ surface_hidden }) => surface_hidden),
    [2],
  );
  one.policy({ mode: 'enforce', tools: { deny: ['c'] } });
  one.agent('{"jsonrpc":"2.0","id":3,"method":"ping"}\n');
  assert.match(one.told[0] ?? '', /notifications\/tools\/list_changed/);
  one.policy({ mode: 'observe', tools: { deny: ['c'] } });
  one.agent('{"jsonrpc":"2.0","id":4,"method":"ping"}\n');
  assert.equal(one.told.length, 2);
  assert.equal(one.agent(LIST) + one.server(list), LIST + list);
});

test('a frozen session stops what names its conversation, or none; another conversation of the process goes on', (t) => {
  const target = conversationSession('boot:1:7', 'one');
  const one = alone(t, {}, { freezes: [freeze('session', target, ['boot:1:7'])] });
  const asked = (id: number, meta: object | null) =>
    `${JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'x', arguments: {}, ...(meta && { _meta: meta }) } })}\n`;
  const passes = (id: number, meta: object | null) => one.agent(asked(id, meta)) !== '';
  assert.equal(passes(1, { 'vscode.conversationId': 'one' }), false);
  assert.match(one.told.at(-1) ?? '', /session_frozen/);
  assert.equal(passes(2, { 'vscode.conversationId': 'two' }), true);
  assert.equal(passes(3, { 'x-codex-turn-metadata': { session_id: 'two' } }), true);
  assert.equal(passes(4, { progressToken: 1 }), false, 'it may belong to it');
  assert.equal(passes(5, null), false);
  one.policy({}, { freezes: [freeze('session', 'ses_of_the_process', ['boot:1:7'])] });
  assert.equal(passes(6, null), false, 'a session without a conversation is its process');
  assert.equal(passes(7, { 'vscode.conversationId': 'one' }), true);
  one.policy({}, { freezes: [] });
  assert.equal(passes(8, { 'vscode.conversationId': 'one' }), true);
});

test('a denied tool is refused, and an answer says so in structured form where the tool declares no output', (t) => {
  const one = alone(t, { mode: 'enforce', tools: { allow: ['a'] } });
  one.agent(LIST);
  one.server(tools(['a', 'b']));
  assert.equal(one.agent('{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"b","arguments":{}}}\n'), '');
  const { structuredContent } = JSON.parse(one.told[0] ?? '{}').result;
  assert.equal(structuredContent.reason, 'tool_not_allowed');
});

test('a changed contract is held until it is accepted', (t) => {
  const one = alone(
    t,
    { mode: 'enforce', pin: true },
    { pinned: [{ server: 'files', contract: 'sha256:1', tools: { a: 'sha256:other' } }] },
  );
  one.agent(LIST);
  assert.equal(one.server(tools(['a'])).includes('"name":"a"'), false, 'what is held is not shown');
  assert.equal(one.agent('{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"a","arguments":{}}}\n'), '');
  assert.match(one.told.at(-1) ?? '', /contract_changed/);
  one.policy({ mode: 'enforce', pin: true }, { pinned: [] });
  assert.notEqual(
    one.agent('{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"a","arguments":{}}}\n'),
    '',
  );
});

test('a freeze is an order also where policy only observes; the connection survives, others are untouched', (t) => {
  const targets: [Freeze, string][] = [
    [freeze('server', 'files'), 'server_frozen'],
    [freeze('session', 'ses_1', ['boot:1:7']), 'session_frozen'],
    [freeze('lane', 'GITHUB_TOKEN#3f9a0000'), 'lane_frozen'],
    [freeze('lane', 'header:Authorization#aa11bb22'), 'lane_frozen'],
  ];
  for (const [order, reason] of targets) {
    const one = alone(t, null);
    const fine = call('1', `${one.place.ws}/src/a.txt`);
    assert.equal(one.agent(fine), fine);
    one.policy({}, { freezes: [order] });
    assert.equal(one.agent(fine, LIST), '', reason);
    const [denied, error] = one.told.map((line) => JSON.parse(line));
    assert.match(JSON.stringify(denied.result), new RegExp(reason));
    assert.ok(error.error.code > -32000 || error.error.code < -32768, 'no code that JSON-RPC keeps for itself');
    assert.equal(error.error.data.reason, reason);
    for (const pass of [
      '{"jsonrpc":"2.0","id":9,"method":"ping"}\n',
      '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}\n',
      '{"jsonrpc":"2.0","id":3,"result":{}}\n',
    ])
      assert.equal(one.agent(pass), pass);
    one.policy({});
    assert.equal(one.agent(fine), fine, 'thawed');
  }
  const other = alone(
    t,
    {},
    {
      freezes: [
        freeze('server', 'else'),
        freeze('lane', 'GITHUB_TOKEN#00000000'),
        freeze('session', 's', ['boot:2:7']),
      ],
    },
  );
  assert.equal(other.agent(LIST), LIST);
});

test('the client’s roots count, also when they came before there was anything to judge', (t) => {
  const one = alone(t, { mode: 'enforce' });
  one.agent(`{"jsonrpc":"2.0","id":5,"result":{"roots":[{"uri":"file://${one.place.ws}-evil"}]}}\n`);
  const path = `${one.place.ws}-evil/a.txt`;
  assert.equal(one.agent(call('1', path)), call('1', path));
});

test('a broken policy file leaves the last good one in force, and one that vanishes takes nothing back', (t) => {
  const one = alone(t, { mode: 'enforce' });
  assert.equal(one.agent(call('1', '/etc/passwd')), '');
  writeFileSync(join(one.place.home, 'control', 'policy.json'), '{"v":1,"us');
  assert.equal(one.agent(call('2', '/etc/passwd')), '');
  assert.equal(one.said.length, 1);
});

test('enforce: what greets the server passes before the gate is loaded, and nothing else does', async (t) => {
  const initialize = (more = '') =>
    `{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"clientInfo":{"name":"x","version":"1"}${more}}}\n`;
  const watched = (more = {}) => {
    let loads = 0;
    const one = alone(t, { mode: 'enforce' }, more, (parts) => {
      loads++;
      return openGate(parts);
    });
    return { one, loads: () => loads };
  };
  for (const greeting of [initialize(), initialize().replace('initialize', 'server/discover')]) {
    const { one, loads } = watched({ freezes: [freeze('server', 'files')] });
    assert.equal(one.agent(greeting), greeting);
    assert.equal(loads(), 0, greeting);
    assert.equal(one.agent(LIST), '', 'the next one is judged');
    assert.equal(loads(), 1);
  }
  const refused = call('1', '/etc/passwd');
  const { one, loads } = watched();
  assert.equal(
    one.agent(initialize()) + one.server('{"jsonrpc":"2.0","id":0,"result":{}}\n'),
    `${initialize()}{"jsonrpc":"2.0","id":0,"result":{}}\n`,
  );
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(loads(), 1, 'it is loaded behind the answer');
  assert.equal(one.agent(refused), '');
  // None of these is a greeting alone: each is looked into before it passes.
  for (const [lines, passes] of [
    [initialize() + refused, initialize()],
    [initialize().trimEnd() + refused, null],
    [initialize(`,"a":{"method":"x"}`), initialize(`,"a":{"method":"x"}`)],
    [initialize(',"m\\u0065thod":1'), initialize(',"m\\u0065thod":1')],
    [`[${initialize().trimEnd()},${refused.trimEnd()}]\n`, `[${initialize().trimEnd()}]\n`],
    [refused.replace('{"path"', '{"x":{"method":"initialize"},"path"'), ''],
    [refused.replace('"method"', '"method":"initialize","method"'), ''],
    [refused.replace('"id":1', '"id":"\\"method\\":\\"initialize\\""').replace('"method"', '"m\\u0065thod"'), ''],
  ] as const) {
    const looked = watched();
    const passed = looked.one.agent(lines);
    if (passes !== null) assert.equal(passed, passes, lines);
    assert.equal(looked.loads(), 1, lines);
  }
});

test('a rule for one agent counts for the name that it gives itself, also where it was only observed then', (t) => {
  const one = alone(t, { principals: { 'some-agent': { mode: 'enforce' } } });
  const initialize =
    '{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"capabilities":{},"clientInfo":{"name":"some-agent","version":"1"}}}\n';
  const line = call('1', '/etc/passwd');
  assert.equal(one.agent(initialize, line), initialize);
});

test('whatever the gate throws, traffic goes on, and it is said', (t) => {
  const missing = alone(t, { mode: 'enforce' }, {}, () => {
    throw new Error('no gate.cjs');
  });
  const line = call('1', '/etc/passwd');
  assert.equal(missing.agent(line, line), line + line);
  assert.equal(missing.server(line), line);
  assert.deepEqual(missing.said, ['policy is not applied: no gate.cjs; traffic goes on']);
});
