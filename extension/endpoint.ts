/** Where the running daemon is, as `daemon.json` says it. Whether it really answers shows when it is asked. */
import { readFile } from 'node:fs/promises';
import { DaemonFile } from '../daemon/protocol/feed.ts';

export interface Endpoint {
  readonly port: number;
  readonly token: string;
  readonly pid: number;
}

/** Null where there is none, where it cannot be read, or where its process is gone. Never throws. */
export async function readEndpoint(daemonFile: string): Promise<Endpoint | null> {
  try {
    const parsed = DaemonFile.safeParse(JSON.parse(await readFile(daemonFile, 'utf8')));
    if (!parsed.success) return null;
    const { port, token, pid } = parsed.data;
    // Signal 0 only asks. A port that a dead daemon left may be somebody else's now: it gets no token.
    process.kill(pid, 0);
    return { port, token, pid };
  } catch {
    return null;
  }
}
