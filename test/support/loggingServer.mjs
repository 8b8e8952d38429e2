// An MCP server for tests: writes the id of each request it received to a file before it answers. LOG is argv[2].
import { closeSync, openSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';

const log = openSync(process.argv[2], 'a');
const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const { id, params } = JSON.parse(line);
  writeSync(log, `${id}\n`);
  if (id % 5 === 0)
    process.stdout.write(
      `${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: id } })}\n`,
    );
  const text = 'x'.repeat(params.arguments.answer);
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text }] } })}\n`);
});
lines.on('close', () => closeSync(log));
process.stdout.on('error', () => process.exit(0));
