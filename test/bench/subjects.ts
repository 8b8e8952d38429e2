/**
 * What is measured: the ways between client and scripted server, each as a command line. A subject that keeps records
 * gets a folder of its own below the run's temporary folder.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { PolicyFile } from '../../daemon/protocol/policy.ts';
import type { Command } from './wire.ts';

const here = import.meta.dirname;
export const root = resolve(here, '..', '..');

/**
 * `callgrove`: `callgrove run`, which judges and tells (observe is the default). `enforce`: the same with every rule enforced.
 * `tailed`: while a daemon tails the journal.
 */
export type Subject = 'direct' | 'bare' | 'appending' | 'recording' | 'callgrove' | 'enforce' | 'tailed';

/** Judging before forwarding may cost so many times what is promised where nothing is enforced. */
export const ENFORCED = 1.3;

/** Callgrove as it ships, or its sources where nothing is built. */
export function callgroveProgram(): string {
  const built = join(root, 'dist', 'callgrove.js');
  return existsSync(built) ? built : join(root, 'daemon', 'callgrove.ts');
}

/** What the pipes write, below the run's folder. */
const APPENDED = 'appended';
const RECORDED = 'recording.ndjson';

/** The folders of one benchmark run. */
export interface Place {
  readonly folder: string;
  /** State folder of subjects without a daemon. */
  readonly home: string;
  /** State folder whose policy enforces. */
  readonly enforcedHome: string;
  /** State folder that a daemon tails. */
  readonly daemonHome: string;
  /**
   * Removes what was recorded where no daemon tails: a disk that still writes what one subject left would be the next one's
   * delay, and a run at 1 MB would leave 20 GB.
   */
  clear(): Promise<void>;
  remove(): Promise<void>;
}

export async function makePlace(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'callgrove-bench-'));
  const enforcedHome = join(folder, 'enforced-home');
  const policy: PolicyFile = {
    v: 1,
    user: { mode: 'enforce' },
    origins: {},
    repositories: {},
    freezes: [],
    pinned: [],
    workspaces: [],
  };
  await mkdir(join(enforcedHome, 'control'), { recursive: true, mode: 0o700 });
  await writeFile(join(enforcedHome, 'control', 'policy.json'), JSON.stringify(policy));
  const home = join(folder, 'home');
  const recorded = [home, join(enforcedHome, 'journal'), join(folder, APPENDED), join(folder, RECORDED)];
  return {
    folder,
    home,
    enforcedHome,
    daemonHome: join(folder, 'daemon-home'),
    clear: async () => {
      for (const path of recorded) await rm(path, { recursive: true, force: true });
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The scripted server; it answers with `bytes` bytes of text. */
export function echoServer(bytes: number): readonly string[] {
  return [process.execPath, join(here, 'echoServer.mjs'), String(bytes)];
}

export function commandOf(subject: Subject, server: readonly string[], place: Place): Command {
  const node = process.execPath;
  switch (subject) {
    case 'direct':
      return { program: server[0]!, args: server.slice(1) };
    case 'bare':
      return { program: node, args: [join(here, 'pipes', 'bare.mjs'), ...server] };
    case 'appending':
      return {
        program: node,
        args: [join(here, 'pipes', 'appending.mjs'), ...server],
        env: { APPEND_TO: join(place.folder, APPENDED) },
      };
    case 'recording':
      return {
        program: node,
        args: [join(here, 'pipes', 'recording.mjs'), ...server],
        env: { RECORD_TO: join(place.folder, RECORDED) },
      };
    case 'callgrove':
      return { program: node, args: [callgroveProgram(), 'run', '--no-daemon', '--home', place.home, '--', ...server] };
    case 'enforce':
      return {
        program: node,
        args: [callgroveProgram(), 'run', '--no-daemon', '--home', place.enforcedHome, '--', ...server],
      };
    case 'tailed':
      return { program: node, args: [callgroveProgram(), 'run', '--home', place.daemonHome, '--', ...server] };
    default:
      return subject satisfies never;
  }
}
