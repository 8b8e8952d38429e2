/**
 * What becomes of calls whose answer will not be seen: the connection has ended, or more are open than are watched.
 * They are `lost`, which is no failure: the request may have reached the other side.
 */
import type { CallEnded, FrameEvent, FrameRef } from '../protocol/events.ts';
import {
  type CorrelateState,
  type FrameDirection,
  MAX_OPEN,
  type OpenCall,
  remember,
  type TaskCall,
  takeCall,
} from './correlateState.ts';
import { isSubscription } from './revision.ts';

const NOTE: Readonly<Record<FrameDirection, string>> = {
  c2s: 'no answer seen; may have reached the server',
  s2c: 'no answer seen; may have reached the client',
};

/**
 * The ends of all calls that are still open, oldest first within a direction. Afterwards none is.
 * @param at epoch ms
 * @param why how the connection ended, in words; null where nothing is known of it
 */
export function endConnection(state: CorrelateState, at: number, why: string | null): FrameEvent[] {
  const events: FrameEvent[] = [];
  const because = (note: string) => (why === null ? note : `${note}; ${why}`);
  for (const direction of ['c2s', 's2c'] as const) {
    for (const id of Object.keys(state.open[direction])) {
      for (let call = takeCall(state, direction, id); call; call = takeCall(state, direction, id)) {
        const listened = isSubscription(call.method) && call.acknowledged;
        events.push(
          listened
            ? ended(call, at, 'success', 'open until the connection ended')
            : lost(call, at, because(NOTE[direction])),
        );
        remember(state, 'given_up', direction, id, call);
      }
    }
    for (const { call } of state.waiting[direction].splice(0)) {
      events.push(lost(call, at, because('the server asked for input; the request was not repeated')));
    }
    for (const task of Object.values(state.tasks[direction])) {
      if (task.open) events.push(taskEnd(task, task.open, at, because));
      task.open = null;
    }
  }
  return events;
}

/** Keeps the number of open calls bounded: beyond the limit a tenth of them, the oldest, are given up at once. */
export function giveUpOldest(state: CorrelateState, ref: FrameRef, events: FrameEvent[]): void {
  if (state.open_count <= MAX_OPEN) return;
  for (const direction of [ref.direction, ref.direction === 'c2s' ? 's2c' : 'c2s'] as const) {
    for (const id of Object.keys(state.open[direction])) {
      if (state.open_count <= MAX_OPEN * 0.9) return;
      const call = takeCall(state, direction, id);
      if (!call) continue;
      events.push(lost(call, ref.at, `more than ${MAX_OPEN} calls open at once: no longer watched`));
      remember(state, 'given_up', direction, id, call);
    }
  }
}

export function lost(call: OpenCall, at: number, note: string): CallEnded {
  return ended(call, at, 'lost', note);
}

function taskEnd(task: TaskCall, call: OpenCall, at: number, because: (note: string) => string): CallEnded {
  if (task.status !== 'completed') return lost(call, at, because('the task had not ended when the connection did'));
  return ended(call, at, 'success', 'the task said that it was completed; its result was not fetched');
}

function ended(call: OpenCall, at: number, outcome: 'success' | 'lost', note: string): CallEnded {
  const layers = {
    transport: outcome === 'lost' ? 'error' : 'ok',
    rpc: outcome === 'lost' ? null : 'ok',
    tool: null,
  } as const;
  return {
    type: 'call.ended',
    call_id: call.call_id,
    at,
    duration_ms: null,
    outcome,
    note,
    layers,
    error: null,
    response: null,
  };
}
