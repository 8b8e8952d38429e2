/** Reproductions against a real server with planted bugs: found, made small, and run by the script alone. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { ReportCall } from '../../daemon/bundle/callsWithFrames.ts';
import { reproFiles } from '../../daemon/bundle/reproFiles.ts';
import { type ReproPlan, reproPlan } from '../../daemon/bundle/reproPlan.ts';
import type { BundledConnection, CallFrameLine } from '../../daemon/protocol/bundle.ts';
import { reproScript, runRepro } from '../../daemon/runRepro.ts';
import { connectionTo, HANDSHAKE, type Step, storyOf, tool } from '../support/reproStory.ts';

const SERVER = join(import.meta.dirname, '..', 'support', 'buggyServer.mjs');
const COMMAND = [process.execPath, SERVER];
const failed = (text: string): Partial<Step> => ({
  result: { content: [{ type: 'text', text }], isError: true },
  change: { outcome: 'error', layers: { transport: 'ok', rpc: 'ok', tool: 'error' }, error_message: text },
});
const NEGATIVE = failed('Cannot take a discount of 120 percent from order 1795183200300: the total is negative');

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function planOf(steps: readonly Step[], connection: BundledConnection = connectionTo(COMMAND)): ReproPlan {
  const story = storyOf([...HANDSHAKE, ...steps]);
  const last = story.at(-1);
  assert.ok(last);
  const plan = reproPlan(last.call, story, connection);
  assert.ok(plan.kind === 'plan', JSON.stringify(plan));
  return plan;
}

/** Puts a reproduction where there is nothing but its own files, and runs it as a stranger would. */
function unpacked(plan: ReproPlan, earlier: readonly string[], args: readonly string[] = []) {
  const folder = mkdtempSync(join(tmpdir(), 'elsewhere-'));
  folders.push(folder);
  for (const { name, text } of reproFiles(plan, earlier, '0.1.0')) writeFileSync(join(folder, name), text);
  copyFileSync(reproScript(), join(folder, 'repro.mjs'));
  return spawnSync(process.execPath, ['repro.mjs', ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env.PATH },
  });
}

test('of nine earlier calls the one that matters is found, and one command shows the bug elsewhere', async () => {
  const noise = [1, 2, 3, 4].map((price) => tool('add', { price }));
  const plan = planOf([...noise, tool('discount', { percent: 120 }), ...noise, tool('total', {}, NEGATIVE)]);
  const tries: number[] = [];
  const { verdict, earlier } = await runRepro(plan, '0.1.0', (messages) => tries.push(messages));
  assert.deepEqual(verdict, { reproduced: 'yes', messages: 4, least: true });
  assert.deepEqual(
    earlier.map((one) => JSON.parse(one).params.name),
    ['discount'],
  );
  assert.deepEqual(tries.slice(0, 2), [3, 12], 'first without anything before it, then with all');
  const run = unpacked(plan, earlier);
  assert.equal(run.status, 1, run.stderr);
  assert.match(run.stdout, /Now: {6}the tool says that it failed: Cannot take a discount of 120 percent/);
  assert.match(run.stdout, /The failure shows/);
  assert.match(run.stderr, /Starting .*buggyServer\.mjs/);
});

test('a call that fails by itself needs the handshake alone', async () => {
  const refused = {
    error: { code: -32007, message: 'Tool refuse is refused for user 77' },
    change: { layers: { transport: 'ok', rpc: 'error', tool: null }, outcome: 'error' },
  } as const;
  const plan = planOf([tool('add', { price: 1 }), { method: 'tools/call', params: { name: 'refuse' }, ...refused }]);
  const { verdict, earlier } = await runRepro(plan, '0.1.0', () => {});
  assert.deepEqual([verdict, earlier], [{ reproduced: 'yes', messages: 3, least: true }, []]);
});

test('a bug that is gone does not show, and says what came instead', async () => {
  const plan = planOf([tool('discount', { percent: 10 }), tool('total', {}, NEGATIVE)]);
  const { verdict } = await runRepro(plan, '0.1.0', () => {});
  assert.equal(verdict.reproduced, 'no');
  assert.match(verdict.reproduced === 'no' ? (verdict.got ?? '') : '', /result: Total: 0/);
  assert.equal(unpacked(plan, plan.earlier).status, 0);
});

