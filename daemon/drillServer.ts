/**
 * The file server of the drills, an entry of its own: `drillServer [--changed]` speaks MCP on stdio and reads, writes and
 * lists whatever it is asked for. It confines nothing by itself, so that what is kept from it was kept by the proxy.
 * With `--changed` one of its tools has another contract, as after an update.
 */
import { lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

type Arguments = Readonly<Record<string, unknown>>;

const REVISIONS = ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'];
const FILE_BYTES = 1024 * 1024;
const METHOD_NOT_FOUND = -32601;
const PATH = { path: { type: 'string', description: 'An absolute path' } };
const TEXT = { content: { type: 'string' } };

const hasChanged = process.argv.includes('--changed');

const TOOLS = [
  {
    name: 'read_file',
    description: hasChanged ? 'Reads a file, and whatever it points to' : 'Reads a text file',
    inputSchema: { type: 'object', properties: PATH, required: ['path'] },
    annotations: { readOnlyHint: true },
    run: ({ path }: Arguments) => {
      const name = String(path);
      if (lstatSync(name).size > FILE_BYTES) throw new Error('the file is too large');
      return readFileSync(name, 'utf8');
    },
  },
  {
    name: 'write_file',
    description: 'Writes a text file',
    inputSchema: { type: 'object', properties: { ...PATH, ...TEXT }, required: ['path', 'content'] },
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
    run: ({ path, content }: Arguments) => {
      writeFileSync(String(path), String(content));
      return 'written';
    },
  },
  {
    name: 'list_directory',
    description: 'Lists the names in a folder',
    inputSchema: { type: 'object', properties: PATH, required: ['path'] },
    annotations: { readOnlyHint: true },
    run: ({ path }: Arguments) => readdirSync(String(path)).toSorted().join('\n'),
  },
];

function callTool(name: unknown, given: Arguments): object {
  const tool = TOOLS.find((one) => one.name === name);
  try {
    if (!tool) throw new Error(`there is no tool ${String(name)}`);
    return { content: [{ type: 'text', text: tool.run(given) }] };
  } catch (error) {
    return { content: [{ type: 'text', text: error instanceof Error ? error.message : String(error) }], isError: true };
  }
}

/** The result of a request; null where the method is not known. */
function answer(method: unknown, params: Arguments): object | null {
  switch (method) {
    case 'initialize':
      return {
        protocolVersion: REVISIONS.find((one) => one === params.protocolVersion) ?? REVISIONS.at(-1),
        capabilities: { tools: {} },
        serverInfo: { name: 'callgrove-drill-server', version: hasChanged ? '2' : '1' },
      };
    case 'ping':
      return {};
    case 'tools/list':
      return { tools: TOOLS.map(({ run: _, ...listed }) => listed) };
    case 'tools/call':
      return callTool(params.name, asObject(params.arguments));
    default:
      return null;
  }
}

function asObject(value: unknown): Arguments {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

createInterface({ input: process.stdin }).on('line', (line) => {
  let message: Arguments;
  try {
    message = asObject(JSON.parse(line));
  } catch {
    return;
  }
  const { id, method } = message;
  if (id === undefined || method === undefined) return;
  const result = answer(method, asObject(message.params));
  const said = result ? { result } : { error: { code: METHOD_NOT_FOUND, message: `${String(method)} is not known` } };
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...said })}\n`);
});
