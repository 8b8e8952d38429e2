import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CaptureQueueOptions, createCaptureQueue } from '../../daemon/captureQueue.ts';
import type { Capture } from '../../daemon/protocol/workbench.ts';
import type { SeenSession } from '../../daemon/workerMessages.ts';
import { fakeCapture, instruction } from '../support/fakeCapture.ts';

const seen = (session_id: string, more: Partial<SeenSession> = {}): SeenSession => ({
  session_id,
  agent: 'claude-code',
  root: '/w',
  proof: 'told',
  cwd: '/w',
  running: true,
  captured: false,
  environment: { of: 'server', fingerprints: null, plain: {} },
  environment_of: null,
  servers: [],
  listed: 0,
  contracts: {},
  contract_texts: {},
  ...more,
});

/** A queue whose captures take a moment and hold the text that stands there then. */
function scene(t: { after(work: () => void): void }, capture?: CaptureQueueOptions['capture']) {
  const kept: [id: string, origin: string, id: string][] = [];
  const watching = new Map<string, () => void>();
  const state = { text: 'one', busy: 0, most: 0, captures: 0, failures: 0 };
  const waiting: (() => void)[] = [];
  const queue = createCaptureQueue({
    capture:
      capture ??
      (async () => {
        state.captures++;
        state.most = Math.max(state.most, ++state.busy);
        await sleep(5);
        state.busy--;
        return at(state.text);
      }),
    complete: (one, { listed }) =>
      listed > 0 ? { ...one, harness: { ...one.harness, harness_id: `${one.harness.harness_id}+${listed}` } } : one,
    watch(session, _, changed) {
      watching.set(session.session_id, changed);
      return { dispose: () => watching.delete(session.session_id) };
    },
    keep({ session_id, origin, capture: { harness } }) {
      kept.push([session_id, origin, harness.harness_id]);
      for (const look of waiting) look();
    },
    onFailure: () => {
      state.failures++;
    },
    gapMs: 0,
    settleMs: 5,
    retryMs: 5,
  });
  t.after(() => queue.dispose());
  const until = (count: number) =>
    new Promise<void>((resolve) => {
      const look = () => kept.length >= count && resolve();
      waiting.push(look);
      look();
    });
  return { queue, kept, watching, state, until };
}

function at(text: string): Capture {
  return fakeCapture({ harness_id: `hv_${text}`, instruction_source: [instruction('CLAUDE.md', text)] });
}

test('each session once, one at a time; again only where something changed', async (t) => {
  const { queue, kept, watching, state, until } = scene(t);
  queue.update([seen('a'), seen('b'), seen('c')]);
  queue.update([seen('a'), seen('b'), seen('c')]);
  await until(3);
  assert.deepEqual([state.captures, state.most], [3, 1]);
  assert.deepEqual(kept.map(([id, origin]) => `${id} ${origin}`).sort(), ['a session', 'b session', 'c session']);
  // Many events, one capture; and nothing is kept where nothing is another.
  for (let n = 0; n < 10; n++) watching.get('a')?.();
  while (state.captures < 4 || state.busy > 0) await sleep(5);
  assert.equal(kept.length, 3);
  state.text = 'two';
  watching.get('b')?.();
  await until(4);
  assert.deepEqual(kept[3], ['b', 'event', 'hv_two']);
  queue.update([]);
  assert.equal(watching.size, 0);
});

test('a start is completed when servers have listed their tools, and says nothing of what changed meanwhile', async (t) => {
  const { queue, kept, state, until } = scene(t);
  queue.update([seen('a')]);
  await until(1);
  state.text = 'two';
  queue.update([seen('a', { listed: 1 })]);
  await until(2);
  assert.deepEqual(kept, [
    ['a', 'session', 'hv_one'],
    ['a', 'session', 'hv_one+1'],
  ]);
});

test('a capture that fails is tried again, and not for ever; one that is over is captured and not watched', async (t) => {
  let left = 1;
  const again = scene(t, async () => {
    if (left-- > 0) throw new Error('a moment of trouble');
    return at('one');
  });
  again.queue.update([seen('a', { running: false })]);
  await again.until(1);
  assert.deepEqual([again.state.failures, again.watching.size], [1, 0]);
  const never = scene(t, async () => {
    throw new Error('for ever');
  });
  never.queue.update([seen('a')]);
  while (never.state.failures < 4) await sleep(5);
  await sleep(50);
  assert.deepEqual([never.state.failures, never.kept.length], [4, 0]);
});
