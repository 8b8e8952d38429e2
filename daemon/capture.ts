/**
 * The capture thread: takes captures of the sessions that the ingest thread sees, off the way of everything else. It
 * only reads, at a low priority where the system gives that to one thread alone.
 */
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { placesOf } from './base/places.ts';
import { createCaptureQueue } from './captureQueue.ts';
import { captureRequest, contractsFor } from './captureRequest.ts';
import { readMachineKey } from './connectionRedactor.ts';
import { createCapturer } from './harness/capture.ts';
import { withContracts } from './harness/withContracts.ts';
import { watchFiles } from './watchFiles.ts';
import type { FromCapture, ToCapture } from './workerMessages.ts';

const home: string = workerData.home;
const machineKey = readMachineKey(placesOf(home, join).machineKey);
const tell = (message: FromCapture) => parentPort?.postMessage(message);

// On Linux a priority is one thread's, and what git it starts inherits it; elsewhere it would slow the daemon's others.
if (process.platform === 'linux') {
  try {
    setPriority(10);
  } catch {
    // A container may forbid even that.
  }
}

const capturer = createCapturer();
const queue = createCaptureQueue({
  capture: (session) => capturer.capture(captureRequest(session, machineKey, new Date())),
  complete(capture, session) {
    const declared = (capture.harness.servers ?? []).map(({ name }) => name);
    return withContracts(capture, contractsFor(session, declared), session.contract_texts);
  },
  watch: (_, capture, changed) => watchFiles(capture, changed),
  keep: (keep) => tell({ type: 'captured', keep }),
  onFailure(error) {
    tell({ type: 'note', sentence: `A capture failed: ${error instanceof Error ? error.message : String(error)}` });
  },
});

parentPort?.on('message', (message: ToCapture) => {
  if (message.type === 'sessions') queue.update(message.sessions);
  else {
    queue.dispose();
    parentPort?.close();
  }
});
