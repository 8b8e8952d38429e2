/**
 * The client that the conformance suite's client scenarios ask for, on the 1.x line. The suite appends its server's
 * address and names the scenario in MCP_CONFORMANCE_SCENARIO. Arguments before the address are a stdio command that
 * the address is handed to; without any the client speaks HTTP itself.
 */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { getDefaultEnvironment, StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';

const [command, ...args] = process.argv.slice(2, -1);
const url = process.argv.at(-1) ?? '';
const client = new Client(
  { name: 'conformance-client', version: '1.0.0' },
  { capabilities: { elicitation: { form: { applyDefaults: true } } } },
);
client.setRequestHandler(ElicitRequestSchema, async () => ({ action: 'accept' as const, content: {} }));
const transport =
  command === undefined
    ? new StreamableHTTPClientTransport(new URL(url))
    : new StdioClientTransport({ command, args: [...args, url], env: getDefaultEnvironment(), stderr: 'inherit' });
await client.connect(transport);
const { tools } = await client.listTools();
for (const { name } of tools) await client.callTool({ name, arguments: name === 'add_numbers' ? { a: 5, b: 3 } : {} });
await client.close();
