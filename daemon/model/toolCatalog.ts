/**
 * What is known of servers before they say anything: which arguments of their tools are paths, what the tools do, where
 * relative paths begin, which folders the command line allows. Data and its look-up; a server that is not here is judged by
 * names and schemas.
 */
import type { Access } from '../protocol/policy.ts';
import { type ContainerPlaces, containerPlaces, onHost } from './containerMounts.ts';
import { KNOWN_SERVERS } from './knownServers.ts';
import { type ServerLaunch, serverLaunch } from './serverLaunch.ts';

export type OperationClass =
  | 'read'
  | 'list'
  | 'search'
  | 'create'
  | 'write'
  | 'patch'
  | 'delete'
  | 'move'
  | 'execute'
  | 'network'
  | 'message'
  | 'query'
  | 'unknown';

export interface KnownTool {
  readonly operation: OperationClass;
  /** By argument: `path`, `paths[]`, `files[].path`. */
  readonly paths: Readonly<Record<string, Access>>;
}

export interface KnownServer {
  readonly id: string;
  /** Names of its packages, images and programs, as a word of the command line may hold them. */
  readonly words: readonly RegExp[];
  /** False where its paths are not of this machine: a repository's on a host, a page's of a wiki. */
  readonly local: boolean;
  /** Where relative paths begin: the working directory, or each folder that the command line allows. */
  readonly relativeTo: 'cwd' | 'allowed';
  /** Takes `~` for the home folder; null where that is not known. */
  readonly expandsHome: boolean | null;
  /** The allowed folders are all words behind its own (`words`), or those behind these options; null: it has none. */
  readonly folders: 'words' | readonly string[] | null;
  readonly tools: Readonly<Record<string, KnownTool>>;
}

/** A server as the judgement needs it: made once a connection. */
export interface ServerFacts {
  readonly name: string | null;
  readonly known: KnownServer | null;
  /** Allowed folders as its command line spells them. */
  readonly folders: readonly string[];
  /** Where its paths are: on this machine, on another one, or behind a container's mounts. */
  readonly where: 'here' | 'elsewhere' | 'container';
  /** Of a container: which of its folders are this machine's. */
  readonly container: ContainerPlaces | null;
}

/** @param argv program and arguments; empty for a URL */
export function serverFacts(name: string | null, argv: readonly string[], url: string | null): ServerFacts {
  const launch = serverLaunch(argv);
  const word = url ?? launchedWord(launch);
  const known = KNOWN_SERVERS.find(({ words }) => fits(words, word)) ?? null;
  const isContainer = launch.kind === 'image';
  const isFar = known?.local === false || (url !== null && !isLoopback(url));
  const container = isContainer && !isFar ? containerPlaces(argv, launch) : null;
  const spelled = isFar || known === null ? [] : foldersOf(known, argv.slice(argv.indexOf(word) + 1));
  const folders = container ? spelled.flatMap((folder) => onHost(folder, container)?.path ?? []) : spelled;
  return { name, known, folders, where: isFar ? 'elsewhere' : isContainer ? 'container' : 'here', container };
}

/** Where the word stands that says what is started: its own follow it. -1 where a shell's text holds it. */
export function launchedAt(argv: readonly string[]): number {
  const word = launchedWord(serverLaunch(argv));
  return word === '' ? -1 : argv.indexOf(word);
}

/** The word that says what is started: others may name anything. */
function launchedWord(launch: ServerLaunch): string {
  switch (launch.kind) {
    case 'npm':
    case 'pypi':
      return launch.spec;
    case 'project':
      return launch.target;
    case 'module':
      return launch.module;
    case 'image':
      return launch.image;
    case 'script':
      return launch.file;
    case 'program':
      return launch.program;
    default:
      return '';
  }
}

function fits(words: readonly RegExp[], word: string): boolean {
  const text = word.replaceAll('\\', '/');
  return words.some((pattern) => pattern.test(text));
}

function foldersOf({ folders }: KnownServer, words: readonly string[]): string[] {
  if (folders === null) return [];
  if (folders === 'words') return words.filter((word) => word !== '' && !word.startsWith('-'));
  return words.flatMap((word, at) => {
    const [, option = word, value] = /^(--?[^=]+)=(.*)$/s.exec(word) ?? [];
    const named = folders.includes(option) ? (value ?? words[at + 1]) : undefined;
    return named === undefined ? [] : [named];
  });
}

function isLoopback(url: string): boolean {
  return /^https?:\/\/(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?:[:/]|$)/i.test(url);
}

/** What a known server's tool does; null where the catalog does not have it. */
export function knownTool(server: ServerFacts, tool: string): KnownTool | null {
  const tools = server.known?.tools;
  return tools && Object.hasOwn(tools, tool) ? (tools[tool] ?? null) : null;
}

/** Verbs in tools' names; each stands for one operation only. */
const VERBS: readonly (readonly [OperationClass, string])[] = [
  ['delete', 'delete remove rm rmdir unlink trash erase purge destroy drop'],
  ['move', 'move rename mv'],
  ['patch', 'edit patch replace insert apply modify update append refactor format fix str'],
  ['create', 'create mkdir touch new init scaffold generate make clone copy cp duplicate add extract unzip'],
  ['write', 'write save put set upload store export convert render screenshot download overwrite commit checkout'],
  ['execute', 'execute exec run start launch spawn shell bash terminal command test build install eval'],
  ['search', 'search find grep glob rg locate match'],
  ['list', 'list ls dir tree directory enumerate'],
  ['message', 'send post reply notify email message'],
  ['query', 'query sql select count describe explain'],
  ['network', 'fetch crawl scrape navigate browse request http'],
  [
    'read',
    'read get cat head tail view show open load stat info inspect analyze analyse check lint diff status log parse scan preview summarize validate index peek blame outline',
  ],
];
const BY_VERB: ReadonlyMap<string, OperationClass> = new Map(
  VERBS.flatMap(([operation, verbs]) => verbs.split(' ').map((verb) => [verb, operation] as const)),
);

/** What a tool does, by the words of its name alone: the first that is a verb counts. */
export function operationOf(tool: string): OperationClass {
  const words = tool
    .slice(0, 200)
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z\d]+/);
  for (const word of words) {
    const found = BY_VERB.get(word);
    if (found !== undefined) return found;
  }
  return 'unknown';
}

/** What an operation does to the paths that it names. A tool that says it only reads is believed where nothing else is known. */
export function accessOf(operation: OperationClass, readOnlyHint: boolean | null): Access {
  if (operation === 'unknown') return readOnlyHint === true ? 'read' : 'write';
  return /^(?:read|list|search|query|network|message)$/.test(operation) ? 'read' : 'write';
}
