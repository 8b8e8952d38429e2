/**
 * The agent of docs/records.md, a process of its own as real agents are: the SDK's client on two published servers
 * through `callgrove run`. Does its calls, says `ready`, does one more for each line on stdin, ends with stdin.
 * Usage: node agent.ts PROGRAM HOME, in the workspace.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { CreateMessageRequestSchema } from '@modelcontextprotocol/sdk/types.js';

const [program = '', home = ''] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const script = (name: string) =>
  join(dirname(require.resolve(`@modelcontextprotocol/${name}/package.json`)), 'dist', 'index.js');

async function connect(name: string, ...command: string[]): Promise<Client> {
  const client = new Client({ name: 'orchard', version: '3.2.0' }, { capabilities: { sampling: {} } });
  client.setRequestHandler(CreateMessageRequestSchema, async () => ({
    role: 'assistant',
    model: 'a-model',
    content: { type: 'text', text: 'The discount is taken once.' },
  }));
  const env = { PROJECT_DIR: process.cwd() };
  const args = [program, 'run', '--home', home, '--name', name, '--', process.execPath, ...command];
  await client.connect(new StdioClientTransport({ command: process.execPath, args, env, stderr: 'ignore' }));
  return client;
}

const _meta = (turn: number) => ({
  'vscode.conversationId': 'conversation-7',
  'vscode.requestId': `turn-${turn}`,
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
});

const filesystem = await connect('filesystem', script('server-filesystem'), process.cwd());
const everything = await connect('everything', script('server-everything'), 'stdio');
const read = (path: string) => filesystem.callTool({ name: 'read_text_file', arguments: { path }, _meta: _meta(1) });
const ask = (name: string, args: Record<string, unknown>, options = {}, turn = 2) =>
  everything.callTool({ name, arguments: args, _meta: _meta(turn) }, undefined, options);
const LONG = 'trigger-long-running-operation';

await read('src/cart.js');
await Promise.all([read('README.md'), read('src/cart.js')]);
await ask('get-sum', { a: 'two', b: 40 });
await ask(LONG, { duration: 0.2, steps: 2 }, { onprogress: () => {} });
await ask('trigger-sampling-request', { prompt: 'Describe the fix.', maxTokens: 60 });
const cancel = new AbortController();
const cancelled = ask(LONG, { duration: 3, steps: 1 }, { signal: cancel.signal }).catch(() => {});
setTimeout(() => cancel.abort('the user pressed Escape'), 100);
await cancelled;
process.stdout.write('ready\n');
for await (const _line of createInterface({ input: process.stdin })) {
  await ask(LONG, { duration: 0.5, steps: 1 }, {}, 3);
}
await Promise.all([filesystem.close(), everything.close()]);
