// The bare bridge: what any Node process between an agent's stdio and an HTTP server costs. Each line is posted, each
// answer (JSON, or the data of events) is written as a line. No records, no errors, no second stream. argv[3] chooses
// between node:http (default) and fetch.
import { Agent, request } from 'node:http';

const url = new URL(process.argv[2]);
const agent = new Agent({ keepAlive: true });
const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };

/** Writes the data lines of events, or the whole body. */
function write(body, isSse) {
  if (!isSse) return process.stdout.write(Buffer.concat([body, Buffer.from('\n')]));
  for (let at = 0; at < body.length; ) {
    const end = body.indexOf(10, at) + 1;
    if (end === 0) return;
    if (body.toString('latin1', at, at + 6) === 'data: ') process.stdout.write(body.subarray(at + 6, end));
    at = end;
  }
}

function learn(session) {
  if (!session) return;
  headers['mcp-session-id'] = session;
  headers['mcp-protocol-version'] = '2025-11-25';
}

function post(line) {
  const asked = request(
    url,
    { method: 'POST', agent, headers: { ...headers, 'content-length': line.length } },
    (answer) => {
      learn(answer.headers['mcp-session-id']);
      const isSse = answer.headers['content-type'] === 'text/event-stream';
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on(
        'end',
        () => answer.statusCode === 200 && write(parts.length === 1 ? parts[0] : Buffer.concat(parts), isSse),
      );
    },
  );
  asked.end(line);
}

async function postByFetch(line) {
  const answer = await fetch(url, { method: 'POST', headers, body: line });
  learn(answer.headers.get('mcp-session-id'));
  const body = Buffer.from(await answer.arrayBuffer());
  if (answer.status === 200) write(body, answer.headers.get('content-type') === 'text/event-stream');
}

const send = process.argv[3] === 'fetch' ? postByFetch : post;
let rest = [];
process.stdin.on('data', (chunk) => {
  let start = 0;
  for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
    const last = chunk.subarray(start, end);
    send(rest.length > 0 ? Buffer.concat([...rest, last]) : last);
    rest = [];
    start = end + 1;
  }
  if (start < chunk.length) rest.push(chunk.subarray(start));
});
process.stdin.on('end', () => process.exit(0));
