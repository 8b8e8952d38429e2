/**
 * The source documents' examples of a tool call and of a session, key by key, in the spelling of docs/records.md: one real
 * agent's session of 12 calls, of which 2 fail, with the real file server and a metered one.
 */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { Call, Session } from '../../daemon/protocol/record.ts';
import { runCli } from '../support/cliRun.ts';
import { repository, tempFolder } from '../support/gitFolder.ts';
import { CALLGROVE } from '../support/proxied.ts';

const cleaners: (() => void)[] = [];
const folder = tempFolder({ after: (work) => void cleaners.push(work) });
const home = join(folder, 'state');
mkdirSync(home, { mode: 0o700 });
mkdirSync(join(folder, '.config'));
const root = repository(join(folder, 'workspace'), { 'README.md': 'hello\n' });
after(async () => {
  await runCli(['daemon', 'stop'], { home });
  for (const clean of cleaners) clean();
});
const packages = resolve(import.meta.dirname, '../../node_modules');
const files = join(packages, '@modelcontextprotocol/server-filesystem/dist/index.js');
const METER = 0.006;
writeFileSync(
  join(folder, '.config', 'callgrove.jsonc'),
  JSON.stringify({ prices: { openai: { mcp_server_cost_info: { default_cost_per_query: METER } } } }),
);
const metered = join(folder, 'metered.mjs');
writeFileSync(
  metered,
  `import { McpServer } from ${JSON.stringify(join(packages, '@modelcontextprotocol/sdk/dist/esm/server/mcp.js'))};
import { StdioServerTransport } from ${JSON.stringify(join(packages, '@modelcontextprotocol/sdk/dist/esm/server/stdio.js'))};
const server = new McpServer({ name: 'openai-tools', version: '1.0.0' });
const asks = { annotations: { readOnlyHint: true, openWorldHint: true } };
server.registerTool('complete', asks, async () => ({ content: [{ type: 'text', text: 'done' }] }));
server.registerTool('refuse', asks, async () => ({ isError: true, content: [{ type: 'text', text: 'Rate limit exceeded. Please retry after 20 seconds.' }] }));
await server.connect(new StdioServerTransport());
`,
);

async function connect(
  client: Client,
  name: string,
  argv: readonly string[],
  own: Record<string, string>,
): Promise<void> {
  const args = [CALLGROVE, 'run', '--home', home, '--name', name, '--', process.execPath, ...argv];
  const env = { PATH: process.env.PATH ?? '', HOME: folder, LANG: 'C.UTF-8', CLAUDE_PROJECT_DIR: root, ...own };
  await client.connect(new StdioClientTransport({ command: process.execPath, args, cwd: root, env, stderr: 'ignore' }));
  await client.listTools();
}

/** Three files are made, one that is not there is asked for; seven metered calls succeed, one is refused. */
async function agentAtWork(): Promise<void> {
  const info = { name: 'agent_xyz789', version: '1.0.0' };
  const [fs, ai] = [new Client(info), new Client(info)];
  await connect(fs, 'fs', [files, root], {});
  await connect(ai, 'openai', [metered], { OPENAI_API_KEY: 'sk-proj-0123456789abcdefghijklmnop' });
  for (const name of ['output.txt', 'b.txt', 'c.txt'])
    await fs.callTool({ name: 'write_file', arguments: { path: join(root, name), content: 'x'.repeat(4096) } });
  await fs.callTool({ name: 'read_text_file', arguments: { path: join(root, 'missing.txt') } });
  for (let n = 0; n < 7; n++) await ai.callTool({ name: 'complete', arguments: { prompt: n } });
  await ai.callTool({ name: 'refuse', arguments: {} });
  await fs.close();
  await ai.close();
}

const cli = async (...args: string[]) => {
  const { code, stdout, stderr } = await runCli(args, { home, cwd: root, env: { HOME: folder } });
  assert.ok(code === 0 || code === 1 || code === 2, stderr);
  return { code, stdout };
};

