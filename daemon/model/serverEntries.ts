/**
 * Finds the MCP servers that a config file declares, by content and not by the file's name: files of one name hold
 * different keys for different agents. It says what an entry is; what is done with it is decided elsewhere.
 */
import {
  type ConfigMember,
  type ConfigNode,
  hasRepeats,
  memberOf,
  type ObjectNode,
  type ParsedConfig,
  type Span,
} from './configTree.ts';

export type EntryShape =
  /** Program and arguments apart. `args` is null where the entry has none. */
  | { readonly kind: 'command'; readonly command: ConfigMember; readonly args: ConfigMember | null }
  /** Both in one array. */
  | { readonly kind: 'argv'; readonly argv: ConfigMember }
  | { readonly kind: 'url'; readonly url: ConfigMember; readonly entry: ObjectNode }
  | { readonly kind: 'unknown'; readonly reason: string };

export interface ServerEntry {
  readonly name: string;
  readonly nameSpan: Span;
  /** From the name to the end of what belongs to it. */
  readonly span: Span;
  readonly node: ConfigNode;
  readonly shape: EntryShape;
  /** The folder that the entry is for, where one file holds entries of several (Claude Code's local scope). */
  readonly project: string | null;
}

/** Keys whose members are servers, whatever they look like. */
const SURE = ['mcpServers', 'context_servers', 'mcp_servers'];
/** Keys that other programs use too: taken only where a member looks like a server. */
const LIKELY = ['servers', 'mcp'];
const URL_KEYS = ['url', 'httpUrl', 'serverUrl'];

/** The entries in the order of the file. */
export function serverEntries(config: ParsedConfig): readonly ServerEntry[] {
  if (config.kind === 'broken' || config.root.kind !== 'object') return [];
  const { root } = config;
  const found = [...entriesOf(root, null), ...projectEntries(root)];
  const all = found.length > 0 || !isBareMap(root) ? found : root.members.map((member) => entryOf(member, null));
  return [...all].sort((a, b) => a.nameSpan.start - b.nameSpan.start);
}

function entriesOf(home: ObjectNode, project: string | null): ServerEntry[] {
  const sure = SURE.flatMap((key) => membersOf(memberOf(home, key)?.value));
  const likely = LIKELY.flatMap((key) => {
    const value = memberOf(home, key)?.value;
    const inner = key === 'mcp' ? ['servers', 'mcpServers'].map((name) => memberOf(value, name)?.value) : [];
    const holder = inner.find((node) => membersOf(node).some(({ value: one }) => looksLikeServer(one))) ?? value;
    const members = membersOf(holder).filter(({ value: one }) => one.kind === 'object');
    return members.some(({ value: one }) => looksLikeServer(one)) ? members : [];
  });
  return [...sure, ...likely].map((member) => entryOf(member, project));
}

/** `projects` of Claude Code's own file: a folder's path → what is set for it. */
function projectEntries(root: ObjectNode): ServerEntry[] {
  return membersOf(memberOf(root, 'projects')?.value).flatMap(({ key, value }) =>
    value.kind === 'object' ? membersOf(memberOf(value, 'mcpServers')?.value).map((one) => entryOf(one, key)) : [],
  );
}

const membersOf = (node: ConfigNode | undefined) => (node?.kind === 'object' ? node.members : []);

function looksLikeServer(node: ConfigNode): boolean {
  return ['command', ...URL_KEYS].some((key) => memberOf(node, key) !== undefined);
}

/** A file that is nothing but servers, as plugins have it. */
function isBareMap({ members }: ObjectNode): boolean {
  return members.length > 0 && members.every(({ value }) => looksLikeServer(value));
}

function entryOf({ key, keySpan, value, span }: ConfigMember, project: string | null): ServerEntry {
  return { name: key, nameSpan: keySpan, span, node: value, shape: shapeOf(value), project };
}

function shapeOf(node: ConfigNode): EntryShape {
  if (node.kind !== 'object') return unknown('it is no object');
  if (hasRepeats(node)) return unknown('one of its keys stands in it twice');
  const command = memberOf(node, 'command');
  const urls = URL_KEYS.flatMap((key) => memberOf(node, key) ?? []);
  if (command && urls.length > 0) return unknown('it has a command and a URL');
  if (command) return commandShape(node, command);
  const [url, second] = urls;
  if (!url) return unknown('it has neither a command nor a URL');
  if (second) return unknown(`it has both ${url.key} and ${second.key}`);
  return url.value.kind === 'string' ? { kind: 'url', url, entry: node } : unknown(`its ${url.key} is no text`);
}

function commandShape(node: ObjectNode, command: ConfigMember): EntryShape {
  const { value } = command;
  const args = memberOf(node, 'args') ?? null;
  if (value.kind === 'string') return splitShape(command, args);
  if (value.kind === 'array') {
    const strings = value.items.length > 0 && value.items.every(({ kind }) => kind === 'string');
    return strings && !args ? { kind: 'argv', argv: command } : unknown('its command is an array of another kind');
  }
  const path = memberOf(value, 'path');
  if (value.kind !== 'object' || path?.value.kind !== 'string' || args) return unknown('its command is no text');
  if (hasRepeats(value)) return unknown('one of its keys stands in it twice');
  return splitShape(path, memberOf(value, 'args') ?? null);
}

function splitShape(command: ConfigMember, args: ConfigMember | null): EntryShape {
  if (args === null) return { kind: 'command', command, args };
  const scalars =
    args.value.kind === 'array' && args.value.items.every(({ kind }) => kind !== 'object' && kind !== 'array');
  return scalars ? { kind: 'command', command, args } : unknown('its args are no list of words');
}

const unknown = (reason: string): EntryShape => ({ kind: 'unknown', reason });
