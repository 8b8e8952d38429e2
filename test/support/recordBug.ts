/** Records a real session with a real server that has planted bugs: an agent of a few lines, through `callgrove run`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const CALLGROVE = resolve(import.meta.dirname, '../../daemon/callgrove.ts');
const SERVER = join(import.meta.dirname, 'buggyServer.mjs');

export type ToolCall = readonly [tool: string, args: unknown];

/** @param home a state folder of the test's own @param env beside the plainest one */
export async function recordBug(
  home: string,
  calls: readonly ToolCall[],
  { args = [], env = {} }: { args?: readonly string[]; env?: Readonly<Record<string, string>> } = {},
): Promise<void> {
  const command = ['run', '--no-daemon', '--name', 'cart', '--', process.execPath, SERVER, ...args];
  const agent = spawn(process.execPath, [CALLGROVE, ...command], {
    cwd: home,
    env: { PATH: process.env.PATH ?? '', HOME: home, CALLGROVE_HOME: home, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const answers = createInterface({ input: agent.stdout })[Symbol.asyncIterator]();
  const say = (message: unknown) => agent.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...Object(message) })}\n`);
  const clientInfo = { name: 'test-agent', version: '3.1' };
  say({ id: 1, method: 'initialize', params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo } });
  await answers.next();
  say({ method: 'notifications/initialized' });
  for (const [index, [name, given]] of calls.entries()) {
    say({ id: index + 2, method: 'tools/call', params: { name, arguments: given } });
    await answers.next();
  }
  agent.stdin.end();
  await once(agent, 'close');
}
