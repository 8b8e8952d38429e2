/**
 * One of the two ways to a server for `verify-path`: straight, or through `callgrove run`. A real MCP client that keeps the
 * answer as it came.
 */
import { createHash } from 'node:crypto';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { getDefaultEnvironment, StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { McpError, ResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { VERSION } from './base/version.ts';
import { classifyError, type ErrorFacts } from './classify/classifyError.ts';
import { callgroveScript } from './cli/program.ts';
import { canonicalJson } from './model/canonicalJson.ts';
import type { Json } from './model/json.ts';
import { jsonMember } from './model/jsonMember.ts';
import { DENIAL_META } from './policy/denial.ts';
import type { SeenAnswer } from './protocol/pathVerification.ts';

/** How a server is reached. */
export type PathSubject =
  | {
      readonly kind: 'stdio';
      readonly argv: readonly string[];
      readonly cwd: string;
      readonly env: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'http'; readonly url: string; readonly headers: Readonly<Record<string, string>> };

export interface PathClient {
  tools(): Promise<readonly unknown[]>;
  call(tool: string, args: Readonly<Record<string, unknown>>): Promise<SeenAnswer>;
  /** Asks, and takes it back at once. */
  giveUp(tool: string, args: Readonly<Record<string, unknown>>): Promise<SeenAnswer>;
  close(): Promise<void>;
}

const START_MS = 120_000;
const ANSWER_MS = 60_000;
const GAVE_UP = 'the client gave it up';
/** The client's words for what no peer said. */
const CLIENTS_OWN = /Request timed out|Connection closed/;

/** @param through the state folder and server's name of the proxy in between; null goes straight. Throws where it does not start. */
export async function connectPath(
  subject: PathSubject,
  through: { readonly home: string; readonly name: string } | null,
  signal: AbortSignal,
): Promise<PathClient> {
  const client = new Client({ name: 'callgrove-verify-path', version: VERSION }, { capabilities: {} });
  await client.connect(transportOf(subject, through), { signal, timeout: START_MS });
  const ask = (method: string, params: Record<string, unknown>, own = signal) =>
    client.request({ method, params }, ResultSchema, { signal: own, timeout: ANSWER_MS });
  const timed = async (work: () => Promise<unknown>): Promise<SeenAnswer> => {
    const began = performance.now();
    const ms = () => Math.round((performance.now() - began) * 100) / 100;
    try {
      const result = asJson(await work());
      return { ...judged(result, undefined), ms: ms() };
    } catch (error) {
      if (signal.aborted) throw error;
      const said = error instanceof Error ? error.message : String(error);
      if (said.includes(GAVE_UP)) return { outcome: 'given_up', error_class: 'cancelled', frame: null, ms: ms() };
      if (!(error instanceof McpError) || CLIENTS_OWN.test(said))
        return { outcome: 'lost', error_class: 'transport_error', frame: null, ms: ms() };
      const { code, data } = error;
      return { ...judged(undefined, asJson({ code, message: said, data })), ms: ms() };
    }
  };
  return {
    async tools() {
      const { tools } = await ask('tools/list', {});
      return Array.isArray(tools) ? tools : [];
    },
    call: (name, args) => timed(() => ask('tools/call', { name, arguments: args })),
    giveUp: (name, args) =>
      timed(() => {
        const own = new AbortController();
        const asked = ask('tools/call', { name, arguments: args }, own.signal);
        own.abort(new Error(GAVE_UP));
        return asked;
      }),
    close: () => client.close(),
  };
}

function transportOf(
  subject: PathSubject,
  through: { readonly home: string; readonly name: string } | null,
): StdioClientTransport | StreamableHTTPClientTransport {
  const run = through && [callgroveScript(), 'run', '--no-daemon', '--home', through.home, '--name', through.name];
  if (subject.kind === 'stdio') {
    const [program = '', ...args] = run ? [process.execPath, ...run, '--', ...subject.argv] : subject.argv;
    const env = environmentOf(subject.env);
    return new StdioClientTransport({ command: program, args, cwd: subject.cwd, env, stderr: 'ignore' });
  }
  const { url, headers } = subject;
  if (!run) return new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers: { ...headers } } });
  // Values go by the environment: a command line can be read by others.
  const names = Object.keys(headers);
  const given = names.flatMap((name, at) => ['--header', `${name}=\${CG_HEADER_${at}}`]);
  const env = environmentOf(Object.fromEntries(names.map((name, at) => [`CG_HEADER_${at}`, headers[name] ?? ''])));
  return new StdioClientTransport({
    command: process.execPath,
    args: [...run, '--url', url, ...given],
    env,
    stderr: 'ignore',
  });
}

/** As a host starts a server: the few variables that it passes on, and the entry's own. */
export function environmentOf(own: Readonly<Record<string, string>>): Record<string, string> {
  return { ...getDefaultEnvironment(), ...own };
}

const NOTHING: Omit<ErrorFacts, 'result' | 'error' | 'failed'> = {
  method: 'tools/call',
  tool: null,
  answerText: null,
  malformed: false,
  http: null,
  crash: null,
  ended: null,
  at: 0,
  callRetrySafe: null,
};

function judged(result: Json | undefined, error: Json | undefined): Omit<SeenAnswer, 'ms'> {
  const denial =
    jsonMember(jsonMember(result, '_meta'), DENIAL_META) ?? jsonMember(jsonMember(error, 'data'), 'decision');
  const failed = error !== undefined || jsonMember(result, 'isError') === true;
  const found = classifyError({ ...NOTHING, result, error, failed });
  return {
    outcome: denial !== undefined ? 'denied' : failed ? 'error' : 'answered',
    error_class: found?.error_class ?? null,
    frame: `sha256:${createHash('sha256')
      .update(canonicalJson(result ?? error ?? null))
      .digest('hex')}`,
  };
}

/** As it would stand on the wire. */
function asJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value ?? null));
}
