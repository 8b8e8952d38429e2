/** What a capture of a session is asked for: what was seen of it, and what agents' config files and settings say now. */
import { homedir } from 'node:os';
import type { CaptureRequest, SeenServer } from './harness/request.ts';
import { KNOWN_AGENTS } from './model/knownAgents.ts';
import type { ToolContract } from './protocol/harness.ts';
import { withDeclared } from './withDeclared.ts';
import type { SeenSession } from './workerMessages.ts';

export function captureRequest(session: SeenSession, machineKey: Uint8Array | null, now: Date): CaptureRequest {
  const { root, proof, cwd, agent, environment } = session;
  const request = withDeclared({
    root,
    proof,
    cwd,
    agent: KNOWN_AGENTS.some(({ id }) => id === agent) ? agent : null,
    home: environment.plain.HOME ?? environment.plain.USERPROFILE ?? homedir(),
    platform: process.platform,
    environment,
    servers: [],
    contracts: {},
    contractTexts: session.contract_texts,
    settings: { fixtures: [], testCommand: null, setupCommand: null },
    machineKey,
    now,
  });
  const contracts = contractsFor(
    session,
    request.servers.map(({ name }) => name),
  );
  return { ...request, contracts, environment: agentsOwn(session, request.servers) };
}

/** The tools of servers that the session reaches; what another server listed here long ago is not its workbench. */
export function contractsFor(
  { contracts, servers }: SeenSession,
  declared: readonly string[],
): Record<string, ToolContract> {
  const reached = new Set([...servers, ...declared]);
  return Object.fromEntries(Object.entries(contracts).filter(([name]) => reached.has(name)));
}

/**
 * Which of a session's servers was started first is chance, so what its entry sets for it alone is taken out of the
 * environment that was seen there: what is left every server gets from the agent.
 */
function agentsOwn(
  { environment, environment_of }: SeenSession,
  servers: readonly SeenServer[],
): CaptureRequest['environment'] {
  const own = new Set(servers.filter(({ name }) => name === environment_of).flatMap(({ env }) => Object.keys(env)));
  const without = <T>(values: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(values).filter(([name]) => !own.has(name)));
  return {
    ...environment,
    fingerprints: environment.fingerprints && without(environment.fingerprints),
    plain: without(environment.plain),
  };
}
