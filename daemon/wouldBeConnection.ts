/** A connection that is not there, for judging what one would be told: `policy check`, and what a repository asks for. */
import type { OpenRecord } from './protocol/journal.ts';

export interface WouldBe {
  readonly server: string | null;
  /** Program and arguments; empty for a URL, or where the entry is not known. */
  readonly argv: readonly string[];
  readonly url: string | null;
  readonly cwd: string;
  /** Variables that may prove the root. */
  readonly variables: Readonly<Record<string, string>>;
}

export function wouldBeConnection({ server, argv, url, cwd, variables }: WouldBe): OpenRecord {
  return {
    connection_id: 'con_00000000000000000000000000',
    callgrove: 'unknown',
    transport: url === null ? 'stdio' : 'http',
    url,
    name: server,
    argv: [...argv],
    cwd,
    proxy_pid: process.pid,
    child: null,
    process_chain: [],
    root_evidence: { ...variables },
    environment: {},
    platform: process.platform,
    runtime: 'unknown',
    user: null,
    boot_id: null,
  };
}
