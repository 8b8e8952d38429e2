/**
 * Decides which entries are not wrapped and says why in words that stand behind "left alone: ". What can only be known
 * by asking elsewhere (does the URL want a sign-in? does git track the file?) is decided there.
 */
import { headerVariable } from '../base/headerVariable.ts';
import {
  type ConfigFormat,
  type ConfigMember,
  type ConfigNode,
  memberOf,
  type ObjectNode,
  stringsOf,
} from './configTree.ts';
import type { ServerEntry } from './serverEntries.ts';

export interface LeftAloneOptions {
  readonly format: ConfigFormat;
  /** URL keys that mean the old HTTP+SSE transport to the file's agent. */
  readonly sseKeys: readonly string[];
  /** The user named this server, so that one which is switched off is taken too. */
  readonly named: boolean;
}

/** Members by which an agent signs in itself: only the agent can. */
const SIGN_IN = ['oauth', 'auth', 'headersHelper', 'authProviderType', 'authentication', 'scopes', 'oauth_resource'];

const TRANSPORTS = ['', 'http', 'streamable-http', 'streamable_http', 'streamablehttp', 'remote'];

/** Members of a URL entry that mean the same for a command, or nothing. */
const KNOWN_WITH_URL = new Set([
  ...['type', 'url', 'httpUrl', 'serverUrl', 'headers', 'http_headers', 'bearer_token_env_var', 'oauth', 'source'],
  ...['disabled', 'enabled', 'required', 'timeout', 'trust', 'tools', 'description', 'name', 'gallery', 'version'],
  ...['includeTools', 'excludeTools', 'alwaysAllow', 'autoApprove', 'disabledTools', 'enabledTools', 'alwaysLoad'],
  ...[
    'startup_timeout_sec',
    'startup_timeout_ms',
    'tool_timeout_sec',
    'enabled_tools',
    'disabled_tools',
    'networkTimeout',
  ],
]);

/** The reason, or null for an entry that may be wrapped. */
export function leftAlone(entry: ServerEntry, options: LeftAloneOptions): string | null {
  const { name, node, shape } = entry;
  if (shape.kind === 'unknown') return `its shape is not known (${shape.reason})`;
  if (name === '') return 'it has no name';
  if (node.kind !== 'object') return 'it is no object';
  if (!options.named && (isSet(node, 'disabled', true) || isSet(node, 'enabled', false))) return 'it is switched off';
  if (shape.kind === 'url') return urlReason(node, shape.url, options);
  if (isSet(node, 'sandboxEnabled', true)) return 'it runs in a sandbox that could not write the recording';
  if (memberOf(memberOf(node, 'dev')?.value, 'debug')) return 'its "dev" debugs the program that "command" names';
  if (options.format === 'toml' && runsElsewhere(node)) return 'it may run on another machine';
  const words = shape.kind === 'argv' ? stringsOf(shape.argv.value) : [shape.command.value];
  const first = words?.[0];
  const command = first?.kind === 'string' ? first.value : '';
  if (command.trim() === '') return 'its command is empty';
  if (callsByHand(wordsOf(entry))) return 'it calls callgrove run already, as somebody wrote it by hand';
  if (command.startsWith('~')) return `only its agent knows what ${command.split(/[\\/]/)[0]} stands for`;
  const hasArgs =
    shape.kind === 'argv'
      ? (words?.length ?? 0) > 1
      : shape.args?.value.kind === 'array' && shape.args.value.items.length > 0;
  // A path may hold blanks; a bare program with blanks behind it is a whole line that its agent takes apart.
  if (!hasArgs && /^[^\\/\s]+\s/.test(command)) return 'its command is a whole command line; put its words into "args"';
  return null;
}

function wordsOf({ shape }: ServerEntry): readonly string[] {
  if (shape.kind === 'argv') return textsOf(shape.argv.value);
  return shape.kind === 'command' ? [...textsOf(shape.command.value), ...textsOf(shape.args?.value)] : [];
}