test('another error than the recorded one is not the bug', () => {
  const plan = planOf([
    tool('discount', { percent: 120 }),
    tool('total', {}, failed('The database is locked by another process')),
  ]);
  const run = unpacked(plan, plan.earlier);
  assert.equal(run.status, 0, run.stdout);
  assert.match(run.stdout, /does not show/);
});

test('a server that ends, one that never answers, one that asks the client back', () => {
  const lost = {
    result: undefined,
    change: { outcome: 'lost', layers: { transport: 'error', rpc: null, tool: null }, duration_ms: null },
  } as const;
  const ended = connectionTo(COMMAND, { ended_at: new Date().toISOString(), ended_how: 'exit', lost_calls: 1 });
  const crash = unpacked(planOf([tool('crash', {}, lost)], ended), []);
  assert.equal(crash.status, 1, crash.stderr);
  assert.match(crash.stdout, /the server ended: exit code 3/);

  const timeout = {
    result: undefined,
    change: { outcome: 'timeout', layers: { transport: 'ok', rpc: null, tool: null } },
  } as const;
  const hang = unpacked(planOf([tool('hang', {}, timeout)]), [], ['--wait', '0.5']);
  assert.equal(hang.status, 1, hang.stderr);
  assert.match(hang.stdout, /Now: {6}no answer/);

  const roots = { roots: [{ uri: 'file:///a' }, { uri: 'file:///b' }] };
  const asking: Step = { method: 'roots/list', result: roots, change: { direction: 's2c', event: 'request' } };
  const story = storyOf([...HANDSHAKE, tool('ask', {}, failed('The client has 2 roots: too many')), asking]);
  const call = story[2];
  assert.ok(call);
  // The server asked while the call ran.
  const plan = reproPlan(call.call, [story[0]!, story[1]!, story[3]!, call], connectionTo(COMMAND));
  assert.ok(plan.kind === 'plan');
  assert.deepEqual(plan.answers, [{ method: 'roots/list', result: roots }]);
  const ask = unpacked(plan, []);
  assert.equal(ask.status, 1, ask.stdout);
});

/** The same server on a free port, for as long as it is used. */
async function onUrl(how: '--http' | '--sse', use: (url: string) => Promise<void>): Promise<void> {
  const server = spawn(process.execPath, [SERVER, how], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [first] = await once(server.stdout, 'data');
    await use(String(first).trim());
  } finally {
    server.kill();
  }
}

test('a server that is reached by URL, over its stream of events', async () => {
  await onUrl('--http', async (url) => {
    const plan = planOf(
      [tool('add', { price: 3 }), tool('discount', { percent: 130 }), tool('total', {}, NEGATIVE)],
      connectionTo([], { transport: 'http', url }),
    );
    const run = unpacked(plan, plan.earlier);
    assert.equal(run.status, 1, run.stderr + run.stdout);
    assert.match(run.stderr, /Asking http:/);
    const gone = unpacked(plan, plan.earlier, ['http://127.0.0.1:9/mcp']);
    assert.equal(gone.status, 2);
    assert.match(gone.stderr, /Not tried: the server ended before/);
  });
});

test('a server of the older HTTP+SSE: messages go where it says, answers come by its stream', async () => {
  await onUrl('--sse', async (url) => {
    const connection = connectionTo([], { transport: 'http', url });
    const plan = planOf([tool('discount', { percent: 130 }), tool('total', {}, NEGATIVE)], connection);
    const run = unpacked(plan, plan.earlier);
    assert.equal(run.status, 1, run.stderr + run.stdout);
    assert.match(run.stderr, /over HTTP\+SSE, messages to \/messages/);
    // What the server asks by the stream is answered.
    const roots = { roots: [{ uri: 'file:///a' }] };
    const asking: Step = { method: 'roots/list', result: roots, change: { direction: 's2c', event: 'request' } };
    const story = storyOf([...HANDSHAKE, asking, tool('ask', {}, failed('The client has 1 roots: too many'))]);
    const call = story.at(-1)!;
    const asked = reproPlan(call.call, story, connection);
    assert.ok(asked.kind === 'plan');
    const back = unpacked(asked, []);
    assert.equal(back.status, 1, back.stderr + back.stdout);
  });
});

