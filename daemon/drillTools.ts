/**
 * Which tools of a server a drill calls, and with which arguments: one that reads a place and one that writes one, as the
 * catalog or, of our own server, its names say.
 */
import { dirname } from 'node:path';
import { KNOWN_SERVERS } from './model/knownServers.ts';
import type { KnownServer, KnownTool } from './model/toolCatalog.ts';
import type { Access } from './protocol/policy.ts';

export interface DrillTool {
  readonly name: string;
  /** Takes folders, not files. */
  readonly ofFolders: boolean;
  /** @param path a file; where the tool takes folders, the one that the file lies in is asked for */
  arguments(path: string): Readonly<Record<string, unknown>>;
}

interface Listed {
  readonly name: string;
  readonly schema: Readonly<Record<string, unknown>>;
}

/** Null where the server has no such tool. @param known null for our own server, whose tools are named alike */
export function drillTool(tools: readonly unknown[], known: KnownServer | null, access: Access): DrillTool | null {
  const catalog = (known ?? KNOWN_SERVERS.find(({ id }) => id === 'filesystem'))?.tools ?? {};
  const listed = tools.flatMap(listedOf);
  const fits = (tool: KnownTool) => OPERATIONS[access].has(tool.operation) && argumentOf(tool, access) !== null;
  const found = Object.entries(catalog).flatMap(([name, tool]) => {
    const own = listed.find((one) => one.name === name);
    return own && fits(tool) ? [{ own, tool }] : [];
  });
  const best = found.find(({ tool }) => tool.operation === access) ?? found[0];
  if (!best) return null;
  const argument = argumentOf(best.tool, access) ?? '';
  const ofFolders =
    best.tool.operation === 'list' || best.tool.operation === 'search' || /repo|dir|folder/i.test(argument);
  return {
    name: best.own.name,
    ofFolders,
    arguments: (path) => ({ ...filled(best.own.schema), [argument]: ofFolders ? dirname(path) : path }),
  };
}

/** What leaves nothing behind but a file, and asks for nothing but a place. */
const OPERATIONS: Readonly<Record<Access, ReadonlySet<string>>> = {
  read: new Set(['read', 'list']),
  write: new Set(['write', 'create']),
};

/** The one argument that is a path, in full. */
function argumentOf({ paths }: KnownTool, access: Access): string | null {
  const [only, ...more] = Object.entries(paths);
  return only && more.length === 0 && only[1] === access && /^\w+$/.test(only[0]) ? only[0] : null;
}

function listedOf(value: unknown): Listed[] {
  if (typeof value !== 'object' || value === null) return [];
  const name = Reflect.get(value, 'name');
  const schema = Reflect.get(value, 'inputSchema');
  return typeof name === 'string' ? [{ name, schema: typeof schema === 'object' && schema ? { ...schema } : {} }] : [];
}

/** Something for every argument that the tool insists on. */
function filled({ properties, required }: Listed['schema']): Record<string, unknown> {
  if (!Array.isArray(required) || typeof properties !== 'object' || properties === null) return {};
  return Object.fromEntries(
    required.filter((name) => typeof name === 'string').map((name) => [name, valueFor(Reflect.get(properties, name))]),
  );
}

function valueFor(schema: unknown): unknown {
  const type = typeof schema === 'object' && schema !== null ? Reflect.get(schema, 'type') : null;
  if (type === 'number' || type === 'integer') return 1;
  if (type === 'boolean') return false;
  if (type === 'array') return [];
  return type === 'object' ? {} : 'drill';
}
