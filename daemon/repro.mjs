#!/usr/bin/env node
/**
 * Replays the few messages of repro/ against an MCP server and says whether the recorded failure shows again.
 *
 *   node repro.mjs                        starts the recorded command
 *   node repro.mjs -- npx -y some-server  starts another one
 *   node repro.mjs http://127.0.0.1:3000/mcp [--header "Name: value"]…   also for servers with the older HTTP+SSE
 *
 * Needs Node 18 and nothing else. frames.ndjson holds the messages as the agent sent them, one a line, secrets and
 * personal data replaced by placeholders; repro.json says what they were sent to and what came of them.
 * Exit code: 1 the failure shows, 0 it does not, 2 it could not be tried.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const SHOWS = 1;
const FINE = 0;
const NOT_TRIED = 2;
/** The first request waits for the server's start as well. */
const START_MS = 10_000;

/** What stands for a secret or a name that was masked. */
const PLACEHOLDER = /<(?:secret:[^>]+|(?:user|host|email)#[0-9a-f]{8})>/;

/** What went wrong before the failing message was reached. */
class NotTried extends Error {}

async function main() {
  const wanted = readArguments(process.argv.slice(2));
  const recorded = JSON.parse(readFileSync(join(here, 'repro.json'), 'utf8'));
  const frames = readFileSync(join(here, 'frames.ndjson'), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => atHome(JSON.parse(line)));
  const waitMs = wanted.waitMs ?? recorded.wait_ms;
  const url = wanted.url ?? (wanted.command.length > 0 ? null : recorded.server.url);
  const server =
    url !== null
      ? httpServer(url, wanted.headers, waitMs)
      : stdioServer(wanted.command.length > 0 ? wanted.command : recorded.server.command.map(atHome), recorded, waitMs);
  try {
    const got = await replay(server, frames, recorded, waitMs);
    return tell(got, recorded, wanted.json);
  } finally {
    await server.stop();
  }
}

function readArguments(argv) {
  const wanted = { json: false, waitMs: null, headers: {}, url: null, command: [] };
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at];
    if (word === '--') {
      wanted.command = argv.slice(at + 1);
      break;
    }
    if (word === '--json') wanted.json = true;
    else if (word === '--wait') wanted.waitMs = Number(argv[++at]) * 1000;
    else if (word === '--header') {
      const [name, ...value] = String(argv[++at]).split(':');
      wanted.headers[name.trim().toLowerCase()] = value.join(':').trim();
    } else if (/^https?:\/\//.test(word)) wanted.url = word;
    else throw new NotTried(`what is ${word}? See the first lines of repro.mjs.`);
  }
  return wanted;
}

/** `~/x` stands for the home folder of whoever recorded it: here it is that of whoever replays it. */
function atHome(value) {
  if (typeof value === 'string') return value === '~' || /^~[\\/]/.test(value) ? homedir() + value.slice(1) : value;
  if (Array.isArray(value)) return value.map(atHome);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, atHome(member)]));
}

/** Sends the messages in order, each request after the answer to the one before. Resolves with what came of the last. */
async function replay(server, frames, recorded, waitMs) {
  // What the server asks meanwhile is answered as it was answered then.
  const answers = [...recorded.answers];
  server.onRequest = ({ id, method }) => {
    const at = answers.findIndex((answer) => answer.method === method);
    const answer = at < 0 ? null : atHome(answers.splice(at, 1)[0]);
    const nothing = { error: { code: -32601, message: 'not answered when this was recorded' } };
    server.send({
      jsonrpc: '2.0',
      id,
      ...(answer === null ? nothing : answer.error ? { error: answer.error } : { result: answer.result }),
    });
  };
  let patienceMs = Math.max(waitMs, START_MS);
  for (const [frame, ...rounds] of stepsOf(frames)) {
    const isRequest = frame.id !== undefined && frame.method !== undefined;
    const isLast = isRequest && same(frame.id, recorded.failing);
    if (!isRequest) {
      await server.send(frame);
      continue;
    }
    let got = await ask(server, frame, patienceMs);
    // A server that wants to know more has the request repeated, with what was answered then and its own state of now.
    for (const round of rounds) {
      if (got.kind !== 'asks_more') break;
      got = await ask(server, goingOn(round, got.message.result), waitMs);
    }
    if (isLast) return followed(got, recorded.expected, frame);
    if (got.kind === 'server_ended') throw new NotTried(`the server ended before the failing call: ${got.text}`);
    if (got.kind === 'no_answer') throw new NotTried(`no answer to ${frame.method} within ${patienceMs / 1000} s`);
    patienceMs = waitMs;
  }
  throw new NotTried('frames.ndjson does not hold the failing call');
}

