// The scripted HTTP server of the benchmarks: answers every POST at once, with argv[3] (json or sse) of argv[2] bytes of
// text. It looks at both ends of a body only, because some clients write the id last. Prints its port.
import { createServer } from 'node:http';

const size = Number(process.argv[2] ?? 100);
const isSse = process.argv[3] === 'sse';
const tail = `,"result":{"content":[{"type":"text","text":"${'a'.repeat(size)}"}],"isError":false}}`;
const hello = `,"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"bench-echo","version":"1.0.0"}}}`;

function answer(body, response) {
  const start = body.toString('latin1', 0, 80);
  const id = /"id":(\d+)/.exec(start + body.toString('latin1', Math.max(80, body.length - 80)))?.[1];
  if (id === undefined) return response.writeHead(202).end();
  const opens = start.includes('"initialize"');
  const session = opens ? { 'mcp-session-id': 'bench' } : {};
  const text = `{"jsonrpc":"2.0","id":${id}${opens ? hello : tail}`;
  if (isSse)
    response
      .writeHead(200, { 'content-type': 'text/event-stream', ...session })
      .end(`event: message\ndata: ${text}\n\n`);
  else response.writeHead(200, { 'content-type': 'application/json', ...session }).end(text);
}

const server = createServer((request, response) => {
  if (request.method !== 'POST') return response.writeHead(request.method === 'GET' ? 405 : 200).end();
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => answer(parts.length === 1 ? parts[0] : Buffer.concat(parts), response));
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
