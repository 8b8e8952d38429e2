/**
 * Ingesting, as one function after the other: what the journals hold becomes rows, exactly once. Each turn reads a
 * bounded number of records, and commits their rows, the journals' positions and the state to go on from together.
 */

import { createWriteApplier } from './applyWrites.ts';
import { comparisonKeys } from './comparisonKeys.ts';
import type { WorkspaceFacts } from './harness/workspaceOf.ts';
import { createHarnessWrites } from './harnessWrites.ts';
import { createImportWrites, unfinishedImport } from './importWrites.ts';
import { createFollower, type Follower } from './journal/follow.ts';
import type { BodyPlaces } from './journal/readSpans.ts';
import { createJournalStates } from './journalStates.ts';
import { createHarnessMask } from './maskHarness.ts';
import { createNames } from './names.ts';
import { isImportId } from './protocol/imported.ts';
import type { OpenRecord } from './protocol/journal.ts';
import { newSessionState, type SessionState } from './record/sessionOf.ts';
import type { Redactor } from './redact/redactor.ts';
import { readEnd, readItem, type Write } from './stageA.ts';
import type { Database } from './store/database.ts';
import { readMeta, writeMeta } from './store/openStore.ts';
import { readPosition } from './store/positions.ts';
import { type Committed, createWriter, type Writer } from './store/writer.ts';

export interface IngestOptions {
  readonly places: BodyPlaces;
  readonly database: Database;
  readonly redactor: Redactor;
  /** Keys the fingerprints of variables; null where there is none. */
  readonly machineKey: Uint8Array | null;
  /** Something worth a line in status. */
  readonly note: (sentence: string) => void;
  /** A connection works in this workspace. */
  readonly seenRoot?: (root: string) => void;
}

export interface Ingest {
  readonly follower: Follower;
  readonly writer: Writer;
  /** Reads one batch and commits it; null when there is nothing to read. */
  once(limit?: { items: number; bytes: number }): Promise<Committed | null>;
  /** Ends connections whose proxies are gone, and imports whose writers are. Their journals have to be drained. */
  end(connectionIds: readonly string[]): Promise<Committed | null>;
  /** These connections' files and rows were removed. */
  forget(connectionIds: readonly string[]): void;
  /** What the connection's proxy saw when it opened, and where it works; null where retention took it. */
  seenAt(connectionId: string): { readonly open: OpenRecord; readonly place: WorkspaceFacts | null } | null;
  /** The redactor that also knows this connection's own variables. */
  redactorFor(connectionId: string): Redactor;
}

function isImport(writes: readonly Write[]): boolean {
  return writes.at(-1)?.kind === 'imported';
}

/** Larger ones cost more memory and gain nothing: what is kept of a batch outlives the young generation. */
const BATCH = { items: 3000, bytes: 16 * 1024 * 1024 };
/** Of an import's records, which are whole calls and are held until they are written. */
const IMPORTED_ITEMS = 500;
/** A batch is pulled in pieces: what was read is let go of while it is young, and only what it means is kept. */
const PIECE_ITEMS = 250;
const SESSION_STATE = 'session_state';

/** @throws StateLostError for a database that another machine key was used with */
export function createIngest(options: IngestOptions): Ingest {
  const { places, database, redactor, machineKey, note } = options;
  const writer = createWriter(database);
  const states = createJournalStates(places, database, redactor, machineKey);
  const remembered = states.unseal(readMeta(database, SESSION_STATE));
  const sessions: SessionState = remembered === null ? newSessionState() : JSON.parse(remembered);
  const follower = createFollower(places.journal, (id) => readPosition(database, id));
  const harness = createHarnessWrites(database, writer, createHarnessMask(redactor, machineKey));
  const applier = createWriteApplier(
    database,
    writer,
    states,
    sessions,
    createNames(redactor),
    harness,
    createImportWrites(database, writer, comparisonKeys(machineKey), redactor, note),
    machineKey,
    note,
    options.seenRoot,
  );

  const commit = async (writes: readonly Write[]): Promise<Committed> => {
    await applier.look(writes);
    const committed = writer.commit(
      (rev) => {
        for (const write of writes) applier.apply(write, rev);
        writeMeta(database, SESSION_STATE, states.seal(JSON.stringify(sessions)));
      },
      () => states.changed().map(states.positionOf),
    );
    states.settle();
    return committed;
  };

  return {
    follower,
    writer,
    async once(limit = BATCH) {
      const writes: Write[] = [];
      let [items, bytes] = [0, 0];
      while (items < limit.items && bytes < limit.bytes && !(items >= IMPORTED_ITEMS && isImport(writes))) {
        const piece = follower.pull({ items: Math.min(PIECE_ITEMS, limit.items - items), bytes: limit.bytes - bytes });
        if (piece.length === 0) break;
        for (const item of piece) {
          if (item.kind === 'damage') note(`The journal of ${item.connection_id} is damaged: ${item.reason}.`);
          if (item.kind === 'record') bytes += item.record.head.n;
          readItem(places, states.get(item.connection_id), item, writes);
        }
        items += piece.length;
      }
      return items === 0 ? null : commit(writes);
    },
    async end(connectionIds) {
      const writes: Write[] = [];
      for (const id of connectionIds) {
        if (isImportId(id)) {
          writes.push(unfinishedImport(id));
          continue;
        }
        const state = states.get(id);
        if (!state.stored.ended)
          readEnd(places, state, { at: state.stored.last_at, mono: 0, how: 'killed', exit: null }, writes);
      }
      return writes.length > 0 ? commit(writes) : null;
    },
    forget(connectionIds) {
      writer.forget();
      for (const id of connectionIds) {
        states.forget(id);
        follower.forget(id);
      }
    },
    seenAt(connectionId) {
      const { open, stored } = states.get(connectionId);
      return open && { open, place: stored.place };
    },
    redactorFor: (connectionId) => states.get(connectionId).redactor,
  };
}
