/**
 * Which server a drill starts: the file server that comes with Callgrove, or one that the agents' files here declare, with
 * its allowed folders replaced by the drill's. Starts nothing itself.
 */

import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Surroundings } from './agents/configFiles.ts';
import { expandWord } from './harness/expandWord.ts';
import { pointedAt } from './model/pointedAt.ts';
import type { KnownServer } from './model/toolCatalog.ts';
import { ownScript } from './ownScript.ts';
import { plainVariables } from './proxy/openFacts.ts';
import { seenServers } from './seenServers.ts';

export interface DrillServer {
  /** As lists and settings call it. */
  readonly name: string;
  /** Program and arguments, its folders replaced by the drill's root. */
  readonly argv: readonly string[];
  /** As its entry has it. */
  readonly declared: readonly string[];
  /** The same after an update that changed a tool; null where nobody can make it change. */
  readonly changed: readonly string[] | null;
  /** Null: the drill's root. */
  readonly cwd: string | null;
  /** Beside the drill's own environment. */
  readonly env: Readonly<Record<string, string>>;
  /** The file that declares it; null for our own. */
  readonly file: string | null;
  /** What the catalog knows of it; null for our own. */
  readonly known: KnownServer | null;
}

export type ChosenServer =
  | { readonly kind: 'server'; readonly server: DrillServer }
  /** A whole sentence. */
  | { readonly kind: 'refused'; readonly reason: string };

/** @param root the only folder that it is to touch */
export function ownServer(root: string): DrillServer {
  const argv = [process.execPath, fileURLToPath(ownScript('drillServer'))];
  return {
    name: 'drill',
    argv,
    declared: argv,
    changed: [...argv, '--changed'],
    cwd: root,
    env: {},
    file: null,
    known: null,
  };
}

/** The first entry of the name, in the order in which agents read their files. */
export function declaredServer(name: string, around: Surroundings, root: string): ChosenServer {
  const { servers, missing } = seenServers(around, null);
  const found = servers.find((one) => one.name === name);
  if (!found) {
    const names = [...new Set(servers.map((one) => one.name))];
    const there = names.length > 0 ? `Declared here: ${names.join(', ')}.` : "No agent's file here declares any.";
    return { kind: 'refused', reason: [`no server is called ${name}. ${there}`, ...missing].join(' ') };
  }
  const words = { root: around.root, home: homedir(), environment: { plain: plainVariables(around.env) } };
  const expanded = (word: string) => expandWord(word, words);
  const argv = found.command.map(expanded);
  const pointed = pointedAt(argv, found.url, root);
  if (pointed.kind === 'refused')
    return { kind: 'refused', reason: `${name} cannot be pointed at a throw-away folder: ${pointed.why}` };
  const env = Object.entries(found.env).map(([key, value]) => [key, expandedFrom(value, around.env)] as const);
  const cwd = found.cwd === null ? around.cwd : expanded(found.cwd);
  const server = {
    name,
    argv: pointed.argv,
    declared: found.command,
    changed: null,
    cwd,
    env: Object.fromEntries(env),
  };
  return { kind: 'server', server: { ...server, file: found.file, known: pointed.known } };
}

/** `${NAME}`, `${env:NAME}` and `${NAME:-else}` as agents put them in, any variable: the server is started with it. */
function expandedFrom(value: string, env: Readonly<Record<string, string | undefined>>): string {
  return value.replace(
    /\$\{(?:env:)?(\w+)(?::-([^}]{0,500}))?\}/g,
    (all, name: string, otherwise: string | undefined) => env[name] ?? otherwise ?? all,
  );
}
