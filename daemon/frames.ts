/** The frames' thread of an export: reads, masks and packs messages while the thread that asks does the same with calls. */
import { parentPort, workerData } from 'node:worker_threads';
import { createFrameWriter, type FramesWanted } from './exportFrames.ts';
import type { FromFrames, ToFrames } from './workerMessages.ts';

const wanted: FramesWanted = workerData;
const writer = createFrameWriter(wanted);

async function answer(message: ToFrames): Promise<FromFrames> {
  switch (message.type) {
    case 'add':
      await writer.add(message.groups);
      return { type: 'done' };
    case 'report':
      await writer.report(message.text);
      return { type: 'done' };
    case 'endFrames':
      return { type: 'frames', ...(await writer.endFrames()) };
    case 'endReport':
      return { type: 'report', facts: await writer.endReport() };
    default:
      return message satisfies never;
  }
}

let before = Promise.resolve();
parentPort?.on('message', (message: ToFrames) => {
  // What fails ends the thread, which is how whoever asked hears of it.
  before = before.then(async () => parentPort?.postMessage(await answer(message)));
});
