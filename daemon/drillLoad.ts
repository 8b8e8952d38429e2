/** Calls without a pause, several in flight, until it is told to stop: what a freeze falls into. */
import type { Answered } from './drillClient.ts';
import type { DrillOutcome } from './protocol/drill.ts';

export interface DrillLoad {
  /** Calls that were sent. */
  readonly sent: number;
  /** All calls before this one have their answers: none of them can have met what comes later. */
  readonly ended: number;
  /** By the order of sending; undefined while one is under way. */
  readonly outcomes: readonly (DrillOutcome | undefined)[];
  /** Resolves when so many calls have been answered, and with the load's end. */
  answered(count: number): Promise<void>;
  /** Resolves when the last call has its answer. */
  stop(): Promise<void>;
}

const IN_FLIGHT = 8;

export function startLoad(call: () => Promise<Answered>): DrillLoad {
  const outcomes: (DrillOutcome | undefined)[] = [];
  let waiting: { count: number; enough: () => void }[] = [];
  let done = 0;
  let stopped = false;
  const wake = (all: boolean) => {
    const due = waiting.filter(({ count }) => all || done >= count);
    waiting = waiting.filter((one) => !due.includes(one));
    for (const { enough } of due) enough();
  };
  const lane = async () => {
    while (!stopped) {
      const at = outcomes.push(undefined) - 1;
      const { outcome } = await call();
      outcomes[at] = outcome;
      done++;
      // Without an answer there will be none to the next.
      if (outcome.kind === 'lost') stopped = true;
      wake(false);
    }
  };
  const lanes = Promise.allSettled(Array.from({ length: IN_FLIGHT }, lane)).then((ends) => {
    stopped = true;
    wake(true);
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed) throw failed.reason;
  });
  // Told by `stop`, too.
  lanes.catch(() => {});
  return {
    get sent() {
      return outcomes.length;
    },
    get ended() {
      const open = outcomes.indexOf(undefined);
      return open < 0 ? outcomes.length : open;
    },
    outcomes,
    answered: (count) => (stopped ? Promise.resolve() : new Promise((enough) => waiting.push({ count, enough }))),
    stop() {
      stopped = true;
      return lanes;
    },
  };
}