/** The session when all its calls are over and judged. */
async function settled(): Promise<{ session: Session; calls: Call[] }> {
  for (let tries = 0; tries < 300; tries++) {
    const { code, stdout } = await cli('show', 'last', '--summary', '--json');
    const session = code === 0 ? Session.parse(JSON.parse(stdout)) : null;
    if (session?.tool_calls === 12 && session.terminal_state !== 'running') {
      const lines = (await cli('calls', '--session', 'last', '--json')).stdout.split('\n').filter(Boolean);
      const calls = lines.map((line) => Call.parse(JSON.parse(line)));
      if (calls.every(({ summary, auth_mode }) => summary !== null && auth_mode !== 'unknown'))
        return { session, calls };
    }
    await sleep(100);
  }
  throw new Error('the session was not read');
}

test('the examples of a tool call and of a session, as a real run fills them', async () => {
  await agentAtWork();
  assert.equal(readFileSync(join(root, 'output.txt'), 'utf8').length, 4096);
  const { session, calls } = await settled();
  const call = calls.find(({ tool }) => tool === 'write_file');
  assert.ok(call);

  // The document: event tool server session_id agent_id timestamp input_summary outcome duration_ms idempotent side_effects.
  assert.equal(call.event, 'tool_call');
  assert.equal(call.server, 'fs');
  assert.match(call.tool_version ?? '', /^secure-filesystem-server\//);
  assert.match(call.session_id, /^ses_/);
  assert.equal(call.agent_id, 'agent_xyz789/1.0.0');
  assert.match(call.timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.equal(call.input_summary.requested_path, join(root, 'output.txt'));
  assert.equal(call.input_summary.canonical_path, join(root, 'output.txt'));
  assert.equal(call.input_summary.content_length, 4096);
  assert.equal(call.outcome, 'success');
  assert.equal(typeof call.duration_ms, 'number');
  assert.equal(typeof call.idempotent, 'boolean');
  assert.deepEqual(call.side_effects, ['file_created']);
  assert.deepEqual(
    call.effects?.map(({ kind, target, evidence, bytes }) => [kind, target, evidence, bytes]),
    [['file_created', join(root, 'output.txt'), 'verified', 4096]],
  );

  // The document: session_id started_at tool_calls successful_calls failed_calls credentials_used side_effects_summary
  // (files_created api_calls_made spend_incurred_usd) terminal_state recovery_status.
  const { tool_calls, successful_calls, failed_calls, terminal_state, recovery_status } = session;
  assert.deepEqual(
    { tool_calls, successful_calls, failed_calls, terminal_state, recovery_status },
    {
      tool_calls: 12,
      successful_calls: 10,
      failed_calls: 2,
      terminal_state: 'partial_success',
      recovery_status: 'pending',
    },
  );
  const [local, key, ...more] = session.credentials_used ?? [];
  assert.equal(local, 'fs_local');
  assert.match(key ?? '', /^openai\/env:OPENAI_API_KEY#[0-9a-f]{8}$/);
  assert.deepEqual(more, []);
  assert.equal(calls.find(({ server }) => server === 'openai')?.auth_mode, 'byok');
  assert.equal(session.side_effects_summary.files_created, 3);
  assert.ok(Math.abs((session.side_effects_summary.spend_incurred_usd ?? 0) - 0.042) < 1e-9);
  assert.ok(Math.abs((session.spend_by.server.openai ?? 0) - 0.042) < 1e-9);
  assert.equal(session.first_failing_call, calls.find(({ outcome }) => outcome === 'error')?.call_id);
  assert.match(session.last_good_checkpoint ?? '', /^cp_/);
  assert.equal(session.retry.plain_retry_safe === null || typeof session.retry.plain_retry_safe === 'boolean', true);
  const refused = calls.find(({ tool }) => tool === 'refuse');
  assert.deepEqual([refused?.error?.error_class, refused?.error?.retry_after_ms], ['rate_limited', 20_000]);
});
