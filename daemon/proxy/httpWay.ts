/** What the parts that talk HTTP share: the connection, the agreed state, the way to the agent and the record. */
import type { HttpExchange } from '../protocol/journal.ts';
import type { HttpAnswer, HttpClient } from './httpClient.ts';
import type { HeaderFacts } from './httpFacts.ts';
import { type CredentialUse, type Failure, failureOfStatus } from './httpFailure.ts';
import type { Outlet } from './httpOutlet.ts';
import type { HttpSession } from './httpSession.ts';
import { toldByAnswer } from './toldByAnswer.ts';

export interface HttpWay {
  readonly client: HttpClient;
  readonly session: HttpSession;
  readonly outlet: Outlet;
  /** The address as it may be shown. */
  readonly shown: string;
  readonly record: (exchange: HttpExchange) => void;
  /** One sentence for people, on stderr; the same one is said once. */
  readonly say: (sentence: string) => void;
  /** The server answered with success. */
  readonly accepted: () => void;
  readonly credential: () => CredentialUse;
  readonly facts: HeaderFacts;
}

/** One HTTP request while it is under way, as its record will tell it. */
export interface Attempt {
  readonly method: HttpExchange['method'];
  readonly ids: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly startedMs: number;
  readonly reconnects: number;
  headMs: number | null;
  answer: HttpAnswer | null;
}

export function beginAttempt(
  method: HttpExchange['method'],
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
): HttpExchange {
  const { answer, startedMs, headMs } = attempt;
  const told = answer ? toldByAnswer(answer.status, answer.headers) : {};
  return {
    m: rounded(startedMs),
    method: attempt.method,
    ids: attempt.ids.slice(0, 20),
    status: answer?.status ?? null,
    request_headers: way.facts.ofRequest(attempt.headers),
    response_headers: answer && way.facts.ofAnswer(answer.names, answer.headers),
    ...(Object.keys(told).length > 0 && { told }),
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
