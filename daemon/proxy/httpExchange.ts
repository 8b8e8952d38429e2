/**
 * One line of the agent on its way to the server and what comes back for it: the POST, its answer as JSON or as a
 * stream, going on with a stream that broke off where the revision allows it, and the typed error where no answer
 * will come. Each request of the line is answered once, by the server or here.
 */
import { type AnswerReader, readAnswer } from './httpAnswer.ts';
import type { HttpAnswer, HttpCall } from './httpClient.ts';
import { type Envelope, idKey, isAnswer, isRequest, stringOf } from './httpEnvelope.ts';
import {
  type Failure,
  failureLine,
  failureOfContent,
  failureOfResume,
  failureOfWay,
  sentenceOf,
} from './httpFailure.ts';
import { readRefusal } from './httpRefusal.ts';
import { type AgentLine, isInitialize } from './httpSession.ts';
import { type Attempt, beginAttempt, type HttpWay, mediaType, recordOf, statusFailure } from './httpWay.ts';
import { MAX_FAILED_RESUMES, resumeDelayMs } from './sseResume.ts';

export interface ExchangeListener {
  /** The server has taken the line, or will not: what must come after it may be sent. Called once. */
  onTaken(status: number | null): void;
  /** The session that the line was sent in is no more. */
  onSessionGone(): void;
  /** Nothing more will come of it. Called once. */
  onDone(): void;
}

export interface Exchange {
  /** The keys of its requests that are not answered yet. */
  readonly pending: ReadonlyMap<string, string>;
  readonly isModern: boolean;
  /** A subscription: it lasts until somebody ends it. */
  readonly isListening: boolean;
  /** Closes the answer's stream; no answer follows. */
  cancel(): void;
}

/** A `tools/list` answer is looked into up to this size, in bytes. */
const LIST_BYTES = 16 * 1024 * 1024;

