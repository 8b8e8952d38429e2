/**
 * The drills' agent: a real MCP client on a server behind the real proxy. Says of every request what became of it, and
 * what text came back; a refusal by policy is told by what stands in the answer's `_meta`.
 */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import {
  CallToolResultSchema,
  ResultSchema,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { VERSION } from './base/version.ts';
import { callgroveScript } from './cli/program.ts';
import type { DrillPlace } from './drillPlace.ts';
import type { DrillServer } from './drillServers.ts';
import { DENIAL_META } from './policy/denial.ts';
import type { DrillOutcome } from './protocol/drill.ts';
import { DenialReason } from './protocol/policy.ts';

export interface Answered {
  readonly outcome: DrillOutcome;
  /** All text of the answer, or why there is none. */
  readonly text: string;
}

export interface DrillClient {
  /** What the server calls itself: `name version`. */
  readonly version: string | null;
  /** As the server listed them, raw, all pages. */
  tools(): Promise<readonly unknown[]>;
  call(tool: string, args: Readonly<Record<string, unknown>>): Promise<Answered>;
  /** How often the server, or the proxy, said that its list has changed. */
  readonly listChanges: number;
  close(): Promise<void>;
}

export const DRILL_AGENT = 'callgrove-drill';
/** A server that has to be fetched first takes its time, in milliseconds. */
const START_MS = 120_000;
const ANSWER_MS = 30_000;
const MAX_PAGES = 100;

export interface DrillConnection {
  readonly place: DrillPlace;
  readonly server: DrillServer;
  /** What policy calls it. */
  readonly name: string;
  readonly argv: readonly string[];
  readonly signal: AbortSignal;
}

/** Throws where the server does not start, with what it said on stderr. */
export async function connectDrill({ place, server, name, argv, signal }: DrillConnection): Promise<DrillClient> {
  const client = new Client({ name: DRILL_AGENT, version: VERSION }, { capabilities: {} });
  let listChanges = 0;
  client.setNotificationHandler(ToolListChangedNotificationSchema, () => {
    listChanges++;
  });
  const run = ['run', '--no-daemon', '--home', place.home, '--name', name, '--'];
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [callgroveScript(), ...run, ...argv],
    cwd: server.cwd ?? place.root,
    env: environmentOf(server, place.root),
    stderr: 'pipe',
  });
  let said = '';
  transport.stderr?.on('data', (chunk) => {
    said = (said + String(chunk)).slice(-2_000);
  });
  try {
    await client.connect(transport, { signal, timeout: START_MS });
  } catch (error) {
    await client.close().catch(() => {});
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(said.trim() === '' ? why : `${why}\n${said.trim()}`);
  }
  const own = client.getServerVersion();
  return {
    version: own ? `${own.name} ${own.version}` : null,
    get listChanges() {
      return listChanges;
    },
    async tools() {
      const tools: unknown[] = [];
      let cursor: string | undefined;
      for (let page = 0; page < MAX_PAGES; page++) {
        const params = cursor === undefined ? {} : { cursor };
        // Read as it came: what the client's own schema leaves out is part of a contract, too.
        const listed = await client.request({ method: 'tools/list', params }, ResultSchema, {
          signal,
          timeout: ANSWER_MS,
        });
        if (Array.isArray(listed.tools)) tools.push(...listed.tools);
        cursor = typeof listed.nextCursor === 'string' ? listed.nextCursor : undefined;
        if (cursor === undefined) break;
      }
      return tools;
    },
    async call(tool, args) {
      try {
        // Without the client's own check of structured content: what policy answers has none of the server's.
        const result = await client.request(
          { method: 'tools/call', params: { name: tool, arguments: { ...args } } },
          CallToolResultSchema,
          { signal, timeout: ANSWER_MS },
        );
        const text = result.content.map((one) => (one.type === 'text' ? one.text : JSON.stringify(one))).join('\n');
        return { outcome: outcomeOf(result), text };
      } catch (error) {
        if (signal.aborted) throw error;
        const kind = error instanceof Error && /timed out|closed/i.test(error.message) ? 'lost' : 'failed';
        return { outcome: { kind, reason: null }, text: error instanceof Error ? error.message : String(error) };
      }
    },
    close: () => client.close(),
  };
}

function outcomeOf(result: {
  isError?: boolean | undefined;
  _meta?: Record<string, unknown> | undefined;
}): DrillOutcome {
  const denial = result._meta?.[DENIAL_META];
  if (typeof denial === 'object' && denial !== null) {
    const reason = DenialReason.safeParse(Reflect.get(denial, 'reason'));
    return { kind: 'deny', reason: reason.success ? reason.data : null };
  }
  return { kind: result.isError === true ? 'failed' : 'allow', reason: null };
}

/** What an agent would give it, with the drill's root for the project. */
function environmentOf({ env }: DrillServer, root: string): Record<string, string> {
  const all = { ...process.env, ...env, CLAUDE_PROJECT_DIR: root };
  const left = ['WORKSPACE_FOLDER_PATHS', 'PROJECT_DIR', 'CALLGROVE_HOME'];
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => (value === undefined || left.includes(name) ? [] : [[name, value]])),
  );
}
