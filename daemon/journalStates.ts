/**
 * The connections that the ingest has in hand: what it remembered of each, taken up again from where the database has
 * it sealed, with the redactor that knows the connection's own secrets and the names that it has said so far.
 */
import { connectionRedactor } from './connectionRedactor.ts';
import { readOpenRecord } from './journal/readOpenRecord.ts';
import type { BodyPlaces } from './journal/readSpans.ts';
import { type JournalState, newStoredState } from './journalState.ts';
import { createNames, type Names } from './names.ts';
import type { OpenRecord } from './protocol/journal.ts';
import type { Redactor } from './redact/redactor.ts';
import { createStateSeal } from './sealedState.ts';
import type { Database } from './store/database.ts';
import { type Position, readPosition } from './store/positions.ts';

/** What was remembered cannot be read: only a rebuild from the journal gives the same rows again. */
export class StateLostError extends Error {
  readonly code = 'state_lost';
}

export interface ConnectionState extends JournalState {
  redactor: Redactor;
  names: Names;
}

export interface JournalStates {
  /** @throws StateLostError for what another machine key sealed */
  get(connectionId: string): ConnectionState;
  /** The connection's `open` record was read: from here on its own secrets are known. */
  opened(connectionId: string, open: OpenRecord): void;
  changed(): ConnectionState[];
  positionOf(state: ConnectionState): Position;
  /** A batch is written. */
  settle(): void;
  forget(connectionId: string): void;
  seal(text: string): string;
  /** Null for null. @throws StateLostError */
  unseal(sealed: string | null): string | null;
}

/** Ended connections are forgotten beyond this many: what is asked of them again is read again. */
const STATES_LIMIT = 500;

export function createJournalStates(
  places: BodyPlaces,
  database: Database,
  redactor: Redactor,
  machineKey: Uint8Array | null,
): JournalStates {
  const states = new Map<string, ConnectionState>();
  const seal = createStateSeal(machineKey);
  const unseal = (sealed: string | null): string | null => {
    const text = sealed === null ? null : seal.open(sealed);
    if (sealed !== null && text === null) throw new StateLostError('was written under another machine key');
    return text;
  };
  const redactorOf = (open: OpenRecord | null): Redactor => connectionRedactor(redactor, machineKey, open);

  const load = (connection_id: string): ConnectionState => {
    const position = readPosition(database, connection_id);
    const open = position ? readOpenRecord(places.journal, connection_id) : null;
    const own = redactorOf(open);
    const remembered = unseal(position?.state ?? null);
    return {
      connection_id,
      stored: remembered === null ? newStoredState(connection_id) : JSON.parse(remembered),
      segment: position?.segment ?? 0,
      offset: position?.offset ?? 0,
      chunks: position?.chunks ?? 0,
      bytes: position?.bytes ?? 0,
      open,
      changed: false,
      agents: new Map(),
      newestAgent: null,
      redactor: own,
      names: createNames(own),
    };
  };
  const get = (connectionId: string): ConnectionState => {
    const known = states.get(connectionId);
    if (known) return known;
    const state = load(connectionId);
    states.set(connectionId, state);
    return state;
  };

  return {
    get,
    opened(connectionId, open) {
      const state = get(connectionId);
      state.redactor = redactorOf(open);
      state.names = createNames(state.redactor);
    },
    changed: () => [...states.values()].filter((state) => state.changed),
    positionOf: (state) => ({ ...state, state: seal.seal(JSON.stringify(state.stored)) }),
    settle() {
      for (const state of states.values()) {
        if (!state.changed) continue;
        state.changed = false;
        state.names.settle();
      }
      if (states.size <= STATES_LIMIT) return;
      for (const state of states.values()) if (state.stored.ended) states.delete(state.connection_id);
    },
    forget: (connectionId) => void states.delete(connectionId),
    seal: seal.seal,
    unseal,
  };
}
