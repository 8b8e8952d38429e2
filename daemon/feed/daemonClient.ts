/**
 * Speaks the daemon's HTTP interface for the CLI and the sample: sends the token, parses every answer, and turns what
 * can go wrong into one typed error. Finding and starting the daemon is `connectDaemon.ts`'s part.
 */
import { Agent, type IncomingMessage, request } from 'node:http';
import type { z } from 'zod';
import { ApiError } from '../protocol/api.ts';

/**
 * `failed_to_start`, `not_ready` the daemon did not come up; `newer_daemon` it speaks another feed version;
 * `lost` it went away or cut its answer off; `too_slow` it gave no sign of life; `bad_answer` it said something that
 * we do not understand; `refused` it answered with an error of its own, then `apiCode` says which.
 */
export type DaemonErrorCode =
  | 'absent'
  | 'failed_to_start'
  | 'not_ready'
  | 'newer_daemon'
  | 'lost'
  | 'too_slow'
  | 'bad_answer'
  | 'refused';

/** The message is a sentence for people that names the file and the remedy. */
export class DaemonError extends Error {
  readonly code: DaemonErrorCode;
  /** The daemon's own code, e.g. `not_found`, `ambiguous`, `bad_filter`; null unless `refused`. */
  readonly apiCode: string | null;
  readonly candidates: readonly string[];
  constructor(code: DaemonErrorCode, message: string, options?: ErrorOptions & { api?: ApiError }) {
    super(message, options);
    this.name = 'DaemonError';
    this.code = code;
    this.apiCode = options?.api?.code ?? null;
    this.candidates = options?.api?.candidates ?? [];
  }
}

/** Paths start with `/api/`; every method rejects with a `DaemonError`. */
export interface DaemonClient {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly base: string;
  readonly token: string;
  get<T>(path: string, schema: z.ZodType<T>): Promise<T>;
  /** NDJSON, one parsed value a line, as fast as the caller takes them. Leaving the loop ends the request. */
  getLines<T>(path: string, schema: z.ZodType<T>): AsyncIterable<T>;
  post<T>(path: string, body: unknown, schema: z.ZodType<T>): Promise<T>;
  close(): void;
}

/** One line or one document may have so many bytes. */
const ANSWER_BYTES = 64 * 1024 * 1024;
/** Without a byte for so long the daemon is given up. A statement may take 2 s there, pruning longer. */
const SILENCE_MS = 60_000;

/** @param home named in error messages */
export function daemonClient(options: { port: number; token: string; home: string }): DaemonClient {
  const agent = new Agent({ keepAlive: false });
  const open = (method: 'GET' | 'POST', path: string, body: unknown) =>
    send({ agent, method, path, body, port: options.port, token: options.token, home: options.home });
  return {
    base: `http://127.0.0.1:${options.port}`,
    token: options.token,
    async get(path, schema) {
      return parse(schema, await readAll(await open('GET', path, undefined), options.home), path);
    },
    async *getLines(path, schema) {
      for await (const line of linesOf(await open('GET', path, undefined), options.home))
        yield parse(schema, line, path);
    },
    async post(path, body, schema) {
      return parse(schema, await readAll(await open('POST', path, body), options.home), path);
    },
    close: () => agent.destroy(),
  };
}

interface Sending {
  readonly agent: Agent;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body: unknown;
  readonly port: number;
  readonly token: string;
  readonly home: string;
}

/** Resolves with a 200 answer, whose body is still to be read. */
async function send(what: Sending): Promise<IncomingMessage> {
  const text = what.method === 'POST' ? JSON.stringify(what.body) : null;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = request({
      agent: what.agent,
      host: '127.0.0.1',
      port: what.port,
      method: what.method,
      path: what.path,
      timeout: SILENCE_MS,
      headers: {
        authorization: `Bearer ${what.token}`,
        ...(text === null ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
      },
    });
    outgoing.on('timeout', () =>
      outgoing.destroy(new DaemonError('too_slow', `The daemon gave no answer in a minute. ${seeLog(what.home)}`)),
    );
    outgoing.on('error', (error) => reject(asLost(error, what.home)));
    outgoing.on('response', resolve);
    outgoing.end(text ?? undefined);
  });
  if (response.statusCode === 200) return response;
  const answer = await readAll(response, what.home);
  const api = ApiError.safeParse(toJson(answer));
  if (api.success) throw new DaemonError('refused', api.data.message, { api: api.data });
  throw new DaemonError(
    'bad_answer',
    `The daemon answered ${what.path} with HTTP ${response.statusCode}. ${seeLog(what.home)}`,
  );
}

async function readAll(response: IncomingMessage, home: string): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response) {
      const part: Buffer = chunk;
      bytes += part.length;
      if (bytes > ANSWER_BYTES) throw new DaemonError('bad_answer', 'The daemon sent an answer of more than 64 MiB.');
      chunks.push(part);
    }
  } catch (error) {
    throw asLost(error, home);
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function* linesOf(response: IncomingMessage, home: string): AsyncGenerator<string> {
  let rest = '';
  response.setEncoding('utf8');
  try {
    for await (const chunk of response) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > ANSWER_BYTES)
        throw new DaemonError('bad_answer', 'The daemon sent a line of more than 64 MiB.');
      for (const line of lines) if (line !== '') yield line;
    }
  } catch (error) {
    throw asLost(error, home);
  }
  if (rest !== '') throw asLost(null, home);
}

function parse<T>(schema: z.ZodType<T>, text: string, path: string): T {
  const result = schema.safeParse(toJson(text));
  if (result.success) return result.data;
  throw new DaemonError(
    'bad_answer',
    `The daemon's answer to ${path} is not of this version: ${result.error.issues[0]?.message ?? 'unknown'}. Run \`callgrove daemon stop\` and try again.`,
    { cause: result.error },
  );
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function asLost(error: unknown, home: string): DaemonError {
  if (error instanceof DaemonError) return error;
  return new DaemonError('lost', `The connection to the daemon ended before its answer did. ${seeLog(home)}`, {
    cause: error,
  });
}

function seeLog(home: string): string {
  return `Its log is daemon.log in ${home}.`;
}
