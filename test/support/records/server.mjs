// The server of docs/records.md that nothing published can stand in for: `echo` gives the text back, `build` dies with
// half an answer on the wire, `hang` never answers.
import { createInterface } from 'node:readline';

const say = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);

createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (method === 'initialize') {
    const serverInfo = { name: 'builder', version: '1.4.0' };
    say({ id, result: { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo } });
  } else if (params?.name === 'echo') {
    say({ id, result: { content: [{ type: 'text', text: params.arguments.text }] } });
  } else if (params?.name === 'build') {
    // One after the other, so that the journal has them in this order in every run.
    process.stderr.write('builder: out of memory\n');
    const half = `{"jsonrpc":"2.0","id":${id},"result":{"content":[{"type":"te`;
    setTimeout(() => process.stdout.write(half, () => process.exit(137)), 200);
  }
});