const ROUNDS = ['sure', 'really'] as const;
const EMPTY = failed('Nothing was found to be removed after all');

/** As it was recorded: the server's own state of then, what the user answered, and how the call ended. */
function confirmed(answers: readonly ('accept' | 'decline')[], end: Partial<Step>): ReportCall[] {
  const story = storyOf([...HANDSHAKE, tool('confirm', { what: 'all' }, end)]);
  const last = story.at(-1)!;
  const [request, ...rest] = last.frames;
  const params = JSON.parse(request?.body ?? '').params;
  const frame = (direction: 'c2s' | 's2c', at: number, message: object): CallFrameLine => {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    return { ...request!, role: 'round', direction, key: String(70 + at), mono: 70 + at, bytes: body.length, body };
  };
  const rounds = answers.flatMap((action, index) => {
    const name = ROUNDS[index]!;
    const requestState = `recorded-${index}`;
    const asks = { resultType: 'input_required', inputRequests: { [name]: {} }, requestState };
    const inputResponses = { [name]: { action } };
    return [
      frame('s2c', 2 * index, { id: index, result: asks }),
      frame('c2s', 2 * index + 1, {
        id: `again-${index}`,
        method: 'tools/call',
        params: { ...params, inputResponses, requestState },
      }),
    ];
  });
  return [...story.slice(0, -1), { call: last.call, frames: [request!, ...rounds, ...rest] }];
}

function confirmPlan(story: readonly ReportCall[], connection = connectionTo(COMMAND)): ReproPlan {
  const plan = reproPlan(story.at(-1)!.call, story, connection);
  assert.ok(plan.kind === 'plan', JSON.stringify(plan));
  return plan;
}

test('a call that the server asks back for is repeated round by round, with what was answered then', async () => {
  const plan = confirmPlan(confirmed(['accept', 'accept'], EMPTY));
  assert.equal(plan.failing.split('\n').length, 3);
  const { verdict } = await runRepro(plan, '0.1.0', () => {});
  // The server knows no state but its own of this run.
  assert.deepEqual(verdict, { reproduced: 'yes', messages: 5, least: true });
  const run = unpacked(plan, []);
  assert.equal(run.status, 1, run.stdout + run.stderr);
  assert.match(run.stdout, /Nothing was found to be removed/);
  // The other answer ends it otherwise.
  assert.equal(unpacked(confirmPlan(confirmed(['accept', 'decline'], EMPTY)), []).status, 0);
});

test('what the server asks beyond the record is not tried, and named', () => {
  const run = unpacked(confirmPlan(confirmed(['accept'], EMPTY)), []);
  assert.equal(run.status, 2, run.stdout);
  assert.match(run.stderr, /Not tried: the server asks for more than when this was recorded: really/);
  const story = confirmed(['accept', 'accept'], EMPTY);
  const last = story.at(-1)!;
  const cut = last.frames.map((one) => (one.role === 'round' ? { ...one, kept: 'head' as const } : one));
  const none = reproPlan(last.call, [...story.slice(0, -1), { ...last, frames: cut }], connectionTo(COMMAND));
  assert.deepEqual(none, {
    kind: 'none',
    why: 'What the agent answered to the server’s questions is not whole in the record.',
  });
});

test('a question that was left open is the end that is looked for', () => {
  const lost = { result: undefined, change: { outcome: 'lost', duration_ms: null } } as const;
  const story = confirmed(['accept', 'accept'], lost);
  const last = story.at(-1)!;
  const open = { ...last, frames: last.frames.slice(0, 4) };
  const plan = confirmPlan([...story.slice(0, -1), open]);
  assert.deepEqual(plan.expected, { kind: 'asks_more', code: null, text: 'really' });
  const run = unpacked(plan, []);
  assert.equal(run.status, 1, run.stdout + run.stderr);
});

