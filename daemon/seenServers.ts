/**
 * The servers that agents' config files declare for a workspace, each as its entry has it: a wrapped one as it was before,
 * nothing masked. Joins what `agents/` finds with what a capture asks for; reads files and changes none.
 */
import { AGENTS } from './agents/agentTable.ts';
import { type ConfigFile, configFiles, type Surroundings } from './agents/configFiles.ts';
import { createConfigSet, type OpenFile } from './agents/configSet.ts';
import { isForFolder } from './agents/entryReport.ts';
import type { SeenServer } from './harness/request.ts';
import { memberOf, plainOf } from './model/configTree.ts';
import { agentName } from './model/knownAgents.ts';
import { variablesOfEntry } from './model/namedVariables.ts';
import { OVERRIDE } from './model/override.ts';
import { unwrapOne } from './model/rewriteConfig.ts';
import type { ServerEntry } from './model/serverEntries.ts';
import { launchedBy } from './model/unwrapEntry.ts';

export interface SeenServers {
  /** In the order in which the agents' tables and files have them. */
  readonly servers: readonly SeenServer[];
  /** One sentence for each file that could not be read. */
  readonly missing: readonly string[];
}

/** @param agent an id of `agents/agentTable.ts`; null takes the files of all */
export function seenServers(around: Surroundings, agent: string | null): SeenServers {
  if (agent !== null && !AGENTS.some(({ id }) => id === agent))
    return { servers: [], missing: [`Where ${agentName(agent)} declares its servers is not known`] };
  const set = createConfigSet();
  const servers: SeenServer[] = [];
  const missing: string[] = [];
  const overridden = new Set<string>();
  for (const file of configFiles(around)) {
    const readers = file.agents.filter(({ id }) => agent === null || id === agent);
    if (readers.length === 0) continue;
    const opened = set.open(file);
    if (opened.kind === 'failed') {
      missing.push(`${file.path} was not read for servers: ${opened.reason}`);
      continue;
    }
    const entries = originals(opened.open).filter(({ entry }) => isForFolder(entry.project, [around.cwd, around.root]));
    for (const { id } of readers)
      for (const { entry, wrapped, was } of entries) {
        // An override repeats the project's own entry, which stands in its own file.
        if (was.includes(OVERRIDE)) overridden.add(`${id} ${entry.name}`);
        const seen = was.includes(OVERRIDE) ? null : seenServer(entry, file, id, wrapped);
        if (seen) servers.push(seen);
      }
  }
  const isOverridden = ({ agent: id, name, scope }: SeenServer) =>
    scope === 'project' && overridden.has(`${id} ${name}`);
  return { servers: servers.map((one) => (isOverridden(one) ? { ...one, wrapped: true } : one)), missing };
}

interface Original {
  readonly entry: ServerEntry;
  readonly wrapped: boolean;
  readonly was: readonly string[];
}

/** Every entry as the user wrote it: unwrapped in memory, one after the other, because each changes the text. */
function originals({ now, format, entries }: OpenFile): readonly Original[] {
  return entries.map((entry) => {
    const launched = launchedBy(entry);
    if (!launched) return { entry, wrapped: false, was: [] };
    const plain = unwrapOne(now, format, entry);
    const again = plain.kind === 'done' ? plain.entries : [];
    const original = again.find(({ name, project }) => name === entry.name && project === entry.project);
    return { entry: original ?? entry, wrapped: true, was: launched.was };
  });
}

const ENV_KEYS = ['env', 'environment'];
const HEADER_KEYS = ['headers', 'http_headers', 'env_http_headers', 'requestInit'];

/** null where the entry declares nothing that could be started. */
function seenServer(entry: ServerEntry, file: ConfigFile, agent: string, wrapped: boolean): SeenServer | null {
  const { node, shape, name } = entry;
  if (shape.kind === 'unknown') return null;
  const url = shape.kind === 'url' && shape.url.value.kind === 'string' ? shape.url.value.value : null;
  const env = Object.fromEntries(ENV_KEYS.flatMap((key) => pairsOf(entry, key)));
  const headers = HEADER_KEYS.flatMap((key) => pairsOf(entry, key));
  const cwd = memberOf(node, 'cwd')?.value;
  const bearer = textOf(entry, 'bearer_token_env_var');
  return {
    agent,
    name,
    file: file.path,
    scope: entry.project === null ? file.scope : 'user',
    wrapped,
    command: url === null ? commandOf(entry) : [],
    url,
    transport: transportOf(entry, file, agent),
    env,
    headers: [...headers.map(([key]) => key), ...(bearer === null ? [] : ['Authorization'])],
    headerValues: {
      ...Object.fromEntries(['headers', 'http_headers'].flatMap((key) => pairsOf(entry, key))),
      ...Object.fromEntries(
        pairsOf(entry, 'env_http_headers').map(([header, variable]) => [header, `\${${variable}}`]),
      ),
      ...(bearer !== null && { Authorization: `\${${bearer}}` }),
    },
    variables: [
      ...headers.flatMap(([, value]) => variablesOfEntry(value)),
      ...pairsOf(entry, 'env_http_headers').map(([, value]) => value),
      ...namesOf(entry, 'env_vars'),
      ...(bearer === null ? [] : [bearer]),
    ],
    cwd: cwd?.kind === 'string' ? cwd.value : null,
  };
}

function commandOf({ shape }: ServerEntry): readonly string[] {
  const nodes =
    shape.kind === 'argv'
      ? [shape.argv.value]
      : shape.kind === 'command'
        ? [shape.command.value, ...(shape.args ? [shape.args.value] : [])]
        : [];
  return nodes.flatMap((node) => [plainOf(node)].flat()).map(String);
}

function transportOf({ shape, node }: ServerEntry, { agents }: ConfigFile, agent: string): SeenServer['transport'] {
  if (shape.kind !== 'url') return 'stdio';
  const type = memberOf(node, 'type')?.value;
  const stated = type?.kind === 'string' ? type.value : '';
  const sseKeys = agents.find(({ id }) => id === agent)?.sseKeys ?? [];
  if (/^sse$/i.test(stated) || (stated === '' && sseKeys.includes(shape.url.key))) return 'sse';
  return /^(?:|remote|http|streamable-?http|streamableHttp)$/i.test(stated) ? 'http' : 'unknown';
}

function pairsOf({ node }: ServerEntry, key: string): readonly (readonly [name: string, value: string])[] {
  const value = memberOf(node, key)?.value;
  if (value?.kind !== 'object') return [];
  return value.members.flatMap((member) =>
    member.value.kind === 'string' || member.value.kind === 'other'
      ? [[member.key, String(member.value.value ?? '')] as const]
      : [],
  );
}

/** Names in a list, each a text or `{ name }`. */
function namesOf({ node }: ServerEntry, key: string): readonly string[] {
  const value = memberOf(node, key)?.value;
  if (value?.kind !== 'array') return [];
  return value.items.flatMap((item) => {
    const name = item.kind === 'object' ? memberOf(item, 'name')?.value : item;
    return name?.kind === 'string' ? [name.value] : [];
  });
}

function textOf({ node }: ServerEntry, key: string): string | null {
  const value = memberOf(node, key)?.value;
  return value?.kind === 'string' ? value.value : null;
}
