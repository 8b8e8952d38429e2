/**
 * An MCP server with planted bugs, over stdio or, with `--http`, on a free port that it prints; with `--sse` in the older
 * way, with a stream of events and another address for messages. `total` fails once the discount was set above 100; `crash`
 * ends the server; `hang` never answers; `ask` wants to know the client's roots first; `confirm` asks twice by its answers
 * (`input_required`), takes back only the state that it gave out itself, and fails where both were said yes to; `later`
 * becomes a task, by the extension or, where the request asks for one, as 2025-11-25 has it. Over HTTP `zone` wants its
 * argument repeated in a header.
 */
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';

const TOOLS = ['add', 'discount', 'total', 'crash', 'hang', 'ask', 'refuse', 'confirm', 'later', 'zone'];
const QUESTIONS = ['sure', 'really'];
const states = [];
let discount = 0;
let sum = 0;
let asked = null;

const text = (words, isError = false) => ({
  content: [{ type: 'text', text: words }],
  ...(isError ? { isError } : {}),
});

/** The answer, or null where there is none. */
function answerTo({ id, method, params, result }, send) {
  const reply = (value) => ({ jsonrpc: '2.0', id, result: value });
  if (method === 'initialize')
    return reply({
      protocolVersion: params.protocolVersion,
      capabilities: { tools: {} },
      serverInfo: { name: 'buggy-server', version: '1.2.3' },
    });
  if (method === 'tools/list')
    return reply({ tools: TOOLS.map((name) => ({ name, inputSchema: { type: 'object' } })) });
  if (method === undefined && asked !== null) {
    const roots = (result?.roots ?? []).length;
    return { jsonrpc: '2.0', id: asked, result: text(`The client has ${roots} roots: too many`, roots > 0) };
  }
  if (method !== 'tools/call') return id === undefined ? null : reply({});
  const { name, arguments: args = {} } = params;
  if (name === 'add') {
    sum += args.price ?? 0;
    return reply(text(`The cart holds ${sum}.`));
  }
  if (name === 'discount') {
    discount = args.percent;
    return reply(text(`Discount of ${discount} percent.`));
  }
  if (name === 'total') {
    if (discount > 100)
      return reply(
        text(`Cannot take a discount of ${discount} percent from order ${Date.now()}: the total is negative`, true),
      );
    return reply(text(`Total: ${sum * (1 - discount / 100)}`));
  }
  if (name === 'crash') {
    setTimeout(() => process.exit(3), 20);
    return null;
  }
  if (name === 'hang') return null;
  if (name === 'ask') {
    asked = id;
    send({ jsonrpc: '2.0', id: 'roots-1', method: 'roots/list' });
    return null;
  }
  if (name === 'later') {
    const task = { taskId: 'task-1', status: 'working', ttl: null, createdAt: '2026-11-20T10:00:00Z' };
    return reply(params.task === undefined ? { resultType: 'task', ...task } : { task });
  }
  if (name === 'zone') return reply(text(`No shop in zone ${args.zone}`, true));
  if (name === 'confirm') {
    const round = params.requestState === undefined ? 0 : states.indexOf(params.requestState) + 1;
    if (params.requestState !== undefined && round === 0) return reply(text('This state is none of mine', true));
    if (round > 0 && params.inputResponses?.[QUESTIONS[round - 1]]?.action !== 'accept')
      return reply(text('Left as it is.'));
    if (round === QUESTIONS.length) return reply(text('Nothing was found to be removed after all', true));
    states[round] = `state-${process.pid}-${Math.random()}`;
    const asks = { method: 'elicitation/create', params: { message: `${QUESTIONS[round]}?`, requestedSchema: {} } };
    return reply({
      resultType: 'input_required',
      inputRequests: { [QUESTIONS[round]]: asks },
      requestState: states[round],
    });
  }
  return { jsonrpc: '2.0', id, error: { code: -32007, message: `Tool ${name} is refused for user ${process.pid}` } };
}

if (process.argv.includes('--sse')) {
  let events = null;
  const server = createServer(async (request, response) => {
    if (request.method === 'GET') {
      events = response.writeHead(200, { 'content-type': 'text/event-stream' });
      events.write('event: endpoint\ndata: /messages?session=one\n\n');
      return;
    }
    if (events === null || request.url !== '/messages?session=one') {
      response.writeHead(405).end('only GET');
      return;
    }
    let body = '';
    for await (const chunk of request) body += chunk;
    response.writeHead(202).end('Accepted');
    const send = (message) => events.write(`event: message\ndata: ${JSON.stringify(message)}\n\n`);
    const answer = answerTo(JSON.parse(body), send);
    if (answer !== null) send(answer);
  });
  server.listen(0, '127.0.0.1', () => process.stdout.write(`http://127.0.0.1:${server.address().port}/sse\n`));
} else if (process.argv.includes('--http')) {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const message = JSON.parse(body);
    const answer = answerTo(message, () => {});
    if (message.method !== 'initialize' && request.headers['mcp-session-id'] !== 'one') {
      response.writeHead(400).end('no session');
      return;
    }
    if (answer === null) response.writeHead(202, { 'mcp-session-id': 'one' }).end();
    else if (message.params?.name === 'zone' && request.headers['mcp-param-zone'] === undefined) {
      const error = { code: -32020, message: 'Header mismatch: Mcp-Param-Zone is missing' };
      response
        .writeHead(400, { 'content-type': 'application/json' })
        .end(JSON.stringify({ jsonrpc: '2.0', id: message.id, error }));
    } else if (message.method === 'tools/call')
      response
        .writeHead(200, { 'content-type': 'text/event-stream', 'mcp-session-id': 'one' })
        .end(`event: message\ndata: ${JSON.stringify(answer)}\n\n`);
    else
      response
        .writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 'one' })
        .end(JSON.stringify(answer));
  });
  server.listen(0, '127.0.0.1', () => process.stdout.write(`http://127.0.0.1:${server.address().port}/mcp\n`));
} else {
  const send = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
  createInterface({ input: process.stdin })
    .on('line', (line) => {
      const answer = answerTo(JSON.parse(line), send);
      if (answer !== null) send(answer);
    })
    .on('close', () => process.exit(0));
}
