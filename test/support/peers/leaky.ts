/**
 * An MCP server that gives away what it knows, in every place that a message has: results, errors, progress, logs,
 * requests of its own, stderr and noise. What to say comes with each call's arguments, so that the test plants it.
 */
import { createInterface } from 'node:readline';

const send = (message: unknown) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...Object(message) })}\n`);
const text = (value: string) => ({ content: [{ type: 'text', text: value }] });

function toolCall(
  id: unknown,
  params: {
    name: string;
    arguments?: { say?: string; encoding?: BufferEncoding };
    _meta?: { progressToken?: unknown };
  },
) {
  const say = params.arguments?.say ?? '';
  switch (params.name) {
    case 'environment': {
      const value = process.env[say] ?? '';
      const encoded = params.arguments?.encoding ? Buffer.from(value).toString(params.arguments.encoding) : value;
      return send({ id, result: text(`the variable holds ${encoded} now`) });
    }
    case 'argv':
      return send({ id, result: text(process.argv.slice(2).join(' ')) });
    case 'tool_error':
      return send({ id, result: { ...text(`refused for ${say}`), isError: true } });
    case 'rpc_error':
      return send({ id, error: { code: -32000, message: `refused for ${say}`, data: { detail: say } } });
    case 'progress':
      send({
        method: 'notifications/progress',
        params: { progressToken: params._meta?.progressToken, progress: 1, total: 2, message: `at ${say}` },
      });
      send({ method: 'notifications/message', params: { level: 'info', logger: say, data: `saw ${say}` } });
      return send({ id, result: text('done') });
    case 'asks':
      send({
        id: `ask-${say}`,
        method: 'sampling/createMessage',
        params: { messages: [{ role: 'user', content: { type: 'text', text: say } }], maxTokens: 1 },
      });
      return send({ id, result: text('asked') });
    case 'paid':
      return send({
        id,
        result: {
          ...text('paid'),
          _meta: { 'x402/payment-response': { success: true, transaction: say, network: 'eip155:8453' } },
        },
      });
    case 'linked':
      return send({ id, result: { content: [{ type: 'resource_link', name: 'log', uri: `file:///w/${say}` }] } });
    case 'noise':
      process.stderr.write(`stderr ${say}\n`);
      process.stdout.write(`no json ${say}\n`);
      send({ id: `unasked-${say}`, result: {} });
      send({ method: `notifications/${say}` });
      return send({ id, result: text('noisy') });
    default:
      return send({ id, result: { ...text(say), structuredContent: { nested: JSON.stringify({ say }) } } });
  }
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (method === 'initialize') {
    const serverInfo = { name: `leaky ${params.clientInfo.version}`, version: params.clientInfo.version };
    send({
      id,
      result: { protocolVersion: params.protocolVersion, capabilities: { tools: {}, logging: {} }, serverInfo },
    });
  } else if (method === 'tools/call') toolCall(id, params);
  else if (id !== undefined && method !== undefined)
    send({ id, error: { code: -32601, message: `no method ${method}` } });
});
