/**
 * A real MCP client as an agent would be one: a process of its own, in the workspace, that reads a config file, starts
 * the server which an entry names, and calls its tools. Run as a program it is that client; imported it starts one.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { parse } from 'jsonc-parser';

export interface EntryClient {
  /** The texts of the tool's answer. */
  call(tool: string, args: Record<string, unknown>): Promise<string>;
  /** Starts a call and does not wait for it. */
  begin(tool: string, args: Record<string, unknown>): void;
  close(): Promise<void>;
}

interface Wish {
  readonly tool: string;
  readonly args: Record<string, unknown>;
}
interface Reply {
  readonly text: string;
}

/** @param cwd the client's own, which is its workspace */
export async function entryClient(
  file: string,
  server: string,
  cwd: string,
  env: NodeJS.ProcessEnv = {},
): Promise<EntryClient> {
  const child = fork(import.meta.filename, [file, server], {
    cwd,
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit').then(() => {
    throw new Error('the client ended before its answer');
  });
  // It ends at last in any case; who waits for an answer then is told.
  ended.catch(() => {});
  const answer = async (): Promise<string> => {
    const [reply]: Reply[] = await Promise.race([once(child, 'message'), ended]);
    return reply?.text ?? '';
  };
  await answer();
  return {
    call(tool, args) {
      child.send({ tool, args } satisfies Wish);
      return answer();
    },
    begin: (tool, args) => void child.send({ tool, args } satisfies Wish),
    async close() {
      if (child.exitCode !== null) return;
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

async function main(file: string, server: string): Promise<void> {
  const config: { mcpServers: Record<string, { command: string; args?: string[]; env?: Record<string, string> }> } =
    parse(await readFile(file, 'utf8'));
  const entry = config.mcpServers[server];
  if (!entry) throw new Error(`${file} has no server ${server}`);
  const client = new Client({ name: 'test-agent', version: '1.0' });
  const { command, args = [], env = {} } = entry;
  await client.connect(
    new StdioClientTransport({
      command,
      args,
      env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...env },
    }),
  );
  process.send?.({ text: 'ready' } satisfies Reply);
  process.on('message', async ({ tool, args: given }: Wish) => {
    const result = await client.callTool({ name: tool, arguments: given });
    process.send?.({ text: JSON.stringify(result.content) } satisfies Reply);
  });
  process.on('disconnect', () => void client.close().finally(() => process.exit(0)));
}

if (import.meta.main) await main(process.argv[2] ?? '', process.argv[3] ?? '');
