/** The asking end of the frames' thread. What is sent is done in that order, and need not be waited for each time. */
import { Worker } from 'node:worker_threads';
import type { PackedFacts } from './bundle/packedFile.ts';
import type { FrameGroup, FramesWanted, FrameWriter } from './exportFrames.ts';
import { ownScript } from './ownScript.ts';
import type { FromFrames, ToFrames } from './workerMessages.ts';

export interface FramesThread extends FrameWriter {
  /** Ends it wherever it is. */
  dispose(): void;
}

/** What it makes is let go of soon: a small young generation keeps the process small. */
const MEMORY = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 6 };

export function startFramesThread(wanted: FramesWanted): FramesThread {
  const worker = new Worker(ownScript('frames'), { workerData: wanted, resourceLimits: MEMORY });
  const waiting: { resolve(message: FromFrames): void; reject(error: Error): void }[] = [];
  let failure: Error | null = null;
  const fail = (error: Error) => {
    failure ??= error;
    for (const one of waiting.splice(0)) one.reject(failure);
  };
  worker.on('message', (message: FromFrames) => waiting.shift()?.resolve(message));
  worker.on('error', (error) => fail(error instanceof Error ? error : new Error(String(error))));
  worker.on('exit', () => fail(new Error('the thread that reads messages ended before it was done')));
  const ask = (message: ToFrames) =>
    new Promise<FromFrames>((resolve, reject) => {
      if (failure !== null) return reject(failure);
      waiting.push({ resolve, reject });
      worker.postMessage(message);
    });
  return {
    async add(groups: readonly FrameGroup[]) {
      await ask({ type: 'add', groups });
    },
    async report(text) {
      await ask({ type: 'report', text });
    },
    async endFrames() {
      const answer = await ask({ type: 'endFrames' });
      if (answer.type !== 'frames') throw new Error('an answer out of order');
      return answer;
    },
    async endReport(): Promise<PackedFacts | null> {
      const answer = await ask({ type: 'endReport' });
      if (answer.type !== 'report') throw new Error('an answer out of order');
      return answer.facts;
    },
    dispose: () => void worker.terminate(),
  };
}
