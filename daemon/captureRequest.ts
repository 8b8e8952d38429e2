/** What a capture of a session is asked for: what was seen of it, and what agents' config files and settings say now. */
import { homedir } from 'node:os';
import type { CaptureRequest } from './harness/request.ts';
import { KNOWN_AGENTS } from './model/knownAgents.ts';
import type { SeenSession } from './workerMessages.ts';

export function captureRequest(session: SeenSession, machineKey: Uint8Array | null, now: Date): CaptureRequest {
  const { root, proof, cwd, agent, environment } = session;
  return {
    root,
    proof,
    cwd,
    agent: KNOWN_AGENTS.some(({ id }) => id === agent) ? agent : null,
    home: environment.plain.HOME ?? environment.plain.USERPROFILE ?? homedir(),
    platform: process.platform,
    environment,
    servers: [],
    contracts: session.contracts,
    contractTexts: session.contract_texts,
    settings: { fixtures: [], testCommand: null, setupCommand: null },
    machineKey,
    now,
  };
}