async function ask(server, frame, waitMs) {
  const answer = server.answerTo(frame.id);
  await server.send(frame);
  return within(answer, waitMs);
}

/** Each request with those that go on with it: they bring what the server asked for in its answer. */
function stepsOf(frames) {
  const steps = [];
  for (const frame of frames) {
    const { inputResponses, requestState } = frame.params ?? {};
    const last = steps.at(-1);
    if ((inputResponses !== undefined || requestState !== undefined) && last?.[0].method === frame.method)
      last.push(frame);
    else steps.push([frame]);
  }
  return steps;
}

function goingOn(round, { inputRequests, requestState }) {
  const { requestState: _, ...params } = round.params;
  const unanswered = Object.keys(inputRequests ?? {}).filter((name) => params.inputResponses?.[name] === undefined);
  if (unanswered.length > 0)
    throw new NotTried(`the server asks for ${unanswered.join(', ')}, which was not answered when this was recorded`);
  return { ...round, params: requestState === undefined ? params : { ...params, requestState } };
}

/** What this script cannot replay is said, and not taken for an end. */
function followed(got, expected, { params }) {
  const { result } = got.message ?? {};
  if (got.kind === 'asks_more' && expected.kind !== 'asks_more')
    throw new NotTried(
      `the server asks for more than when this was recorded: ${Object.keys(result.inputRequests ?? {})}`,
    );
  // How a recorded task ended, its first answer does not say. 2025-11-25 names one only to who asked for it.
  if (result?.resultType === 'task' || (params?.task && typeof result?.task?.taskId === 'string'))
    throw new NotTried('the server makes a task of the call, and this script does not follow tasks');
  if (got.code === HEADER_MISMATCH && expected.code !== HEADER_MISMATCH)
    throw new NotTried('the server wants headers that repeat arguments (Mcp-Param-…), which this script does not send');
  return got;
}

const HEADER_MISMATCH = -32020;

function within(promise, ms) {
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(() => resolve({ kind: 'no_answer', code: null, text: '', message: null }), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** What an answer is: the same words as in repro.json's `expected`. */
function readAnswer(message) {
  if (message.error)
    return { kind: 'rpc_error', code: message.error.code ?? null, text: String(message.error.message ?? ''), message };
  if (message.result?.resultType === 'input_required') {
    const names = Object.keys(message.result.inputRequests ?? {});
    return { kind: 'asks_more', code: null, text: names.join(', '), message };
  }
  const content = message.result?.content;
  const texts = Array.isArray(content)
    ? content.map((block) => block?.text).filter((text) => typeof text === 'string')
    : [];
  const text = texts.length > 0 ? texts.join('\n') : JSON.stringify(message.result ?? null);
  return { kind: message.result?.isError === true ? 'tool_error' : 'result', code: null, text, message };
}

/** Matches answers to requests; whoever waits when the server ends is told so. */
function dialogue() {
  const waiting = new Map();
  let ended = null;
  return {
    onRequest: () => {},
    answerTo: (id) =>
      ended === null ? new Promise((resolve) => waiting.set(JSON.stringify(id), resolve)) : Promise.resolve(ended),
    receive(message) {
      if (Array.isArray(message)) {
        for (const one of message) this.receive(one);
        return;
      }
      if (message?.method !== undefined) {
        if (message.id !== undefined) this.onRequest(message);
        return;
      }
      waiting.get(JSON.stringify(message?.id))?.(readAnswer(message));
      waiting.delete(JSON.stringify(message?.id));
    },
    end(text) {
      ended ??= { kind: 'server_ended', code: null, text, message: null };
      for (const resolve of waiting.values()) resolve(ended);
      waiting.clear();
    },
  };
}

function stdioServer(command, recorded, waitMs) {
  const [program, ...args] = command;
  if (program === undefined) throw new NotTried('no command is recorded: give one after --');
  const secret = command.find((word) => PLACEHOLDER.test(word));
  if (secret !== undefined)
    throw new NotTried(`the recorded command holds a placeholder (${secret}): give it whole after --`);
  const folder = recorded.server.cwd === null ? null : atHome(recorded.server.cwd);
  const cwd = folder !== null && existsSync(folder) ? folder : process.cwd();
  console.error(`Starting ${command.join(' ')}\n      in ${cwd}`);
  const child = spawn(program, args, {
    cwd,
    stdio: ['pipe', 'pipe', process.env.REPRO_QUIET ? 'ignore' : 'inherit'],
    // npx and its like are scripts there.
    shell: process.platform === 'win32',
  });
  const talk = dialogue();
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      try {
        talk.receive(JSON.parse(line));
      } catch {
        if (line.trim() !== '') console.error(`Not JSON: ${line.slice(0, 200)}`);
      }
    }
  });
  const gone = new Promise((resolve) => {
    child.on('error', (error) => {
      talk.end(`could not be started: ${error.message}`);
      resolve();
    });
    child.on('close', (code, signal) => {
      talk.end(signal === null ? `exit code ${code}` : `signal ${signal}`);
      resolve();
    });
  });
  child.stdin.on('error', () => {});
  return Object.assign(talk, {
    send: (message) => {
      child.stdin.write(`${JSON.stringify(message)}\n`);
    },
    async stop() {
      child.stdin.end();
      if ((await within(gone, Math.min(1000, waitMs)))?.kind !== 'no_answer') return;
      child.kill();
      if ((await within(gone, 1000))?.kind === 'no_answer') child.kill('SIGKILL');
    },
  });
}

