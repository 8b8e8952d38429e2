/** Says where the daemon is as soon as it can be asked, and takes that back at its end. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Disposable, toDisposable } from '../base/lifecycle.ts';
import { placesOf } from '../base/places.ts';
import { VERSION } from '../base/version.ts';
import { processStart, removeDaemonFile, writeDaemonFile } from './daemonFile.ts';
import { startLockOf } from './startDaemon.ts';

/** Writes `daemon.json` for this process and ends the start. Throws the system's error where it cannot be written. */
export function announceDaemon(home: string, at: { port: number; token: string; started_at: string }): Disposable {
  const { daemonFile } = placesOf(home, join);
  const start = processStart(process.pid);
  writeDaemonFile(daemonFile, { v: 1, pid: process.pid, start, version: VERSION, ...at });
  rmSync(startLockOf(home), { force: true });
  return toDisposable(() => removeDaemonFile(daemonFile, process.pid));
}
