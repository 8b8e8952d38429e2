// An agent as Claude Code looks from outside, when it lies under that package's path: starts one server through
// `callgrove run`, introduces itself, lists the tools, and then calls what its stdin says, a line {tool, args} at a time.
// argv: callgrove.ts, state folder, server's name, command line of the server.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const [callgrove, home, name, ...command] = process.argv.slice(2);
const run = spawn(
  process.execPath,
  [callgrove, 'run', '--no-daemon', '--home', home, '--name', name, '--', ...command],
  {
    stdio: ['pipe', 'pipe', 'inherit'],
  },
);
const waiting = new Map();
let next = 0;
createInterface({ input: run.stdout }).on('line', (line) => {
  const message = JSON.parse(line);
  if (message.method === 'notifications/tools/list_changed') void list();
  else waiting.get(message.id)?.(message);
});
const say = (message) => run.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
const ask = (method, params) =>
  new Promise((resolve) => {
    const id = ++next;
    waiting.set(id, resolve);
    say({ id, method, params });
  });

async function list(cursor) {
  const { result } = await ask('tools/list', cursor === undefined ? {} : { cursor });
  if (result.nextCursor !== undefined) await list(result.nextCursor);
}

const clientInfo = { name: 'claude-code', version: '2.1.0' };
await ask('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo });
say({ method: 'notifications/initialized' });
await list();
console.log('ready');
for await (const line of createInterface({ input: process.stdin })) {
  const { tool, args } = JSON.parse(line);
  const { result, error } = await ask('tools/call', { name: tool, arguments: args ?? {} });
  console.log(JSON.stringify(result ?? error));
}
run.stdin.end();
