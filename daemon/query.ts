/** A query thread: answers what viewers ask from a read-only connection, one question after the other. */
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { type Answers, createAnswers } from './answers.ts';
import { placesOf } from './base/places.ts';
import { readMachineKey } from './connectionRedactor.ts';
import { SourceError } from './feed/source.ts';
import { createRedactor } from './redact/redactor.ts';
import { openDatabase } from './store/database.ts';

const home: string = workerData.home;
const places = placesOf(home, join);
const machineKey = readMachineKey(places.machineKey);
const database = openDatabase(places.database, 'read', 2000);
const redactor = await createRedactor(machineKey ? { machineKey } : {});
const answers: Answers = createAnswers({ database, places, redactor, machineKey });

parentPort?.on('message', async ({ id, method, args }) => {
  try {
    const ask: (...args: unknown[]) => unknown = Reflect.get(answers, method);
    parentPort?.postMessage({ id, json: JSON.stringify(await ask(...args)) });
  } catch (error) {
    const code = error instanceof SourceError ? error.code : 'failed';
    const message = error instanceof Error ? error.message : String(error);
    parentPort?.postMessage({ id, code, message });
  }
});
