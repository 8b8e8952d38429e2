/**
 * The sample's agent: a process of its own, as real agents are, with a real MCP client on each server through
 * `callgrove run`. Ends with 0 when its task is done or it was stopped, with 1 and a line on stderr when it failed.
 */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { VERSION } from './base/version.ts';
import { callgroveScript } from './cli/program.ts';
import { type SampleServer, sampleServers } from './sampleServers.ts';
import { answerServers, doTask } from './sampleTask.ts';
import { SAMPLE_AGENT } from './sampleWords.ts';

const THINKING_MS = 250;

/** @param root the repository. @param home the state folder: hosts strip the environment, so it goes by argument */
export async function runSampleAgent(root: string, home: string): Promise<number> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
  // Whoever started us holds the other end: when it is gone, so is our reason to go on.
  process.stdin
    .on('end', () => stop.abort())
    .on('error', () => stop.abort())
    .resume();
  const open: Client[] = [];
  let said = '';
  const connect = async (server: SampleServer) => {
    const client = new Client(
      { name: SAMPLE_AGENT, version: VERSION },
      { capabilities: { sampling: {}, elicitation: {} } },
    );
    answerServers(client);
    const command = [
      callgroveScript(),
      'run',
      '--home',
      home,
      '--name',
      server.name,
      '--',
      process.execPath,
      server.script,
    ];
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [...command, ...server.args],
      cwd: root,
      stderr: 'pipe',
    });
    transport.stderr?.on('data', (chunk) => {
      said = (said + String(chunk)).slice(-2_000);
    });
    open.push(client);
    await client.connect(transport, { signal: stop.signal, timeout: 30_000 });
    return client;
  };
  try {
    const [filesystem, everything] = (sampleServers(root) ?? []).map(connect);
    if (!filesystem || !everything) throw new Error('the sample servers are not installed');
    await doTask({ filesystem: await filesystem, everything: await everything }, root, THINKING_MS, stop.signal);
    return 0;
  } catch (error) {
    if (stop.signal.aborted) return 0;
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${said}`);
    return 1;
  } finally {
    await Promise.allSettled(open.map((client) => client.close()));
    process.stdin.destroy();
  }
}