function httpServer(url, headers, waitMs) {
  console.error(`Asking ${url}`);
  const talk = dialogue();
  const stopping = new AbortController();
  let session = null;
  let version = null;
  /** Where messages go to a server with HTTP+SSE, as it says itself; its answers come by the stream that was asked for first. */
  let endpoint = null;
  const send = (to, message, more) =>
    fetch(to, {
      method: 'POST',
      body: JSON.stringify(message),
      signal: stopping.signal,
      headers: { 'content-type': 'application/json', ...more, ...headers },
    });
  const post = async (message) => {
    if (endpoint !== null) return postOnly(message);
    const answer = await send(url, message, {
      accept: 'application/json, text/event-stream',
      ...(session === null ? {} : { 'mcp-session-id': session }),
      ...(version === null ? {} : { 'mcp-protocol-version': version }),
      ...ownHeaders(message),
    });
    session = answer.headers.get('mcp-session-id') ?? session;
    const isStream = isEvents(answer);
    if (!answer.ok && !isStream) {
      const text = await answer.text();
      const known = readJson(text);
      if (known?.error) return talk.receive({ ...known, id: message.id });
      if (message.method === 'initialize' && [400, 404, 405].includes(answer.status) && (await openStream()))
        return postOnly(message);
      return talk.end(`HTTP ${answer.status}: ${text.slice(0, 500)}`);
    }
    const receive = (one) => {
      if (message.method === 'initialize') version = one?.result?.protocolVersion ?? version;
      talk.receive(one);
    };
    if (!isStream) {
      const one = readJson(await answer.text());
      if (one !== null) receive(one);
      return;
    }
    for await (const { data } of eventsOf(answer)) {
      const one = readJson(data);
      if (one !== null) receive(one);
    }
  };
  const postOnly = async (message) => {
    const answer = await send(endpoint, message, {});
    if (!answer.ok) talk.end(`HTTP ${answer.status}: ${(await answer.text()).slice(0, 500)}`);
    else await answer.body?.cancel();
  };
  /** HTTP+SSE, as servers of 2024-11-05 have it. @returns false where there is none */
  const openStream = async () => {
    const answer = await fetch(url, { headers: { accept: 'text/event-stream', ...headers }, signal: stopping.signal });
    if (!answer.ok || !isEvents(answer)) return false;
    const events = eventsOf(answer);
    const { value: first } = await events.next();
    if (first?.event !== 'endpoint') return false;
    const named = new URL(first.data, url);
    if (named.origin !== new URL(url).origin)
      throw new NotTried(`the server names another host for messages: ${named}`);
    endpoint = named;
    console.error(`      over HTTP+SSE, messages to ${named.pathname}`);
    const read = async () => {
      for await (const { data } of events) {
        const one = readJson(data);
        if (one !== null) talk.receive(one);
      }
      talk.end('the stream of events ended');
    };
    read().catch((error) => talk.end(`${error.cause?.code ?? error.message}`));
    return true;
  };
  return Object.assign(talk, {
    send(message) {
      const sent = post(message).catch((error) => {
        if (error instanceof NotTried) throw error;
        talk.end(`${error.cause?.code ?? error.message}`);
      });
      // A notification is taken in before the next message goes out; so is what opens the dialogue.
      if (message.id === undefined || message.method === 'initialize') return within(sent, waitMs);
      sent.catch((error) => talk.end(error.message));
      return undefined;
    },
    async stop() {
      stopping.abort();
    },
  });
}