export function exchange(way: HttpWay, line: AgentLine, listener: ExchangeListener): Exchange {
  const { session, client, outlet } = way;
  const requests = line.messages.filter(isRequest);
  const [only] = requests.length === 1 ? requests : [];
  const isModern = only?.version !== undefined;
  const opensSession = only !== undefined && isInitialize(only);
  const method = only ? stringOf(only.method) : null;
  const ids = requests.map(({ id }) => id);
  const pending = new Map(ids.map((id) => [idKey(id), id]));
  const headers = session.headersFor(line);
  const inSession = headers['mcp-session-id'] !== undefined;

  let attempt: Attempt = beginAttempt('POST', ids, headers);
  let call: HttpCall;
  let reader: AnswerReader | null = null;
  let timer: NodeJS.Timeout | null = null;
  let endRefusal: (() => void) | null = null;
  let taken = false;
  let over = false;
  let lastEventId: string | null = null;
  let retryMs: number | null = null;
  let failures = 0;
  let reconnects = 0;

  const take = (status: number | null) => {
    if (taken) return;
    taken = true;
    listener.onTaken(status);
  };
  const done = () => {
    if (over) return;
    over = true;
    take(null);
    listener.onDone();
  };
  const fail = (failure: Failure) => {
    if (pending.size === 0) {
      way.record(recordOf(way, attempt, failure, false));
      way.say(sentenceOf(failure));
    }
    for (const id of pending.values()) {
      const facts = recordOf(way, attempt, failure, true);
      outlet.line(failureLine(id, failure), () => way.record(facts));
    }
    pending.clear();
    done();
  };
  const onMessages = (messages: readonly Envelope[], line: readonly Uint8Array[] | null) => {
    for (const message of messages) {
      if (!isAnswer(message) || message.id === undefined) continue;
      pending.delete(idKey(message.id));
      if (opensSession && message.settled !== undefined) session.settle(message.settled);
    }
    if (isModern && method === 'tools/list' && line) session.learnTools(Buffer.concat(line));
  };
  /** A body has ended, in order or not. */
  const ended = (code: string | null) => {
    if (over) return;
    if (pending.size === 0) {
      way.record(recordOf(way, attempt, null, false));
      done();
      return;
    }
    if (!isModern && lastEventId !== null) {
      way.record(recordOf(way, attempt, null, false));
      later();
      return;
    }
    const { answer } = attempt;
    const isJson = answer !== null && mediaType(answer) === 'application/json';
    if (code === null && isJson) fail(failureOfContent(way.shown, answer.status, 'without an answer to the request'));
    else fail(failureOfWay(way.shown, code ?? 'stream ended', true));
  };
  const read = (kind: 'sse' | 'json', answer: HttpAnswer) => {
    const held = isModern && method === 'tools/list' ? LIST_BYTES : undefined;
    const events = {
      onMessages,
      onEventId(id: string) {
        lastEventId = id;
      },
      onRetry(ms: number) {
        retryMs = ms;
      },
      onEnd: () => ended(null),
    };
    reader = readAnswer(kind, answer.body, outlet, events, held);
  };
  const broken = (code: string) => {
    if (over) return;
    reader?.broken();
    reader = null;
    if (endRefusal) endRefusal();
    else if (attempt.answer) ended(code);
    else if (attempt.method === 'GET') again(failureOfWay(way.shown, code, true));
    else fail(failureOfWay(way.shown, code, call.sent()));
  };
  const refused = (answer: HttpAnswer) => {
    endRefusal = readRefusal(answer, pending, (refusal) => {
      if (over) return;
      if (refusal.line) {
        way.record(recordOf(way, attempt, null, false));
        outlet.line(refusal.line);
        pending.clear();
        done();
      } else fail(statusFailure(way, answer, inSession, refusal.said));
      // A late refusal speaks of a session that has been renewed since.
      if (answer.status === 404 && inSession && session.id === headers['mcp-session-id']) listener.onSessionGone();
    });
  };
  const onAnswer = (answer: HttpAnswer) => {
    attempt.headMs = performance.now();
    attempt.answer = answer;
    const { status } = answer;
    const isGood = status >= 200 && status < 300;
    if (isGood) way.accepted();
    if (opensSession && isGood) session.begin(one(answer.headers['mcp-session-id']));
    take(status);
    if (!isGood) return refused(answer);
    const type = mediaType(answer);
    if (requests.length === 0 || status === 202) {
      answer.body.resume();
      answer.body.on('end', () => {
        // Only an old server may have promised to answer elsewhere.
        if (isModern && pending.size > 0) fail(failureOfContent(way.shown, status, 'without an answer'));
        else if (!over) {
          way.record(recordOf(way, attempt, null, false));
          done();
        }
      });
    } else if (type === 'text/event-stream') read('sse', answer);
    else if (type === 'application/json') read('json', answer);
    else {
      answer.body.resume();
      fail(failureOfContent(way.shown, status, `as ${type.slice(0, 60) || 'nothing that has a type'}`));
    }
  };

  /** Asks for what a broken stream still owes, after the time that the server named. */
  const later = () => {
    timer = setTimeout(resume, resumeDelayMs(retryMs, failures));
  };
  const again = (failure: Failure) => {
    failures++;
    if (failures >= MAX_FAILED_RESUMES) return fail(failure);
    way.record(recordOf(way, attempt, failure, false));
    later();
  };
  const resume = () => {
    timer = null;
    reconnects++;
    const resumed = session.streamHeaders(lastEventId);
    attempt = beginAttempt('GET', ids, resumed, reconnects);
    call = client.send('GET', resumed, [], {
      onAnswer(answer) {
        attempt.headMs = performance.now();
        attempt.answer = answer;
        if (answer.status === 200 && mediaType(answer) === 'text/event-stream') {
          failures = 0;
          read('sse', answer);
          return;
        }
        answer.body.resume();
        const { status } = answer;
        const isOfAll = [401, 403, 429].includes(status) || status >= 500 || (status === 404 && inSession);
        // Any other one speaks of going on with the stream alone, not of the endpoint.
        const failure = isOfAll
          ? { ...statusFailure(way, answer, inSession, null), may_have_run: true }
          : failureOfResume(way.shown, status);
        if (answer.status >= 500 || answer.status === 429) again(failure);
        else fail(failure);
      },
      onBroken: broken,
    });
  };

  call = client.send('POST', headers, line.parts, { onAnswer, onBroken: broken });
  return {
    pending,
    isModern,
    isListening: method === 'subscriptions/listen',
    cancel() {
      if (over) return;
      if (timer) clearTimeout(timer);
      reader?.broken();
      call.cancel();
      pending.clear();
      way.record(recordOf(way, attempt, CANCELLED, false));
      done();
    },
  };
}

const CANCELLED = {
  error_class: 'cancelled',
  message: 'the agent cancelled: the stream was closed',
  code: null,
  may_have_run: true,
};

function one(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
