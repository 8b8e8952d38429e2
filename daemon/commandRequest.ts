/** What a capture that a command takes is asked for: the folder it was started in, and the environment it runs in. */
import { homedir } from 'node:os';
import { gitFactsOf } from './harness/gitFacts.ts';
import { realPathOf } from './harness/realPathOf.ts';
import type { CaptureRequest } from './harness/request.ts';
import { fingerprints, plainVariables } from './proxy/openFacts.ts';
import { withDeclared } from './withDeclared.ts';

export interface CommandPlace {
  /** Absolute. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly machineKey: Uint8Array | null;
  readonly now: Date;
  readonly signal?: AbortSignal;
}

export function commandRequest({ cwd, env, machineKey, now, signal }: CommandPlace): CaptureRequest {
  const folder = realPathOf(cwd) ?? cwd;
  const top = gitFactsOf(folder)?.root ?? null;
  return withDeclared({
    root: top ?? folder,
    home: env.HOME || env.USERPROFILE || homedir(),
    platform: process.platform,
    environment: {
      of: 'command',
      fingerprints: machineKey && fingerprints(env, machineKey),
      plain: plainVariables(env),
    },
    proof:
      top === null ? "the command's working directory" : "top of the git checkout at the command's working directory",
    cwd: folder,
    agent: null,
    servers: [],
    contracts: {},
    contractTexts: {},
    settings: { fixtures: [], testCommand: null, setupCommand: null },
    machineKey,
    now,
    ...(signal ? { signal } : {}),
  });
}
