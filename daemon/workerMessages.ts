/** What the daemon's threads say to one another. All of it is plain data; the threads are of one build. */

import type { Change } from './feed/source.ts';
import type { Action, ActionResult } from './protocol/api.ts';
import type { StoredHarness, StoreHarness } from './protocol/captures.ts';
import type { Capture } from './protocol/workbench.ts';
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

export type ToIngest =
  | { readonly type: 'act'; readonly id: number; readonly action: Act }
  | { readonly type: 'disk'; readonly id: number }
  | { readonly type: 'keep'; readonly id: number; readonly keep: Keep }
  | { readonly type: 'stop' };

export type FromIngest =
  | { readonly type: 'ready'; readonly epoch: string }
  | { readonly type: 'change'; readonly change: Change }
  | { readonly type: 'lag'; readonly journal_bytes: number; readonly second_stage_calls: number }
  | { readonly type: 'open'; readonly connections: number }
  | { readonly type: 'note'; readonly sentence: string }
  | {
      readonly type: 'acted';
      readonly id: number;
      readonly prune: ActionResult['prune'];
      readonly error: string | null;
    }
  | { readonly type: 'disk'; readonly id: number; readonly use: DiskUse }
  | { readonly type: 'kept'; readonly id: number; readonly kept: StoredHarness | null; readonly error: string | null }
  /** It cannot go on, and to start it again would not help. */
  | { readonly type: 'refused'; readonly sentence: string }
  /** The state folder has vanished. */
  | { readonly type: 'vanished' }
  | { readonly type: 'stopped' };
