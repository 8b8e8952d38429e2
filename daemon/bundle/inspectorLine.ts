/** The MCP Inspector's command line for one recorded call, for those who would rather use a tool that they know. */
import type { Json } from '../model/json.ts';
import { jsonMember } from '../model/jsonMember.ts';
import { shellWords } from '../model/shellWords.ts';
import type { ReproPlan } from './reproPlan.ts';

const INSPECTOR = ['npx', '-y', '@modelcontextprotocol/inspector', '--cli'];
/** A line that is longer is nothing that anybody types. */
const LINE_CHARS = 4000;

/** null where the Inspector has no such call, nothing says how to reach the server, or the line would be too long. */
export function inspectorLine({ server, failing }: ReproPlan): string | null {
  const target = server.url !== null ? [server.url, '--transport', 'http'] : server.command;
  if (target.length === 0) return null;
  // What the server asks for meanwhile is asked anew.
  const [first = ''] = failing.split('\n');
  const message: Json = JSON.parse(first);
  const params = jsonMember(message, 'params');
  const method = jsonMember(message, 'method');
  const words = typeof method === 'string' ? wordsOf(method, params) : null;
  if (words === null) return null;
  const line = shellWords([...INSPECTOR, ...target, ...words]);
  return line.length > LINE_CHARS ? null : line;
}

function wordsOf(method: string, params: Json | undefined): string[] | null {
  const name = jsonMember(params, 'name');
  const uri = jsonMember(params, 'uri');
  const pairs = pairsOf(jsonMember(params, 'arguments'));
  if (method === 'tools/call' && typeof name === 'string') {
    const args = jsonMember(params, 'arguments');
    // A pair without a value is refused.
    const given = pairs.some((pair) => pair.endsWith('='))
      ? ['--tool-args-json', JSON.stringify(args)]
      : pairs.flatMap((pair) => ['--tool-arg', pair]);
    return ['--method', method, '--tool-name', name, ...given];
  }
  if (method === 'prompts/get' && typeof name === 'string') {
    return ['--method', method, '--prompt-name', name, ...pairs.flatMap((pair) => ['--prompt-args', pair])];
  }
  if (method === 'resources/read' && typeof uri === 'string') return ['--method', method, '--uri', uri];
  return /^(?:tools|resources|prompts|resources\/templates)\/list$/.test(method) ? ['--method', method] : null;
}

/** A text stands as it is unless it could be read as JSON; everything else is JSON. */
function pairsOf(args: Json | undefined): string[] {
  if (typeof args !== 'object' || args === null || Array.isArray(args)) return [];
  return Object.entries(args).map(([name, value]) => `${name}=${isPlain(value) ? value : JSON.stringify(value)}`);
}

function isPlain(value: Json): value is string {
  if (typeof value !== 'string') return false;
  try {
    JSON.parse(value);
    return false;
  } catch {
    return true;
  }
}
