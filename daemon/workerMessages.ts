/** What the daemon's threads say to one another. All of it is plain data; the threads are of one build. */

import type { PackedFacts } from './bundle/packedFile.ts';
import type { FrameGroup } from './exportFrames.ts';
import type { ExportProgress } from './exportSession.ts';
import type { Change } from './feed/source.ts';
import type { SeenEnvironment } from './harness/request.ts';
import type { Action, ActionResult } from './protocol/api.ts';
import type { BundleOptions, Manifest } from './protocol/bundle.ts';
import type { StoredHarness, StoreHarness } from './protocol/captures.ts';
import type { PolicyState } from './protocol/denial.ts';
import type { ToolContract } from './protocol/harness.ts';
import type { Capture } from './protocol/workbench.ts';
import type { FoundSecret } from './redact/bundleRedactor.ts';
import type { DiskUse } from './retention.ts';

export interface WorkerOptions {
  readonly home: string;
}

export type Act = Exclude<Action, { act: 'stop' }>;

/** Captures that are to be journalled: a session's, or what a command hands over. */
export type Keep =
  | StoreHarness
  | {
      readonly kind: 'session';
      readonly session_id: string;
      readonly origin: 'session' | 'event';
      readonly agent: string;
      readonly capture: Capture;
    };

/** A session that runs, or has only just begun: what a capture of it needs and only the ingest thread knows. */
export interface SeenSession {
  readonly session_id: string;
  /** By what agents are told apart: the id without its version. */
  readonly agent: string;
  readonly root: string;
  readonly proof: string;
  readonly cwd: string;
  readonly running: boolean;
  /** It was captured before; then only what changed since is of interest. */
  readonly captured: boolean;
  readonly environment: SeenEnvironment;
  /** The server whose environment that is; null where it has none. */
  readonly environment_of: string | null;
  /** Servers that it is connected with. */
  readonly servers: readonly string[];
  /** How many of its connections have listed their tools. */
  readonly listed: number;
  /** By server: the tools as they were last listed here. */
  readonly contracts: Readonly<Record<string, ToolContract>>;
  readonly contract_texts: Readonly<Record<string, string>>;
}

export type ToCapture =
  | { readonly type: 'sessions'; readonly sessions: readonly SeenSession[] }
  | { readonly type: 'stop' };

export type FromCapture =
  | { readonly type: 'captured'; readonly keep: Extract<Keep, { kind: 'session' }> }
  | { readonly type: 'note'; readonly sentence: string };

export type ToIngest =
  | { readonly type: 'act'; readonly id: number; readonly action: Act }
  | { readonly type: 'disk'; readonly id: number }
  /** What the files say now. */
  | { readonly type: 'policy'; readonly id: number }
  | { readonly type: 'keep'; readonly id: number; readonly keep: Keep }
  | { readonly type: 'stop' };

export type FromIngest =
  | { readonly type: 'ready'; readonly epoch: string }
  | { readonly type: 'change'; readonly change: Change }
  | { readonly type: 'lag'; readonly journal_bytes: number; readonly second_stage_calls: number }
  | { readonly type: 'open'; readonly connections: number }
  /** Sessions that run now: told anew when anything of it changed. */
  | { readonly type: 'sessions'; readonly sessions: readonly SeenSession[] }
  | { readonly type: 'note'; readonly sentence: string }
  | { readonly type: 'policy'; readonly id: number; readonly state: PolicyState }
  | {
      readonly type: 'acted';
      readonly id: number;
      readonly prune: ActionResult['prune'];
      /** For people, where what was done is not plain. */
      readonly sentence: string | null;
      readonly calls?: number;
      readonly error: string | null;
    }
  | { readonly type: 'disk'; readonly id: number; readonly use: DiskUse }
  | { readonly type: 'kept'; readonly id: number; readonly kept: StoredHarness | null; readonly error: string | null }
  /** It cannot go on, and to start it again would not help. */
  | { readonly type: 'refused'; readonly sentence: string }
  /** The state folder has vanished. */
  | { readonly type: 'vanished' }
  | { readonly type: 'stopped' };

/** What the packing thread is asked. */
export interface PackRequest {
  readonly home: string;
  readonly session_id: string;
  readonly options: BundleOptions;
  readonly file: string;
  /** Absolute: where things may lie meanwhile. Whoever asks throws it away. */
  readonly temporary: string;
  /** Over a file that is there. */
  readonly force: boolean;
  /** false: for a look at what would be in it; no file is left. */
  readonly keep: boolean;
  /** At a low priority, where the system has one for a thread. */
  readonly quiet: boolean;
}

/** What the packing thread tells: how far it is, and once how it ended. `taken`: there is a file of that name. */
/** One after the other. */
export type ToFrames =
  | { readonly type: 'add'; readonly groups: readonly FrameGroup[] }
  | { readonly type: 'report'; readonly text: string }
  | { readonly type: 'endFrames' }
  | { readonly type: 'endReport' };

/** One for each, in that order. */
export type FromFrames =
  | { readonly type: 'done' }
  | { readonly type: 'frames'; readonly facts: PackedFacts; readonly found: FoundSecret[] }
  | { readonly type: 'report'; readonly facts: PackedFacts | null };

export type FromPack =
  | { readonly type: 'progress'; readonly progress: ExportProgress }
  | { readonly type: 'packed'; readonly manifest: Manifest; readonly bytes: number }
  | {
      readonly type: 'failed';
      readonly code: 'not_found' | 'too_large' | 'rules' | 'taken' | 'failed';
      readonly message: string;
    };
