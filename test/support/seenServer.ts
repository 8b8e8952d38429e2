/** A server as a capture's request names it: one that is started, of a project's file, with nothing handed over. */
import type { SeenServer } from '../../daemon/harness/request.ts';

export function seenServer(over: Partial<SeenServer> = {}): SeenServer {
  return {
    agent: 'claude-code',
    name: 'one',
    file: '/w/.mcp.json',
    scope: 'project',
    wrapped: false,
    command: [],
    url: null,
    transport: 'stdio',
    env: {},
    headers: [],
    cwd: null,
    ...over,
  };
}
