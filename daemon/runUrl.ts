/**
 * `callgrove run --url`: an HTTP server behind stdio. Joins the parts: the agent's lines are recorded and posted, what
 * comes back is recorded and written. Loaded only where an address is given, so that the plain `run` stays as it is.
 */
import { headersOf } from './base/headerVariable.ts';
import { VERSION } from './base/version.ts';
import type { SegmentWriter } from './journal/segmentWriter.ts';
import type { ExitRecord, OpenRecord } from './protocol/journal.ts';
import { sinkOfAgent } from './proxy/byteSink.ts';
import { sourceOfAgent } from './proxy/byteSource.ts';
import { urlCredentialFacts } from './proxy/credentialFacts.ts';
import { createHttpClient } from './proxy/httpClient.ts';
import { createDispatch } from './proxy/httpDispatch.ts';
import { createHeaderFacts } from './proxy/httpFacts.ts';
import type { CredentialUse } from './proxy/httpFailure.ts';
import { cutLines } from './proxy/httpLines.ts';
import { Outlet } from './proxy/httpOutlet.ts';
import { createHttpRecorder } from './proxy/httpRecorder.ts';
import { HttpSession } from './proxy/httpSession.ts';
import { type HttpTarget, isCredentialHeader, parseTarget } from './proxy/httpTarget.ts';
import type { HttpWay } from './proxy/httpWay.ts';
import type { Lookout } from './proxy/lookout.ts';
import { mirrorEnd } from './proxy/mirrorEnd.ts';
import type { HttpFacts } from './proxy/openFacts.ts';

/** What is opened for a connection: all of it, or nothing. */
export interface Opened {
  readonly journal: SegmentWriter | null;
  readonly open: OpenRecord | null;
  readonly policyFile: string | null;
}

export interface UrlParts {
  readonly url: string;
  readonly headers: readonly string[];
  /** Opens the journal for this target; null where nothing can be recorded. */
  readonly openJournal: (facts: (key: Uint8Array | null) => HttpFacts) => Opened;
  /** Watches what passes; null where nothing can be recorded. */
  readonly lookout: (opened: Opened, tellAgent: (line: Uint8Array) => void) => Lookout | null;
  /** Called with every message of the server; starts the daemon once. */
  readonly spoken: () => void;
  readonly say: (sentence: string) => void;
  readonly signalNumber: (name: string) => number;
}

const WRONG_USAGE = 2;
/** The agent is not read while so many bytes of it are under way. */
const MAX_WAITING_BYTES = 32 * 1024 * 1024;
/** After the agent's last line, answers that are due are awaited as long as no more than this passes in silence, in ms. */
const SILENCE_MS = 30_000;
const ENDING: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'];
const MAX_SAID = 100;

export function runUrl(parts: UrlParts): void {
  const parsed = parseTarget(parts.url, parts.headers, process.env, headersOf(process.env));
  if (parsed.kind === 'wrong') {
    parts.say(parsed.reason);
    process.exitCode = WRONG_USAGE;
    return;
  }
  for (const note of parsed.notes) parts.say(note);
  connect(parts, parsed.target);
}

function connect(parts: UrlParts, target: HttpTarget): void {
  let facts = createHeaderFacts(null);
  const opened = parts.openJournal((key) => {
    facts = createHeaderFacts(key);
    const credentials = urlCredentialFacts(target.url, target.headers, key);
    return { url: target.shown, headers: facts.of(target.headers), credentials };
  });
  const { journal } = opened;
  const recorder = journal && createHttpRecorder((exchanges) => journal.fact('http', { exchanges }));
  const sink = sinkOfAgent(1);
  const client = createHttpClient(target.url, process.env);
  const outlet = new Outlet({
    sink,
    record(bytes) {
      const ordinal = journal?.chunk('s2c', bytes) ?? -1;
      heard();
      parts.spoken();
      return lookout?.fromServer(bytes, ordinal) ?? (lookout ? null : bytes);
    },
  });
  const lookout = parts.lookout(opened, (line) => outlet.line(line));
  const said = new Set<string>();
  const hasCredential = Object.keys(target.headers).some(isCredentialHeader);
  let credential: CredentialUse = hasCredential ? 'sent' : 'none';
  const way: HttpWay = {
    client,
    outlet,
    session: new HttpSession(target.headers, target.url.protocol === 'https:', `callgrove/${VERSION}`),
    shown: target.shown,
    record: (exchange) => recorder?.add(exchange),
    say(sentence) {
      if (said.has(sentence) || said.size >= MAX_SAID) return;
      said.add(sentence);
      parts.say(sentence);
    },
    accepted() {
      if (hasCredential) credential = 'accepted';
    },
    credential: () => credential,
    facts,
  };
  const dispatch = createDispatch(way);
  const lines = cutLines((line) => dispatch.line(line));
  let agentEnded = false;
  let leaving = false;
  let silence: NodeJS.Timeout | null = null;

  const source = sourceOfAgent({
    onBytes(bytes) {
      const ordinal = journal?.chunk('c2s', bytes) ?? -1;
      const passed = lookout ? lookout.fromAgent(bytes, ordinal) : bytes;
      if (passed) lines.push(passed);
      lookout?.forwarded(bytes, ordinal);
      return dispatch.waitingBytes <= MAX_WAITING_BYTES;
    },
    onEnd() {
      if (leaving) return;
      journal?.fact('eof', null, 'c2s');
      const rest = lookout?.agentEnded();
      if (rest) lines.push(rest);
      lines.end();
      agentEnded = true;
      heard();
      settle();
    },
  });
  dispatch.onProgress = () => {
    if (dispatch.waitingBytes <= MAX_WAITING_BYTES) source.resume();
    settle();
  };
  sink.onBroken = () => leave({ code: 0, signal: null, error: null });
  for (const signal of ENDING)
    process.on(signal, () => {
      journal?.fact('signal', { signal, to: 'proxy', reason: 'received' });
      leave({ code: null, signal, error: null });
    });

  /** Something came: the wait for the rest begins anew. */
  function heard(): void {
    if (!agentEnded || leaving) return;
    if (silence) clearTimeout(silence);
    silence = setTimeout(() => leave({ code: 0, signal: null, error: null }), SILENCE_MS);
  }
  /** Once the agent has ended and has its answers, nothing is left to do. */
  function settle(): void {
    if (agentEnded && dispatch.open === 0) outlet.whenIdle(() => leave({ code: 0, signal: null, error: null }));
  }
  function leave(end: ExitRecord): void {
    if (leaving) return;
    leaving = true;
    if (silence) clearTimeout(silence);
    source.destroy();
    dispatch.close(() => {
      client.close();
      sink.end(() => {
        recorder?.flush();
        journal?.fact('eof', null, 's2c');
        journal?.fact('exit', end);
        journal?.close();
        mirrorEnd(end, parts.signalNumber);
      });
    });
  }
}
