/** What the parts that talk HTTP share: the connection, the agreed state, the way to the agent and the record. */
import type { HttpRecord } from '../protocol/journal.ts';
import type { HttpAnswer, HttpClient } from './httpClient.ts';
import { type CredentialUse, type Failure, failureOfStatus } from './httpFailure.ts';
import type { Outlet } from './httpOutlet.ts';
import type { HttpSession } from './httpSession.ts';

export interface HttpWay {
  readonly client: HttpClient;
  readonly session: HttpSession;
  readonly outlet: Outlet;
  /** The address as it may be shown. */
  readonly shown: string;
  readonly record: (record: HttpRecord) => void;
  /** One sentence for people, on stderr; the same one is said once. */
  readonly say: (sentence: string) => void;
  /** The server answered with success. */
  readonly accepted: () => void;
  readonly credential: () => CredentialUse;
  /** Names with fingerprints where a value is a credential. */
  readonly headerFacts: (headers: Readonly<Record<string, string>>) => Record<string, string | null>;
}

/** One HTTP request while it is under way, as its record will tell it. */
export interface Attempt {
  readonly method: HttpRecord['method'];
  readonly ids: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly startedMs: number;
  readonly reconnects: number;
  headMs: number | null;
  answer: HttpAnswer | null;
}

export function beginAttempt(
  method: HttpRecord['method'],
  ids: readonly string[],
  headers: Readonly<Record<string, string>>,
  reconnects = 0,
): Attempt {
  return { method, ids, headers, startedMs: performance.now(), reconnects, headMs: null, answer: null };
}

/** @param ownAnswer the line that follows is made by the proxy */
export function recordOf(
  way: HttpWay,
  attempt: Attempt,
  failure: {
    readonly error_class: string;
    readonly message: string;
    readonly code: string | null;
    readonly may_have_run: boolean;
  } | null,
  ownAnswer: boolean,
): HttpRecord {
  const { answer, startedMs, headMs } = attempt;
  return {
    method: attempt.method,
    ids: attempt.ids.slice(0, 20),
    status: answer?.status ?? null,
    request_headers: way.headerFacts(attempt.headers),
    response_headers: answer ? responseFacts(way, answer) : null,
    headers_ms: headMs === null ? null : rounded(headMs - startedMs),
    end_ms: rounded(performance.now() - startedMs),
    reconnects: attempt.reconnects,
    failure: failure && {
      error_class: failure.error_class,
      message: failure.message,
      code: failure.code,
      may_have_run: failure.may_have_run,
    },
    own_answer: ownAnswer,
  };
}

/** Header values of an answer that are credentials by themselves. */
const SECRET_ANSWERS = ['mcp-session-id', 'set-cookie'];

function responseFacts(way: HttpWay, answer: HttpAnswer): Record<string, string | null> {
  const facts: Record<string, string | null> = {};
  for (const name of answer.names) facts[name.toLowerCase().slice(0, 100)] = null;
  for (const name of SECRET_ANSWERS) {
    const value = answer.headers[name];
    if (value !== undefined) Object.assign(facts, way.headerFacts({ [name]: String(value) }));
  }
  return facts;
}

function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

/** What an answer that is no success means. @param said its error message, if it brought one */
export function statusFailure(way: HttpWay, answer: HttpAnswer, inSession: boolean, said: string | null): Failure {
  const { headers, status } = answer;
  return failureOfStatus({
    shown: way.shown,
    status,
    wwwAuthenticate: headers['www-authenticate'],
    retryAfter: headers['retry-after'],
    location: headers.location,
    credential: way.credential(),
    inSession,
    said,
  });
}

/** `application/json` of a Content-Type with parameters. */
export function mediaType(answer: HttpAnswer): string {
  return (answer.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
}
