/** Gives what captures say to the store: masked before the transaction, because masking takes its time. */
import type { HarnessMask } from './maskHarness.ts';
import type { HarnessWrite } from './ownRecords.ts';
import type { Write } from './stageA.ts';
import { addCapture, addFresh, keepText, keepVersion } from './store/captureRows.ts';
import type { Database } from './store/database.ts';
import type { Writer } from './store/writer.ts';

export interface HarnessWrites {
  look(write: HarnessWrite): Promise<void>;
  /** To be called inside a commit, after `look`. */
  apply(write: HarnessWrite, rev: number): void;
}

export function isHarnessWrite(write: Write): write is HarnessWrite {
  return KINDS.has(write.kind);
}

const KINDS: ReadonlySet<string> = new Set(['harness_text', 'harness', 'capture', 'fresh']);

export function createHarnessWrites(
  database: Database,
  writer: Pick<Writer, 'changed'>,
  mask: HarnessMask,
): HarnessWrites {
  const ready = new WeakMap<HarnessWrite, (rev: number) => void>();
  return {
    async look(write) {
      switch (write.kind) {
        case 'harness_text': {
          const text = await mask.text(write.record);
          ready.set(write, () => keepText(database, write.record.sha256, text));
          return;
        }
        case 'harness': {
          const version = await mask.version(write.record);
          ready.set(write, () => keepVersion(database, version));
          return;
        }
        case 'capture': {
          const workbench = await mask.workbench(write.record);
          const { session_id } = write.record;
          ready.set(write, (rev) => {
            addCapture(database, { ...write.record, workbench }, rev);
            if (session_id !== null) writer.changed(session_id);
          });
          return;
        }
        case 'fresh': {
          const result = await mask.fresh(write.record);
          ready.set(write, () => addFresh(database, { ...write.record, at: write.at, result }));
          return;
        }
        default:
          write satisfies never;
      }
    },
    apply(write, rev) {
      ready.get(write)?.(rev);
    },
  };
}
