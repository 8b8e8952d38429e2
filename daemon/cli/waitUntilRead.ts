/** Waits until the daemon has read all that was recorded before: what is exported should be all of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { DaemonClient } from '../feed/daemonClient.ts';
import { Status } from '../protocol/api.ts';

const LOOK_MS = 100;
const LONGEST_MS = 60_000;

/** @returns false where it did not come to that in a minute: more is recorded all the time */
export async function waitUntilRead(client: DaemonClient, say: (text: string) => void): Promise<boolean> {
  const until = performance.now() + LONGEST_MS;
  for (;;) {
    const { lag } = await client.get('/api/status', Status);
    if (lag.journal_bytes === 0 && lag.second_stage_calls === 0) return true;
    if (performance.now() > until) return false;
    say(`waiting for the daemon: ${lag.second_stage_calls} calls to be read`);
    await sleep(LOOK_MS);
  }
}
