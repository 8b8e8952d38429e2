/**
 * The headers with which a request of 2026-07-28 repeats parts of its body, so that servers can route without reading
 * it: names, values and how values are encoded. Pure. Which tool has which parameters is read from `tools/list`.
 */
import { type Envelope, stringOf } from './httpEnvelope.ts';

/** A property of a tool's arguments that travels as `Mcp-Param-<name>`. */
export interface MirroredParam {
  readonly header: string;
  readonly path: readonly string[];
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const NAMED_BY = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
  'tasks/get': 'taskId',
  'tasks/update': 'taskId',
  'tasks/cancel': 'taskId',
} as const;

/** `MCP-Protocol-Version`, `Mcp-Method` and `Mcp-Name` of a message that carries its revision itself. */
export function mirrorHeaders(message: Envelope): Record<string, string> {
  const headers: Record<string, string> = {};
  const version = stringOf(message.version);
  if (version !== null) headers['mcp-protocol-version'] = encodeValue(version);
  const method = stringOf(message.method);
  if (method === null) return headers;
  headers['mcp-method'] = encodeValue(method);
  const member = Object.hasOwn(NAMED_BY, method) ? NAMED_BY[method as keyof typeof NAMED_BY] : null;
  const name = member && stringOf(message[member]);
  if (name !== null) headers['mcp-name'] = encodeValue(name);
  return headers;
}

/** Plain where every character may stand in a header and none could be stripped or mistaken, else Base64 of UTF-8. */
export function encodeValue(value: string): string {
  const plain = /^[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?$/.test(value);
  const looksEncoded = value.startsWith('=?base64?') && value.endsWith('?=');
  return plain && !looksEncoded ? value : `=?base64?${Buffer.from(value, 'utf8').toString('base64')}?=`;
}

/** The `Mcp-Param-*` headers of one call. Absent, null and structured values have none. */
export function paramHeaders(params: readonly MirroredParam[], args: unknown): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const { header, path } of params) {
    let value = args;
    for (const key of path) value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    const text = typeof value === 'string' ? value : plainText(value);
    if (text !== null) headers[`mcp-param-${header.toLowerCase()}`] = encodeValue(text);
  }
  return headers;
}

function plainText(value: unknown): string | null {
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'number' || !Number.isFinite(value)) return null;
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? null : String(value);
}

/**
 * The tools of a `tools/list` answer with what they want mirrored; tools without any are left out. A tool that marks
 * one wrongly has none: by the revision, such a definition is invalid.
 */
export function mirroredTools(answer: unknown): Map<string, readonly MirroredParam[]> {
  const found = new Map<string, readonly MirroredParam[]>();
  const result = isObject(answer) ? answer.result : null;
  const tools = isObject(result) && Array.isArray(result.tools) ? result.tools : [];
  for (const tool of tools) {
    if (!isObject(tool) || typeof tool.name !== 'string') continue;
    const params: MirroredParam[] = [];
    if (collect(tool.inputSchema, [], params) && params.length > 0) found.set(tool.name, params);
  }
  return found;
}

const MAX_DEPTH = 20;

/** @returns false where a mark is not allowed as it stands */
function collect(schema: unknown, path: readonly string[], into: MirroredParam[]): boolean {
  if (!isObject(schema) || path.length > MAX_DEPTH) return true;
  const mark = schema['x-mcp-header'];
  if (mark !== undefined) {
    const { type } = schema;
    if (path.length === 0 || typeof mark !== 'string' || !TOKEN.test(mark)) return false;
    if (type !== 'string' && type !== 'integer' && type !== 'boolean') return false;
    if (into.some(({ header }) => header.toLowerCase() === mark.toLowerCase())) return false;
    into.push({ header: mark, path });
  }
  if (!isObject(schema.properties)) return true;
  return Object.entries(schema.properties).every(([key, inner]) => collect(inner, [...path, key], into));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
