/**
 * A workspace, real servers behind real proxies of one state folder, and what was recorded of them read into a database:
 * what a test compares with the disk.
 */
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Call } from '../../daemon/protocol/record.ts';
import type { Finding } from '../../daemon/protocol/trail.ts';
import { callsAfter } from '../../daemon/store/callQueries.ts';
import type { Database } from '../../daemon/store/database.ts';
import { readFindings } from '../../daemon/store/trailQueries.ts';
import { OPENING, type Talk, talk } from './gated.ts';
import { ingested } from './ingested.ts';
import { throughRun } from './proxied.ts';

export const FILE_PEER = resolve(import.meta.dirname, 'peers/filePeer.mjs');

export interface EvidencePlace {
  readonly ws: string;
  readonly home: string;
  /**
   * Starts a server behind a proxy and greets it.
   * @param wrap a command that starts the proxy's server @param env variables besides the test's own
   */
  server(argv: readonly string[], wrap?: readonly string[], env?: NodeJS.ProcessEnv): Promise<Agent>;
  /** Ends the agents; their calls, oldest first, and what is to be found in them. */
  read(): Promise<{ calls: Call[]; findings: Finding[]; database: Database }>;
}

export interface Agent extends Talk {
  call(name: string, args: object): Promise<Record<string, unknown>>;
}

/** The folder of the project is told by a variable, as agents do. Not in a temporary folder, which nobody works in. */
export async function evidencePlace(t: { after(work: () => void): void }): Promise<EvidencePlace> {
  const folder = realpathSync(mkdtempSync('/var/tmp/callgrove-evidence-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const [ws, home] = [join(folder, 'ws'), join(folder, 'state')];
  mkdirSync(join(ws, '.git'), { recursive: true });
  const agents: Talk[] = [];
  return {
    ws,
    home,
    async server(argv, wrap = [], env = {}) {
      const through = throughRun(home, argv);
      const at = through.indexOf('--') + 1;
      const agent = talk([process.execPath, [...through.slice(0, at), ...wrap, ...through.slice(at)]], ws, {
        ...process.env,
        ...env,
        CLAUDE_PROJECT_DIR: ws,
      });
      t.after(() => agent.kill());
      agents.push(agent);
      await agent.ask('init', 'initialize', OPENING);
      await agent.ask('list', 'tools/list');
      let id = 0;
      return {
        ...agent,
        call: (name, args) => agent.ask(++id, 'tools/call', { name, arguments: args }),
      };
    },
    async read() {
      for (const agent of agents) await agent.end();
      const { database } = await ingested(t, (journal) => cpSync(join(home, 'journal'), journal, { recursive: true }));
      const question = { session_id: null, condition: { sql: '', values: [] }, errors: false, limit: null };
      const { calls } = callsAfter(database, { ...question, workspace: null, all: true }, 0, 10_000, () => null);
      const sessions = database.sql('SELECT session_id FROM sessions').all();
      const findings = sessions.flatMap((row) => readFindings(database, String(row.session_id)));
      calls.sort((a, b) => a.timestamp.localeCompare(b.timestamp));
      return { calls: calls.filter(({ event }) => event === 'tool_call'), findings, database };
    },
  };
}