function textsOf(node: ConfigNode | undefined): readonly string[] {
  if (node?.kind === 'string') return [node.value];
  return (stringsOf(node) ?? []).map(({ value }) => value);
}

/** Callgrove's program or package with `run` behind it, before any `--`: `npx callgrove run -- …`, `node …/callgrove.js run …`. */
function callsByHand(words: readonly string[]): boolean {
  const end = words.indexOf('--');
  const before = end < 0 ? words : words.slice(0, end);
  return before.some(
    (word, at) =>
      before[at + 1] === 'run' && /(?:^|[\\/])callgrove(?:@[^\\/]*|\.(?:c?js|mjs|cmd|exe|ps1))?$/i.test(word),
  );
}

function urlReason(node: ObjectNode, url: ConfigMember, { sseKeys }: LeftAloneOptions): string | null {
  const address = url.value.kind === 'string' ? url.value.value : '';
  const type = memberOf(node, 'type')?.value;
  const transport = type?.kind === 'string' ? type.value.toLowerCase() : '';
  if (transport === 'ws' || /^wss?:/i.test(address)) return 'it speaks over a WebSocket';
  if (transport === 'sse' || (transport === '' && sseKeys.includes(url.key)) || /\/sse\/?$/.test(address))
    return 'it speaks the old HTTP+SSE transport';
  if (!TRANSPORTS.includes(transport)) return `its transport "${transport}" is not known`;
  if (!/^(?:https?:\/\/|[$%{])/i.test(address)) return 'its address is none of http or https';
  for (const key of SIGN_IN) {
    const member = memberOf(node, key);
    if (member && !(member.value.kind === 'other' && !member.value.value)) return `it needs a sign-in ("${key}")`;
  }
  const stranger = node.members.find(({ key }) => !KNOWN_WITH_URL.has(key));
  if (stranger) return `its "${stranger.key}" has no counterpart for a command`;
  if (carriesSecret(address)) return 'its address carries a credential, which would then stand on a command line';
  return headerReason(node);
}

function headerReason(node: ObjectNode): string | null {
  const headers = (memberOf(node, 'headers') ?? memberOf(node, 'http_headers'))?.value;
  if (!headers) return null;
  if (headers.kind !== 'object') return 'its headers are no object';
  for (const { key, value } of headers.members) {
    if (value.kind !== 'string') return `its header ${key} is no text`;
    if (headerVariable(key) === null) return `its header ${key} has a name that cannot be a variable's`;
  }
  return null;
}

/** User name and password, or a parameter: what else would differ from user to user in a server's address? */
function carriesSecret(address: string): boolean {
  if (/^[a-z]+:\/\/[^/?#]*@/i.test(address)) return true;
  const query = /\?([^#]*)/.exec(address.replace(/\$?\{[^}]*\}/g, 'REFERENCE'))?.[1] ?? '';
  return query.split('&').some((pair) => {
    const [name = '', value = ''] = pair.split('=');
    return (
      /key|token|secret|auth|pass|pwd|sig|cred|session|jwt/i.test(name) ||
      value.length >= 16 ||
      value.includes('REFERENCE')
    );
  });
}

function isSet(node: ObjectNode, key: string, value: boolean): boolean {
  const set = memberOf(node, key)?.value;
  return set?.kind === 'other' && set.value === value;
}

/** Codex can start a server by a remote executor, and take variables from there. */
function runsElsewhere(node: ObjectNode): boolean {
  const variables = memberOf(node, 'env_vars')?.value;
  const items = variables?.kind === 'array' ? variables.items : [];
  const isRemote = (member: ConfigMember | undefined) =>
    member?.value.kind === 'string' && member.value.value !== 'local';
  return (
    items.some((item) => isRemote(memberOf(item, 'source'))) ||
    isRemote(memberOf(node, 'environment')) ||
    isRemote(memberOf(node, 'experimental_environment'))
  );
}
