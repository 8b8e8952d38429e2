/** The main thread's end of the capture thread: starts it when the first session is seen, and anew where it ended. */
import { Worker } from 'node:worker_threads';
import type { Disposable } from './base/lifecycle.ts';
import type { FromCapture, Keep, SeenSession, ToCapture } from './workerMessages.ts';

export interface CaptureThread extends Disposable {
  update(sessions: readonly SeenSession[]): void;
}

export interface CaptureThreadOptions {
  /** capture.ts or its bundle. */
  readonly script: URL;
  readonly home: string;
  readonly keep: (keep: Keep) => void;
  readonly log: (line: string) => void;
}

const RESTARTS_MS = [1000, 5000, 30_000];

export function startCaptureThread({ script, home, keep, log }: CaptureThreadOptions): CaptureThread {
  let worker: Worker | null = null;
  let sessions: readonly SeenSession[] = [];
  let open = true;
  let failures = 0;
  const tell = (message: ToCapture) => worker?.postMessage(message);
  const start = (): void => {
    if (!open || sessions.length === 0) return;
    // Captures are bounded; should one not be, the thread ends and not the daemon.
    worker = new Worker(script, { workerData: { home }, resourceLimits: { maxOldGenerationSizeMb: 512 } });
    worker.on('message', (message: FromCapture) => {
      failures = 0;
      if (message.type === 'captured') keep(message.keep);
      else log(message.sentence);
    });
    worker.on('error', (error) =>
      log(`the capture thread failed: ${error instanceof Error ? (error.stack ?? error.message) : error}`),
    );
    worker.on('exit', () => {
      worker = null;
      const pause = RESTARTS_MS[Math.min(failures++, RESTARTS_MS.length - 1)] ?? 0;
      setTimeout(start, pause).unref();
    });
    tell({ type: 'sessions', sessions });
  };
  return {
    update(list) {
      sessions = list;
      if (worker) tell({ type: 'sessions', sessions });
      else start();
    },
    dispose() {
      open = false;
      void worker?.terminate();
    },
  };
}
