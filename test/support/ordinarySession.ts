/**
 * Records an ordinary session with the real file-system server through the real proxy, and lists what policy had against
 * it. `node test/support/ordinarySession.ts [CALLS]` prints the list, 500 calls where no number is given.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { SegmentReader } from '../../daemon/journal/segmentReader.ts';
import { DecisionRecord } from '../../daemon/protocol/policy.ts';
import { type OrdinaryCall, type OrdinaryServer, ordinaryCalls } from './ordinaryCalls.ts';
import { type OrdinaryPlace, ordinaryPlace } from './ordinaryPlace.ts';
import { CALLGROVE } from './proxied.ts';

export interface OrdinarySession {
  readonly calls: readonly (OrdinaryCall & {
    readonly decision: DecisionRecord | null;
    readonly failed: string | null;
  })[];
}

const FILESYSTEM = resolve(
  import.meta.dirname,
  '../../node_modules/@modelcontextprotocol/server-filesystem/dist/index.js',
);

export async function ordinarySession(place: OrdinaryPlace, count: number): Promise<OrdinarySession> {
  const wanted = ordinaryCalls(place, count);
  const { home, scratch, shop, api, worktree } = place;
  const web = join(shop, 'packages', 'web');
  const clients: Readonly<Record<OrdinaryServer, Client>> = {
    fs: await connect(place, 'fs', { folders: [home, scratch], cwd: shop, env: { CLAUDE_PROJECT_DIR: web } }),
    api: await connect(place, 'api', { folders: [api], cwd: api, env: {} }),
    feature: await connect(place, 'feature', { folders: [home], cwd: worktree, env: { CLAUDE_PROJECT_DIR: worktree } }),
    editor: await connect(place, 'editor', { folders: [home], cwd: '/', env: { WORKSPACE_FOLDER_PATHS: shop } }),
  };
  const failures: (string | null)[] = [];
  try {
    for (const call of wanted) {
      const answer = await clients[call.server].callTool({ name: call.tool, arguments: { ...call.arguments } });
      failures.push(answer.isError ? JSON.stringify(answer.content).slice(0, 300) : null);
    }
  } finally {
    await Promise.all(Object.values(clients).map((client) => client.close()));
  }
  const decisions = new Map(Object.keys(clients).map((name) => [name, decisionsOf(join(place.state, name))]));
  const calls = wanted.map((call, index) => {
    const left = decisions.get(call.server);
    // What names no path is not judged, and has no record.
    const isJudged = left?.[0]?.tool === call.tool;
    if (!isJudged && Object.keys(call.arguments).length > 0) throw new Error(`call ${index} was not judged`);
    return { ...call, decision: (isJudged && left?.shift()) || null, failed: failures[index] ?? null };
  });
  return { calls };
}

interface Started {
  /** On the server's command line. */
  readonly folders: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Each has a state folder of its own. */
async function connect(place: OrdinaryPlace, name: OrdinaryServer, started: Started): Promise<Client> {
  const client = new Client({ name: 'claude-code', version: '2.1.303' });
  const run = ['run', '--no-daemon', '--home', join(place.state, name), '--name', name, '--'];
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [CALLGROVE, ...run, process.execPath, FILESYSTEM, ...started.folders],
      env: {
        PATH: process.env.PATH ?? '',
        HOME: place.home,
        ...started.env,
      },
      cwd: started.cwd,
      stderr: 'ignore',
    }),
  );
  await client.listTools();
  return client;
}

/** Of tool calls, in their order. */
function decisionsOf(home: string): DecisionRecord[] {
  const folder = join(home, 'journal');
  return readdirSync(folder)
    .toSorted()
    .flatMap((file) => new SegmentReader().push(readFileSync(join(folder, file))))
    .filter(({ head }) => head.k === 'decision')
    .map(({ payload }) => DecisionRecord.parse(JSON.parse(Buffer.from(payload).toString())))
    .filter(({ method }) => method === 'tools/call');
}

if (import.meta.main) {
  const place = ordinaryPlace();
  try {
    const { calls } = await ordinarySession(place, Number(process.argv[2] ?? 500));
    const told = calls.flatMap(({ decision, ...call }) =>
      decision !== null && decision.decision !== 'allow' ? { ...call, decision } : [],
    );
    for (const { tool, decision, expected } of told) {
      const path = (decision.paths.find(({ reason }) => reason !== null)?.requested ?? '').replace(place.home, '~');
      const verdict = expected === decision.reason ? 'expected' : 'FALSE ALARM';
      console.log(
        `${verdict.padEnd(12)} ${decision.decision.padEnd(10)} ${decision.reason?.padEnd(18)} ${tool}  ${path}  (${decision.rule})`,
      );
    }
    const missed = calls.filter(({ decision, expected }) => expected !== null && decision?.decision !== 'would_deny');
    for (const { tool, arguments: args } of missed) console.log(`MISSED       ${tool} ${JSON.stringify(args)}`);
    const times = calls.flatMap(({ decision }) => decision?.took_us ?? []).toSorted((a, b) => a - b);
    const failed = calls.filter((call) => call.failed !== null);
    for (const { tool, failed: text } of failed.slice(0, 10)) console.log(`server said  ${tool} ${text}`);
    console.log(
      `${calls.length} calls, ${told.length} with something against them, ${failed.length} refused by the server itself; judged in ${times[Math.floor(times.length / 2)]} µs (median), ${times.at(-1)} µs (most)`,
    );
  } finally {
    place.remove();
  }
}
