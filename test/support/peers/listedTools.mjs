// A server whose tools stand in a file, read anew for every list, two a page. A call with `fail` fails. On SIGUSR2, or a
// call of `relist`, it says that its tools have changed.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const file = process.argv[2];
const say = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
const answers = {
  initialize: () => ({
    protocolVersion: '2025-11-25',
    capabilities: { tools: { listChanged: true } },
    serverInfo: { name: 'listed-tools', version: '1.0.0' },
  }),
  'tools/list': ({ cursor }) => {
    const all = JSON.parse(readFileSync(file, 'utf8'));
    const from = Number(cursor ?? 0);
    return { tools: all.slice(from, from + 2), ...(from + 2 < all.length ? { nextCursor: String(from + 2) } : {}) };
  },
  'tools/call': ({ name, arguments: args }) => {
    if (name === 'relist') setTimeout(() => say({ method: 'notifications/tools/list_changed' }), 10);
    return { isError: args?.fail === true, content: [{ type: 'text', text: args?.fail ? 'it did not work' : 'done' }] };
  },
};
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id !== undefined) say({ id, result: answers[method]?.(params ?? {}) ?? {} });
});
