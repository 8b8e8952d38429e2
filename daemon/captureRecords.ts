/** What the daemon's journal has to hold of a capture: of its texts and its version only what it does not hold yet. */
import { randomBytes } from 'node:crypto';
import { makeCaptureId } from './base/ids.ts';
import type { OwnRecord } from './journal/daemonJournal.ts';
import { secretsOf } from './maskHarness.ts';
import type { CaptureOrigin, StoredHarness } from './protocol/captures.ts';
import type { Checkpoint } from './protocol/checkpoint.ts';
import type { Capture, Workbench } from './protocol/workbench.ts';
import type { Keep } from './workerMessages.ts';

interface Known {
  text(sha256: string): boolean;
  version(id: string): boolean;
  /** How the tests ended when this command was last run in this folder. */
  lastTest(root: string, command: string): Workbench['test_result'];
  /** How far a session is; null where there is none of that id. */
  soFar(sessionId: string): Pick<Checkpoint, 'after_call' | 'calls'> | null;
}

/** A text that people read is kept up to this length. */
const TEXT_CHARS = 256 * 1024;

export function captureRecords(
  keep: Keep,
  known: Known,
  nowMs: number,
): { readonly records: readonly OwnRecord[]; readonly kept: StoredHarness } {
  const records: OwnRecord[] = [];
  const add = (capture: Capture, origin: CaptureOrigin, session_id: string | null, agent: string | null): string => {
    const { harness, texts } = capture;
    const { harness_id, test_command } = harness;
    const { root } = capture.workbench.workspace;
    const test_result = capture.workbench.test_result ?? (test_command && known.lastTest(root, test_command.command));
    const workbench = { ...capture.workbench, test_result };
    const secrets = secretsOf(workbench.fingerprints);
    for (const [sha256, text] of Object.entries(texts))
      if (!known.text(sha256)) records.push(['harness_text', { sha256, text: text.slice(0, TEXT_CHARS), secrets }]);
    if (!known.version(harness_id)) records.push(['harness', { harness, secrets }]);
    const capture_id = makeCaptureId('cap', nowMs, randomBytes(10));
    const name = (agent ?? workbench.agent ?? 'unknown').slice(0, 200);
    records.push(['capture', { capture_id, session_id, origin, agent: name, harness_id, workbench, secrets }]);
    return capture_id;
  };
  switch (keep.kind) {
    case 'session': {
      const id = add(keep.capture, keep.origin, keep.session_id, keep.agent);
      return { records, kept: { capture_ids: [id], fresh_id: null, checkpoint: null } };
    }
    case 'capture': {
      const id = add(keep.capture, 'command', null, null);
      return { records, kept: { capture_ids: [id], fresh_id: null, checkpoint: null } };
    }
    case 'checkpoint': {
      const { session_id, capture, verified } = keep;
      const soFar = known.soFar(session_id);
      if (!soFar) throw new Error(`there is no session ${session_id}`);
      const id = add(capture, 'command', null, null);
      const { workspace_digest, git } = capture.workbench;
      const checkpoint: Checkpoint = {
        checkpoint_id: makeCaptureId('cp', nowMs, randomBytes(10)),
        session_id,
        at: new Date(nowMs).toISOString(),
        ...soFar,
        harness: capture.harness.harness_id,
        git_head: git?.head ?? null,
        workspace_digest,
        verified,
      };
      records.push(['checkpoint', checkpoint]);
      return { records, kept: { capture_ids: [id], fresh_id: null, checkpoint } };
    }
    case 'fresh': {
      const [warm, fresh] = [add(keep.warm, 'command', null, null), add(keep.fresh, 'fresh', null, null)];
      const fresh_id = makeCaptureId('fresh', nowMs, randomBytes(10));
      records.push(['fresh', { fresh_id, warm, fresh, result: keep.result }]);
      return { records, kept: { capture_ids: [warm, fresh], fresh_id, checkpoint: null } };
    }
    default:
      return keep satisfies never;
  }
}
