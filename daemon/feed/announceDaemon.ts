/** Says where the daemon is as soon as it can be asked, takes that back at its end, and remembers the port beyond it. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Disposable, toDisposable } from '../base/lifecycle.ts';
import { placesOf } from '../base/places.ts';
import { VERSION } from '../base/version.ts';
import { processStart, removeDaemonFile, writeDaemonFile } from './daemonFile.ts';
import { startLockOf } from './startDaemon.ts';

export interface Announcement {
  readonly port: number;
  readonly token: string;
  readonly started_at: string;
  /** Our own; tests say another. */
  readonly version?: string;
}

/** Writes `daemon.json` for this process and ends the start. Throws the system's error where it cannot be written. */
export function announceDaemon(home: string, at: Announcement): Disposable {
  const { daemonFile } = placesOf(home, join);
  const start = processStart(process.pid);
  writeDaemonFile(daemonFile, { v: 1, pid: process.pid, start, version: VERSION, ...at });
  writeFileSync(portFile(home), `${at.port}\n`, { mode: 0o600 });
  rmSync(startLockOf(home), { force: true });
  return toDisposable(() => removeDaemonFile(daemonFile, process.pid));
}

/** The port of the last daemon, so that a page that is still open finds the next one; null where there is none. */
export function lastPort(home: string): number | null {
  try {
    const port = Number(readFileSync(portFile(home), 'utf8'));
    return Number.isInteger(port) && port > 1023 && port <= 65_535 ? port : null;
  } catch {
    return null;
  }
}

function portFile(home: string): string {
  return join(placesOf(home, join).control, 'port');
}