const SOLD_OUT = failed('The last one was sold');

test('a call that the server makes a task of is not tried, whatever came of the task', async () => {
  const not = {
    reproduced: 'not tried',
    why: 'The server makes a task of the call, and this script does not follow tasks',
  } as const;
  const ended = { taskId: 'task-1', status: 'completed', result: { content: [] } };
  const ends: Partial<Step>[] = [SOLD_OUT, { result: { resultType: 'complete', ...ended } }, { result: ended }];
  for (const end of ends) {
    // By the extension the server decides; in 2025-11-25 the agent asks for it.
    const asked = { ...end, params: { name: 'later', arguments: {}, task: { ttl: 60_000 } } };
    for (const step of [tool('later', {}, end), tool('later', {}, asked)]) {
      const { verdict } = await runRepro(planOf([step]), '0.1.0', () => {});
      assert.deepEqual(verdict, not, JSON.stringify(step));
    }
  }
  const run = unpacked(planOf([tool('later', {}, SOLD_OUT)]), []);
  assert.deepEqual([run.status, run.stdout], [2, '']);
});

test('a server that wants arguments in headers is not tried, unless it is that what failed', async () => {
  await onUrl('--http', async (url) => {
    const connection = connectionTo([], { transport: 'http', url });
    const plan = planOf([tool('zone', { zone: 'west' }, failed('No shop in zone west'))], connection);
    const { verdict } = await runRepro(plan, '0.1.0', () => {});
    assert.deepEqual(verdict, {
      reproduced: 'not tried',
      why: 'The server wants headers that repeat arguments (Mcp-Param-…), which this script does not send',
    });
    // Whoever gives the header by hand gets the tool's own answer.
    const given = unpacked(plan, [], [url, '--header', 'Mcp-Param-Zone: west']);
    assert.equal(given.status, 1, given.stderr + given.stdout);
    const error = { code: -32020, message: 'Header mismatch: Mcp-Param-Zone is missing' };
    const layers = { transport: 'ok', rpc: 'error', tool: null } as const;
    const mismatch: Partial<Step> = { result: undefined, error, change: { outcome: 'error', layers } };
    const same = unpacked(planOf([tool('zone', { zone: 'west' }, mismatch)], connection), []);
    assert.equal(same.status, 1, same.stderr + same.stdout);
  });
});

test('the handshake as it was, where its calls are not in the bundle', () => {
  const story = storyOf([tool('total', {}, NEGATIVE)]);
  const loose = storyOf(HANDSHAKE).flatMap(({ frames }) => frames.map((one) => ({ ...one, call_id: null })));
  const plan = reproPlan(story[0]!.call, story, connectionTo(COMMAND), loose);
  assert.ok(plan.kind === 'plan');
  assert.deepEqual(
    plan.handshake.map((one) => JSON.parse(one).params?.clientInfo?.name ?? JSON.parse(one).method),
    ['agent', 'notifications/initialized'],
  );
});

test('what cannot be started is not tried, and says why', async () => {
  const steps = [tool('total', {}, NEGATIVE)];
  const none = await runRepro(planOf(steps, connectionTo(['/nowhere/at-all'])), '0.1.0', () => {});
  assert.equal(none.verdict.reproduced, 'not tried');
  assert.match(none.verdict.reproduced === 'not tried' ? none.verdict.why : '', /could not be started/);
  const masked = connectionTo([...COMMAND, '--key=<secret:github-token#3f9a12cd>']);
  const secret = await runRepro(planOf(steps, masked), '0.1.0', () => {});
  assert.match(secret.verdict.reproduced === 'not tried' ? secret.verdict.why : '', /holds a placeholder/);
  // Whoever has the secret gives the command whole.
  const run = unpacked(
    planOf([tool('discount', { percent: 120 }), ...steps], masked),
    planOf([tool('discount', { percent: 120 }), ...steps]).earlier,
    ['--', ...COMMAND],
  );
  assert.equal(run.status, 1, run.stderr);
});
