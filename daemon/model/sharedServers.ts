/** Entries of servers that several agents read from one file: one entry, told once, with all who start it. Pure. */
import type { ConfiguredServer } from '../protocol/harness.ts';

export interface SharedServer {
  /** As its first agent reads it; the others read the same. */
  readonly server: ConfiguredServer;
  readonly agents: readonly string[];
}

/** In the order of the first of each. */
export function sharedServers(servers: readonly ConfiguredServer[]): SharedServer[] {
  const known = new Map<string, { server: ConfiguredServer; agents: string[] }>();
  for (const server of servers) {
    const key = JSON.stringify({ ...server, agent: '' });
    const before = known.get(key);
    if (before) before.agents.push(server.agent);
    else known.set(key, { server, agents: [server.agent] });
  }
  return [...known.values()];
}