/** Since 2026-07-28 each request says its revision, method and name in headers as well. */
function ownHeaders({ method, params }) {
  const version = params?._meta?.['io.modelcontextprotocol/protocolVersion'];
  if (typeof version !== 'string') return {};
  const name = params.name ?? params.uri;
  const value = (text) =>
    /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(text) && !text.startsWith('=?')
      ? text
      : `=?base64?${Buffer.from(text).toString('base64')}?=`;
  return {
    'mcp-protocol-version': version,
    'mcp-method': method,
    ...(typeof name === 'string' ? { 'mcp-name': value(name) } : {}),
  };
}

const isEvents = (answer) => (answer.headers.get('content-type') ?? '').includes('text/event-stream');

async function* eventsOf(answer) {
  let rest = '';
  for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
    const events = (rest + chunk).split(/\r?\n\r?\n/);
    rest = events.pop() ?? '';
    for (const event of events) {
      const lines = (name) =>
        [...event.matchAll(new RegExp(`^${name}: ?(.*)$`, 'gm'))].map((match) => match[1].trimEnd());
      yield { event: lines('event')[0] ?? 'message', data: lines('data').join('\n') };
    }
  }
}

function readJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function say(text) {
  process.stdout.write(`${text}\n`);
}

/** Prints what came, beside what was recorded. */
function tell(got, { expected }, asJson) {
  const shows = isSame(got, expected);
  if (asJson) say(JSON.stringify({ shows, got: { kind: got.kind, code: got.code, text: got.text.slice(0, 4000) } }));
  else {
    say(`Recorded: ${inWords(expected)}`);
    say(`Now:      ${inWords(got)}`);
    if (got.message !== null) say(JSON.stringify(got.message, null, 2).slice(0, 20_000));
    say(shows ? '\nThe failure shows.' : '\nThe failure does not show.');
  }
  return shows ? SHOWS : FINE;
}

const KINDS = {
  rpc_error: 'the protocol’s error',
  tool_error: 'the tool says that it failed',
  result: 'a result',
  asks_more: 'the server asks for more',
  no_answer: 'no answer',
  server_ended: 'the server ended',
};

function inWords({ kind, code, text }) {
  const line = text.replace(/\s+/g, ' ').slice(0, 200);
  return `${KINDS[kind] ?? kind}${code === null ? '' : ` ${code}`}${line === '' ? '' : `: ${line}`}`;
}

/** The same kind of end, and in the same words where it has any: numbers, names and paths may be others. */
function isSame(got, expected) {
  if (got.kind !== expected.kind || (expected.kind === 'rpc_error' && got.code !== expected.code)) return false;
  if (got.kind === 'no_answer' || got.kind === 'server_ended') return true;
  const known = wordsOf(expected.text);
  const now = wordsOf(got.text);
  if (known.size === 0) return true;
  const both = [...known].filter((word) => now.has(word)).length;
  return both / Math.max(known.size, now.size) >= 0.6;
}

/** Without placeholders, quoted names, paths and numbers. */
function wordsOf(text) {
  const plain = text
    .slice(0, 4000)
    .toLowerCase()
    .replace(
      /<(?:secret:[^>]+|(?:user|host|email)#[0-9a-f]{8})>|"[^"]*"|'[^']*'|`[^`]*`|(?:~|\.{1,2}|[a-z]:)?[\\/][^\s"'`,;:)]+|[0-9a-f]{8,}|\d+/g,
      ' ',
    );
  return new Set(plain.match(/\p{L}{2,}/gu) ?? []);
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    console.error(error instanceof NotTried ? `Not tried: ${error.message}` : error);
    process.exitCode = NOT_TRIED;
  },
);
