/**
 * Which of the agent's lines is sent when: in order, each as soon as nothing before it stands in its way. Requests do
 * not wait for one another's answers. What follows an `initialize` waits until the session stands, and what follows a
 * notification until the server has taken it, because two connections keep no order. Cancellation by the revision's rule.
 */
import { idKey, isRequest, stringOf } from './httpEnvelope.ts';
import { type Exchange, exchange } from './httpExchange.ts';
import { type Listening, listen } from './httpListen.ts';
import { reopen } from './httpReopen.ts';
import { type AgentLine, isInitialize } from './httpSession.ts';
import { beginAttempt, type HttpWay, recordOf } from './httpWay.ts';

export interface Dispatch {
  line(line: AgentLine): void;
  /** Bytes that are not sent yet, or not taken. */
  readonly waitingBytes: number;
  /** Requests that are not answered yet, subscriptions left out. */
  readonly open: number;
  /** Called whenever a line has been dealt with. */
  onProgress: () => void;
  /** Closes every stream and ends the session; `done` is called when the server knows, or after a bounded time. */
  close(done: () => void): void;
}

/** A server that does not take a notification holds up what follows for so long, in milliseconds. */
const TAKE_LIMIT_MS = 2000;
/** So long the end of the session may take, in milliseconds. */
const DELETE_LIMIT_MS = 800;

export function createDispatch(way: HttpWay): Dispatch {
  const queue: AgentLine[] = [];
  const open: Exchange[] = [];
  let listening: Listening | null = null;
  let initialize: AgentLine | null = null;
  let initialized: AgentLine | null = null;
  let blocked = false;
  let waitingBytes = 0;
  let closed = false;

  const run = () => {
    while (!blocked && !closed) {
      const line = queue.shift();
      if (!line) return;
      send(line);
    }
  };
  const send = (line: AgentLine) => {
    if (cancelsStream(line)) {
      waitingBytes -= line.bytes;
      dispatch.onProgress();
      return;
    }
    const [message] = line.messages;
    const begins = message !== undefined && line.messages.length === 1 && isInitialize(message);
    const announces = message !== undefined && stringOf(message.method) === 'notifications/initialized';
    const isNotification = !line.messages.some(isRequest);
    if (begins) {
      initialize = line;
      way.session.begin(undefined);
      listening?.dispose();
      listening = null;
    }
    if (announces) initialized = line;
    let release: (() => void) | null = null;
    if (begins || isNotification) release = block(begins ? null : TAKE_LIMIT_MS);
    const made = exchange(way, line, {
      onTaken(status) {
        const isTaken = status !== null && status >= 200 && status < 300;
        if (announces && isTaken && way.session.isLegacy && !closed) listening ??= listen(way);
        release?.();
      },
      onSessionGone: renew,
      onDone() {
        open.splice(open.indexOf(made), 1);
        waitingBytes -= line.bytes;
        dispatch.onProgress();
      },
    });
    open.push(made);
  };
  /** What follows waits. @returns lets it go on; @param limitMs after which it goes on anyway, or null */
  const block = (limitMs: number | null): (() => void) => {
    blocked = true;
    let due = true;
    const release = () => {
      if (!due) return;
      due = false;
      clearTimeout(timer);
      blocked = false;
      // Not at once: whoever releases may be in the middle of its own turn.
      queueMicrotask(run);
    };
    const timer = limitMs === null ? undefined : setTimeout(release, limitMs).unref();
    return release;
  };

  /** In the modern era closing the stream is the cancellation; sent as a message it would mean nothing. */
  const cancelsStream = (line: AgentLine): boolean => {
    const [message] = line.messages;
    if (!message || line.messages.length > 1 || stringOf(message.method) !== 'notifications/cancelled') return false;
    if (message.requestId === undefined) return false;
    const key = idKey(message.requestId);
    for (const one of open)
      if (one.isModern && one.pending.has(key)) {
        one.cancel();
        return true;
      }
    // Its answer was faster. An older server is told all the same, as it would be without us.
    return !way.session.isLegacy;
  };

  /**
   * The server has forgotten the session, as after a restart: the agent's own opening is sent again, so that what
   * follows works. What was lost got its error; the answer to the second opening is nobody's and is dropped.
   */
  const renew = () => {
    if (closed || !initialize || way.session.id === null) return;
    way.session.begin(undefined);
    listening?.dispose();
    listening = null;
    const release = block(null);
    const answered = initialized;
    reopen(way, initialize, answered, () => {
      if (answered && !closed && way.session.id !== null) listening ??= listen(way);
      release();
    });
  };

  const dispatch: Dispatch = {
    line(line) {
      waitingBytes += line.bytes;
      queue.push(line);
      run();
    },
    get waitingBytes() {
      return waitingBytes;
    },
    get open() {
      let count = queue.length;
      for (const one of open) if (!one.isListening) count++;
      return count;
    },
    onProgress: () => {},
    close(done) {
      closed = true;
      listening?.dispose();
      for (const one of [...open]) one.cancel();
      endSession(way, done);
    },
  };
  return dispatch;
}

function endSession(way: HttpWay, done: () => void): void {
  if (way.session.id === null) {
    done();
    return;
  }
  const headers = way.session.streamHeaders(null);
  const attempt = beginAttempt('DELETE', [], headers);
  let over = false;
  const finish = (code: string | null) => {
    if (over) return;
    over = true;
    clearTimeout(timer);
    const failure =
      code === null
        ? null
        : { error_class: 'transport_error', message: 'the session was not ended', code, may_have_run: true };
    way.record(recordOf(way, attempt, failure, false));
    done();
  };
  const timer = setTimeout(() => finish('no answer'), DELETE_LIMIT_MS);
  way.client.send('DELETE', headers, [], {
    onAnswer(answer) {
      attempt.headMs = performance.now();
      attempt.answer = answer;
      answer.body.resume();
      finish(null);
    },
    onBroken: finish,
  });
}
