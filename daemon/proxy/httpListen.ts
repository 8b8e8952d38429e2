/**
 * The stream on which a server of an older revision says things of its own accord: opened by GET once the session
 * stands, opened again when it ends, given up where the server has none. It answers no request, so that nothing is lost
 * with it but what is said meanwhile, and that the server may repeat by `Last-Event-ID`.
 */
import { type AnswerReader, readAnswer } from './httpAnswer.ts';
import type { HttpCall } from './httpClient.ts';
import { type Failure, failureOfWay } from './httpFailure.ts';
import { beginAttempt, type HttpWay, mediaType, recordOf, statusFailure } from './httpWay.ts';
import { MAX_FAILED_RESUMES, resumeDelayMs } from './sseResume.ts';

export interface Listening {
  dispose(): void;
}

export function listen(way: HttpWay): Listening {
  let over = false;
  let call: HttpCall | null = null;
  let timer: NodeJS.Timeout | null = null;
  let lastEventId: string | null = null;
  let retryMs: number | null = null;
  let failures = 0;
  let reconnects = 0;

  const open = () => {
    const headers = way.session.streamHeaders(lastEventId);
    const inSession = headers['mcp-session-id'] !== undefined;
    const attempt = beginAttempt('GET', [], headers, reconnects);
    let reader: AnswerReader | null = null;
    const again = (failure: Failure | null) => {
      if (over) return;
      reader?.broken();
      way.record(recordOf(way, attempt, failure, false));
      failures = failure && !attempt.answer ? failures + 1 : 0;
      if (failures >= MAX_FAILED_RESUMES) return;
      reconnects++;
      timer = setTimeout(open, resumeDelayMs(retryMs, failures));
      timer.unref();
    };
    call = way.client.send('GET', headers, [], {
      onAnswer(answer) {
        attempt.headMs = performance.now();
        attempt.answer = answer;
        if (answer.status === 200 && mediaType(answer) === 'text/event-stream') {
          reader = readAnswer('sse', answer.body, way.outlet, {
            onMessages() {},
            onEventId(id) {
              lastEventId = id;
            },
            onRetry(ms) {
              retryMs = ms;
            },
            onEnd: () => again(null),
          });
          return;
        }
        // 405 is how a server says that it has no such stream; any other refusal costs no call either.
        answer.body.resume();
        const isNone = answer.status === 405 || answer.status === 404;
        const failure = isNone ? null : statusFailure(way, answer, inSession, null);
        way.record(recordOf(way, attempt, failure, false));
        if (failure) way.say(`${failure.message} What the server says of its own accord will not arrive.`);
      },
      onBroken: (code) => again(failureOfWay(way.shown, code, true)),
    });
  };
  open();
  return {
    dispose() {
      over = true;
      if (timer) clearTimeout(timer);
      call?.cancel();
    },
  };
}
