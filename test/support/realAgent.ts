/**
 * A real agent under test: Gemini CLI from npm, run without a terminal, whose model is a script on loopback. What it
 * does with its MCP servers, it does itself; only what the model says is ours.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

const script = join(import.meta.dirname, '../e2e/node_modules/@google/gemini-cli/bundle/gemini.js');
const LIMIT_MS = 120_000;

export interface ServerEntry {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** What the model says next, given the last tool's answer as text: a call of `mcp_<server>_<tool>`, or its last words. */
export type Turn = (answer: string) => { tool: string; args: Record<string, unknown> } | string;

export interface AgentRun {
  readonly code: number | null;
  readonly output: string;
  /** The tools' answers as the model was told them. */
  readonly answers: readonly string[];
}

export interface ScriptedModel {
  readonly url: string;
  /** From now on it says this; after the last turn that it is done. Returns where the tools' answers will stand. */
  follow(turns: readonly Turn[]): readonly string[];
  close(): void;
}

/** @param home an empty folder, or one of a run before; its settings are written */
export async function runAgent(options: {
  cwd: string;
  home: string;
  servers: Readonly<Record<string, ServerEntry>>;
  model: ScriptedModel;
  turns: readonly Turn[];
  env?: Readonly<Record<string, string>>;
}): Promise<AgentRun> {
  const settings = {
    security: { auth: { selectedType: 'gemini-api-key' }, folderTrust: { enabled: false } },
    general: { enableAutoUpdate: false, disableAutoUpdate: true },
    privacy: { usageStatisticsEnabled: false },
    telemetry: { enabled: false },
    mcpServers: Object.fromEntries(
      Object.entries(options.servers).map(([name, entry]) => [name, { ...entry, trust: true }]),
    ),
  };
  mkdirSync(join(options.home, '.gemini'), { recursive: true });
  writeFileSync(join(options.home, '.gemini', 'settings.json'), JSON.stringify(settings));
  const answers = options.model.follow(options.turns);
  const child = spawn(process.execPath, [script, '-p', 'go', '--yolo', '-m', 'gemini-2.5-flash'], {
    cwd: options.cwd,
    env: {
      PATH: process.env.PATH,
      HOME: options.home,
      GEMINI_API_KEY: 'scripted',
      GOOGLE_GEMINI_BASE_URL: options.model.url,
      NO_COLOR: '1',
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearTimeout(limit);
  return { code, output, answers };
}

/** One for all runs that are compared: another address would be another environment. */
export async function startModel(): Promise<ScriptedModel> {
  let [answers, left]: [string[], Turn[]] = [[], []];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const answer = toolAnswer(body);
    if (answer !== null) answers.push(answer);
    const said = left.shift()?.(answer ?? '') ?? 'done';
    const part = typeof said === 'string' ? { text: said } : { functionCall: { name: said.tool, args: said.args } };
    const message = JSON.stringify({
      candidates: [{ content: { role: 'model', parts: [part] }, finishReason: 'STOP', index: 0 }],
      usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 },
      modelVersion: 'scripted',
    });
    const streams = request.url?.includes('stream') === true;
    response.setHeader('content-type', streams ? 'text/event-stream' : 'application/json');
    response.end(streams ? `data: ${message}\n\n` : message);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    follow(turns) {
      [answers, left] = [[], [...turns]];
      return answers;
    },
    close: () => server.close(),
  };
}

/** The last message's function response, or null where it has none. */
function toolAnswer(body: string): string | null {
  const request: { contents?: { parts?: { functionResponse?: { response?: unknown } }[] }[] } = JSON.parse(body);
  const parts = request.contents?.at(-1)?.parts ?? [];
  const found = parts.find((part) => part.functionResponse !== undefined);
  return found ? JSON.stringify(found.functionResponse?.response ?? null) : null;
}
