/**
 * Opens a session anew with the agent's own lines, after the server has forgotten the one before. Reads the answers for
 * the session's id only: the agent has had its answer. Whether and when it is done is decided by others.
 */
import type { HttpAnswer } from './httpClient.ts';
import type { AgentLine } from './httpSession.ts';
import { beginAttempt, type HttpWay, mediaType, recordOf } from './httpWay.ts';
import { SseParser } from './sseParser.ts';

const NOT_RENEWED = { error_class: 'transport_error', message: 'the session was not renewed', may_have_run: true };

/** @param done called once, whether there is a session now or not */
export function reopen(way: HttpWay, initialize: AgentLine, initialized: AgentLine | null, done: () => void): void {
  const post = (line: AgentLine, then: (id: string | undefined, isGood: boolean) => void) => {
    const headers = way.session.headersFor(line);
    const attempt = beginAttempt('POST', [], headers, 1);
    let over = false;
    const finish = (code: string | null, id: string | undefined, isGood: boolean) => {
      if (over) return;
      over = true;
      way.record(recordOf(way, attempt, code === null ? null : { ...NOT_RENEWED, code }, false));
      then(id, isGood);
    };
    way.client.send('POST', headers, line.parts, {
      onAnswer(answer) {
        attempt.headMs = performance.now();
        attempt.answer = answer;
        const id = answer.headers['mcp-session-id'];
        const isGood = answer.status >= 200 && answer.status < 300;
        whenAnswered(answer, () => finish(null, Array.isArray(id) ? id[0] : id, isGood));
      },
      onBroken: (code) => finish(code, undefined, false),
    });
  };
  post(initialize, (id, isGood) => {
    if (!isGood || id === undefined) return done();
    way.session.begin(id);
    way.say('the server had forgotten the session; a new one was opened');
    if (initialized) post(initialized, done);
    else done();
  });
}

/** Calls when the body is over or, because a server may keep a stream, has brought its first message. */
function whenAnswered(answer: HttpAnswer, then: () => void): void {
  const { body } = answer;
  if (mediaType(answer) === 'text/event-stream') {
    let isMessage = false;
    const parser = new SseParser({
      data(bytes) {
        isMessage ||= bytes.length > 0;
      },
      end: () => isMessage && then(),
      retry() {},
    });
    body.on('data', (bytes: Buffer) => parser.push(bytes));
  } else body.resume();
  body.on('end', then);
}
