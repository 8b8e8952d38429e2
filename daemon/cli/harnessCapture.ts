/** `callgrove harness capture`: captures the current folder now, hands the capture to the daemon and shows what it kept. */
import { join } from 'node:path';
import { placesOf } from '../base/places.ts';
import { commandRequest } from '../commandRequest.ts';
import { createCapturer } from '../harness/capture.ts';
import { StoredCapture, StoredHarness } from '../protocol/captures.ts';
import { machineKey } from '../proxy/machineKey.ts';
import { couldNot, EXIT, type ExitCode, wrongUsage } from './exit.ts';
import { printCapture } from './harnessLines.ts';
import type { Context } from './verb.ts';

export async function harnessCapture(context: Context): Promise<ExitCode> {
  const { args, home, connect, untilStopped } = context;
  if (args[1] !== undefined) throw wrongUsage(`harness capture takes no argument, but got ${JSON.stringify(args[1])}`);
  // Makes the state folder, with the key of the fingerprints in it.
  const client = await connect();
  const request = commandRequest({
    cwd: process.cwd(),
    env: process.env,
    machineKey: machineKey(placesOf(home, join).machineKey),
    now: new Date(),
    signal: untilStopped(),
  });
  const capture = await createCapturer().capture(request);
  const { capture_ids } = await client.post('/api/harness', { kind: 'capture', capture }, StoredHarness);
  const [id] = capture_ids;
  if (id === undefined) throw couldNot('the daemon did not keep the capture');
  // As it was kept: without what looks like a secret.
  await printCapture(await client.get(`/api/harness/${encodeURIComponent(id)}`, StoredCapture), context);
  return EXIT.fine;
}
