/**
 * Says which agent a connection serves: by the processes above the proxy, and by what the client calls itself. Keeps
 * what it went by, because neither is proof: a name is self-reported, a chain may be cut.
 */
import { KNOWN_AGENTS, type KnownAgent, WRAPPERS } from '../model/knownAgents.ts';
import type { ClientInfo } from '../protocol/events.ts';
import type { OpenRecord, ProcessFact } from '../protocol/journal.ts';

export interface AgentFacts {
  /** `claude-code/2.1.329`; without a version where none is known; `unknown`. */
  readonly agent_id: string;
  /** For people, or `unknown`. */
  readonly name: string;
  readonly version: string | null;
  readonly pid: number | null;
  /** The agent's process beyond reuse of its pid; the connection where no process is known. */
  readonly process_key: string;
  /** `process`: an executable or script, `client_info`: what the client said; in the order of their weight. */
  readonly evidence: readonly AgentEvidence[];
}

export interface AgentEvidence {
  readonly kind: 'process' | 'client_info';
  /** The agent that this names, or null where it names none that is known. */
  readonly agent: string | null;
  /** What was seen: a file name or a client's name, at most 200 characters. */
  readonly seen: string;
}

const MAX_SEEN_CHARS = 200;

/** @param client null while the client has not introduced itself; the answer may then become a better one */
export function agentOf(open: OpenRecord, client: ClientInfo | null): AgentFacts {
  const above = open.process_chain.filter(({ pid }) => pid !== open.proxy_pid).filter((process) => !isWrapper(process));
  const byClient = client ? KNOWN_AGENTS.find(({ clients }) => fits(clients, client.name)) : undefined;
  const direct = above[0];
  // A helper between the agent and us speaks for the agent where both have the agent's name.
  const ancestor = byClient && above.find((process) => knownProcess(process)?.id === byClient.id);
  const process = ancestor ?? direct;
  const byProcess = process && knownProcess(process);
  const agent = chosen(byProcess, byClient);
  const evidence: AgentEvidence[] = [];
  if (process) evidence.push({ kind: 'process', agent: byProcess?.id ?? null, seen: seen(process) });
  if (client) evidence.push({ kind: 'client_info', agent: byClient?.id ?? null, seen: clip(client.name) });
  // A version is believed where the client is the agent, not something the agent started.
  const version = client && (byClient === agent || !agent) ? client.version : null;
  const id = agent?.id ?? (client ? slug(client.name) : 'unknown');
  return {
    agent_id: version === null || id === 'unknown' ? id : `${id}/${version}`,
    name: agent?.name ?? (client ? clip(client.name) : 'unknown'),
    version,
    pid: process?.pid ?? null,
    process_key: process ? `${open.boot_id ?? ''}:${process.pid}:${process.start ?? ''}` : open.connection_id,
    evidence,
  };
}

/** An extension inside an editor's process is known by its own name; else the process counts more than words. */
function chosen(byProcess: KnownAgent | undefined, byClient: KnownAgent | undefined): KnownAgent | undefined {
  const isExtension =
    byClient !== undefined && byProcess !== undefined && byProcess.id !== byClient.id && HOSTS.has(byProcess.id);
  return isExtension ? byClient : (byProcess ?? byClient);
}

const HOSTS: ReadonlySet<string> = new Set(['vscode', 'cursor', 'windsurf', 'antigravity', 'jetbrains', 'zed']);

function knownProcess(process: ProcessFact): KnownAgent | undefined {
  const executable = fileName(process.exe);
  const first = fileName(process.argv?.[0] ?? null);
  const paths = pathsOf(process);
  return KNOWN_AGENTS.find(
    ({ executables, scripts }) =>
      fits(executables, executable) || fits(executables, first) || paths.some((path) => fits(scripts, path)),
  );
}

function isWrapper(process: ProcessFact): boolean {
  const title = process.argv?.[0] ?? null;
  // npm writes `npm exec …` over its command line.
  const names = [fileName(process.exe), fileName(title), fileName(title?.split(' ')[0] ?? null)];
  if (names.some((name) => fits(WRAPPERS.executables, name))) return true;
  return pathsOf(process).some((path) => fits(WRAPPERS.scripts, path));
}

/** The executable and the script it runs: the first arguments that are no options, as forward-slash paths. */
function pathsOf({ exe, argv }: ProcessFact): string[] {
  const script = (argv ?? []).slice(1).find((argument) => !argument.startsWith('-'));
  return [exe, argv?.[0], script].flatMap((path) => (path ? [path.replaceAll('\\', '/').toLowerCase()] : []));
}

function fileName(path: string | null): string {
  if (!path) return '';
  return path
    .replaceAll('\\', '/')
    .split('/')
    .at(-1)!
    .toLowerCase()
    .replace(/\.(exe|cmd|bat)$/, '');
}

function fits(patterns: readonly RegExp[], text: string): boolean {
  const lower = text.toLowerCase();
  return lower !== '' && patterns.some((pattern) => pattern.test(lower));
}

function seen(process: ProcessFact): string {
  const name = fileName(process.exe) || fileName(process.argv?.[0] ?? null) || `pid ${process.pid}`;
  return clip(name);
}

function clip(text: string): string {
  return text.slice(0, MAX_SEEN_CHARS);
}

/** A client's own name as part of an id: `My Client` becomes `my-client`. */
function slug(name: string): string {
  const text = name
    .toLowerCase()
    .replace(/[^a-z0-9._@-]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return text.slice(0, 60) || 'unknown';
}
