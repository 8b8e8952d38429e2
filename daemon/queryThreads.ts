/**
 * The main thread's end of the query threads: hands each question to the least busy one, starts another while all are busy
 * and there may be more, and one anew that ended, and never leaves a question without an answer.
 */
import { Worker } from 'node:worker_threads';
import type { Answers } from './answers.ts';
import type { Disposable } from './base/lifecycle.ts';
import { SourceError } from './feed/source.ts';

export interface QueryThreads extends Disposable {
  ask<M extends keyof Answers>(method: M, ...args: Parameters<Answers[M]>): Promise<Awaited<ReturnType<Answers[M]>>>;
}

interface Reply {
  readonly id: number;
  readonly json?: string;
  readonly code?: SourceError['code'];
  readonly message?: string;
}

interface Thread {
  worker: Worker;
  readonly waiting: Map<number, (reply: Reply) => void>;
}

/** @param script query.ts or its bundle @param most one is started at once, the others when they are needed */
export function startQueryThreads(script: URL, home: string, most: number, log: (line: string) => void): QueryThreads {
  let next = 0;
  let open = true;
  const threads: Thread[] = [];
  const start = (thread: Thread | null): Thread => {
    const worker = new Worker(script, { workerData: { home } });
    const made: Thread = thread ?? { worker, waiting: new Map() };
    made.worker = worker;
    worker.on('message', (reply: Reply) => {
      const settle = made.waiting.get(reply.id);
      made.waiting.delete(reply.id);
      settle?.(reply);
    });
    worker.on('error', (error) =>
      log(`a query thread failed: ${error instanceof Error ? error.message : String(error)}`),
    );
    worker.on('exit', () => {
      for (const [id, settle] of made.waiting) settle({ id, code: 'unavailable', message: 'the query thread ended' });
      made.waiting.clear();
      if (open && made.worker === worker) setTimeout(() => open && start(made), 500).unref();
    });
    return made;
  };
  threads.push(start(null));
  const idlest = (): Thread => {
    const thread = threads.reduce((best, one) => (one.waiting.size < best.waiting.size ? one : best));
    if (thread.waiting.size === 0 || threads.length >= most) return thread;
    const another = start(null);
    threads.push(another);
    return another;
  };

  return {
    ask(method, ...args) {
      const thread = idlest();
      const id = ++next;
      return new Promise((resolve, reject) => {
        thread.waiting.set(id, (reply) => {
          // `undefined` has no JSON; no answer is undefined.
          if (reply.json !== undefined) resolve(JSON.parse(reply.json));
          else reject(new SourceError(reply.code ?? 'failed', reply.message ?? 'no answer'));
        });
        thread.worker.postMessage({ id, method, args });
      });
    },
    dispose() {
      open = false;
      for (const { worker } of threads) void worker.terminate();
    },
  };
}
