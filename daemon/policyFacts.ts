/**
 * What a connection's `open` record tells the judgement: whose machine, which server, which agent, which evidence of a root.
 * Used by the proxy's gate and wherever a call is judged again.
 */
import { homedir, release, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { userSettings } from './base/places.ts';
import { serverName } from './harness/serverName.ts';
import { type CredentialLane, credentialLane, isLane, isPlainLane } from './model/credentialLane.ts';
import { type ServerFacts, serverFacts } from './model/toolCatalog.ts';
import type { RootEvidence } from './policy/roots.ts';
import type { WorldFacts } from './policy/world.ts';
import type { ClientInfo } from './protocol/events.ts';
import type { OpenRecord } from './protocol/journal.ts';
import type { Freeze } from './protocol/policy.ts';
import { agentOf } from './record/agentOf.ts';
import { joinKeysOf } from './record/joinKeys.ts';
import { conversationSession } from './record/sessionOf.ts';

export interface ConnectionFacts {
  /** As lists call the server; what settings, freezes and pins name. */
  readonly server: string;
  readonly serverFacts: ServerFacts;
  /** `claude-code/2.1`. */
  readonly principal: string;
  /** The agent's process beyond reuse of its pid, `boot:pid:start`. */
  readonly process: string;
  readonly agentCwd: string | null;
  /** Under which identity its calls run; looked for when it is asked for, which only a freeze of a lane does. */
  readonly lane: () => CredentialLane;
}

/** @param client null while it has not introduced itself */
export function connectionFacts(open: OpenRecord, client: ClientInfo | null): ConnectionFacts {
  const agent = agentOf(open, client);
  const server = serverName(open);
  const facts = serverFacts(server, open.argv, open.url ?? null);
  let lane: CredentialLane | null = null;
  return {
    server,
    serverFacts: facts,
    lane: () => (lane ??= credentialLane(open, server, facts)),
    principal: agent.agent_id,
    process: agent.process_key,
    // The proxy is started where its agent works, unless the agent's own folder is known.
    agentCwd: open.process_chain.find(({ pid }) => pid === agent.pid)?.cwd ?? open.cwd,
  };
}

/** @param policyFile `control/policy.json` of the state folder, which no agent has any business in */
export function worldFacts(open: OpenRecord, policyFile: string): WorldFacts {
  const { platform } = process;
  const home = homedir();
  return {
    paths: platform === 'win32' ? 'win32' : 'posix',
    platform,
    home,
    // Where an HTTP server runs is not known.
    cwd: open.transport === 'stdio' ? open.cwd : null,
    serverPid: open.child?.pid ?? null,
    tempFolders: platform === 'win32' ? [tmpdir()] : [...new Set([tmpdir(), '/tmp'])],
    ownFolders: [dirname(dirname(policyFile)), userSettings(platform, home, process.env.APPDATA, join)],
    wsl: platform === 'linux' && /microsoft/i.test(release()),
  };
}

/** @param clientRoots null where the client was not asked or did not say */
export function rootEvidence(
  open: OpenRecord,
  facts: ConnectionFacts,
  clientRoots: readonly string[] | null,
): RootEvidence {
  return {
    variables: open.root_evidence,
    clientRoots,
    serverFolders: facts.serverFacts.folders,
    agentCwd: facts.agentCwd,
  };
}

/**
 * Does a freeze that concerns the connection hold for one of its requests? A session's does not where the request names
 * another conversation; one that names none may belong to it.
 * @param meta the request's `_meta`; null where it has none
 */
export function holdsFor(
  { kind, target }: Freeze,
  facts: ConnectionFacts,
  meta: Readonly<Record<string, unknown>> | null,
): boolean {
  if (kind !== 'session' || meta === null) return true;
  const { conversation_id } = joinKeysOf(meta);
  return conversation_id === null || conversationSession(facts.process, conversation_id) === target;
}

/** Does the freeze concern this connection? */
export function isFrozenBy({ kind, target, processes }: Freeze, open: OpenRecord, facts: ConnectionFacts): boolean {
  if (kind === 'server') return target === facts.server;
  if (kind === 'session') return processes.includes(facts.process);
  if (!isPlainLane(target)) return isLane(target, facts.lane());
  const [, isHeader, name = '', fingerprint] = /^(header:)?(.*)#([^#]*)$/s.exec(target) ?? [];
  const held = isHeader ? open.headers?.[name.toLowerCase()] : open.environment[name];
  return fingerprint !== undefined && fingerprint !== '' && held === fingerprint;
}
