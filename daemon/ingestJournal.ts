/**
 * Ingesting, as one function after the other: what the journals hold becomes rows, exactly once. Each turn reads a
 * bounded number of records, and commits their rows, the journals' positions and the state to go on from together.
 */

import { connectionRedactor } from './connectionRedactor.ts';
import { serverName } from './harness/serverName.ts';
import { workspaceOf } from './harness/workspaceOf.ts';
import { createFollower, type Follower } from './journal/follow.ts';
import { readOpenRecord } from './journal/readOpenRecord.ts';
import type { BodyPlaces } from './journal/readSpans.ts';
import { agentOfCall, type JournalState, newStoredState } from './journalState.ts';
import { createNames, type Names } from './names.ts';
import type { CallStarted, FrameEvent } from './protocol/events.ts';
import type { OpenRecord } from './protocol/journal.ts';
import { newSessionState, noteActivity, sessionOf } from './record/sessionOf.ts';
import type { Redactor } from './redact/redactor.ts';
import { createStateSeal } from './sealedState.ts';
import { readEnd, readItem, type Write } from './stageA.ts';
import type { Database } from './store/database.ts';
import { readMeta, writeMeta } from './store/openStore.ts';
import { readPosition } from './store/positions.ts';
import type { SessionFacts } from './store/sessionRows.ts';
import { type Committed, createWriter, type Writer } from './store/writer.ts';

export interface IngestOptions {
  readonly places: BodyPlaces;
  readonly database: Database;
  readonly redactor: Redactor;
  /** Keys the fingerprints of variables; null where there is none. */
  readonly machineKey: Uint8Array | null;
  /** Something worth a line in status. */
  readonly note: (sentence: string) => void;
}

/** What was remembered cannot be read: only a rebuild from the journal gives the same rows again. */
export class StateLostError extends Error {
  readonly code = 'state_lost';
}

export interface Ingest {
  readonly follower: Follower;
  readonly writer: Writer;
  /** Reads one batch and commits it; null when there is nothing to read. */
  once(limit?: { items: number; bytes: number }): Promise<Committed | null>;
  /** Ends connections whose proxies are gone. Their journals have to be drained. */
  end(connectionIds: readonly string[]): Promise<Committed | null>;
  /** These connections' files and rows were removed. */
  forget(connectionIds: readonly string[]): void;
  /** The redactor that also knows this connection's own variables. */
  redactorFor(connectionId: string): Redactor;
}

const BATCH = { items: 5000, bytes: 16 * 1024 * 1024 };
/** Ended connections are forgotten beyond this many: what is asked of them again is read again. */
const STATES_LIMIT = 500;
const SESSION_STATE = 'session_state';

interface Connection extends JournalState {
  redactor: Redactor;
  names: Names;
}

/** @throws StateLostError for a database that another machine key was used with */
export function createIngest(options: IngestOptions): Ingest {
  const { places, database, redactor, machineKey, note } = options;
  const writer = createWriter(database);
  const states = new Map<string, Connection>();
  const seal = createStateSeal(machineKey);
  const unseal = (sealed: string | null): string | null => {
    const text = sealed === null ? null : seal.open(sealed);
    if (sealed !== null && text === null) throw new StateLostError('was written under another machine key');
    return text;
  };
  const stored = unseal(readMeta(database, SESSION_STATE));
  const sessions: ReturnType<typeof newSessionState> = stored === null ? newSessionState() : JSON.parse(stored);

  const redactorOf = (open: OpenRecord | null): Redactor => connectionRedactor(redactor, machineKey, open);

  const stateOf = (connection_id: string): Connection => {
    const known = states.get(connection_id);
    if (known) return known;
    const position = readPosition(database, connection_id);
    const open = position ? readOpenRecord(places.journal, connection_id) : null;
    const own = redactorOf(open);
    const remembered = unseal(position?.state ?? null);
    const state: Connection = {
      connection_id,
      stored: remembered === null ? newStoredState(connection_id) : JSON.parse(remembered),
      segment: position?.segment ?? 0,
      offset: position?.offset ?? 0,
      chunks: position?.chunks ?? 0,
      bytes: position?.bytes ?? 0,
      open,
      changed: false,
      agents: new Map(),
      redactor: own,
      names: createNames(own),
    };
    states.set(connection_id, state);
    return state;
  };

  const follower = createFollower(places.journal, (id) => readPosition(database, id));

  const commit = async (writes: readonly Write[]): Promise<Committed> => {
    for (const write of writes) {
      if (write.kind === 'opened') {
        const state = stateOf(write.state.connection_id);
        state.redactor = redactorOf(write.open);
        state.names = createNames(state.redactor);
      }
    }
    for (const write of writes) if ('state' in write) wantNames(stateOf(write.state.connection_id).names, write);
    const changed = [...states.values()].filter((state) => state.changed);
    for (const state of changed) await state.names.look();
    const committed = writer.commit(
      () => {
        for (const write of writes) apply(write);
        writeMeta(database, SESSION_STATE, seal.seal(JSON.stringify(sessions)));
      },
      () => changed.map((state) => ({ ...state, state: seal.seal(JSON.stringify(state.stored)) })),
    );
    for (const state of changed) {
      state.changed = false;
      state.names.settle();
    }
    if (states.size > STATES_LIMIT)
      for (const state of states.values()) if (state.stored.ended) states.delete(state.connection_id);
    return committed;
  };

  const apply = (write: Write): void => {
    if (write.kind === 'label' || write.kind === 'pin') {
      const { session_id, ...mark } = write.record;
      writer.mark(session_id, mark);
      return;
    }
    const state = stateOf(write.state.connection_id);
    if (write.kind === 'opened') {
      open(state, write.open, write.at);
      return;
    }
    const connection = writer.connections.get(state.connection_id);
    // Records before `open` cannot be: then this is no connection's journal.
    if (!connection) return;
    switch (write.kind) {
      case 'event':
        noteActivity(sessions, agentOfCall(state, state.stored.correlate.client).process_key, write.at);
        writer.apply(connection, named(state.names, write.event), () => sessionFacts(state, write.event, write.at));
        break;
      case 'gap': {
        const { lost_chunks: lost, bytes, reason } = write.gap;
        const lost_chunks = lost.c2s + lost.s2c + lost.stderr;
        writer.gap(connection, {
          ordinal: write.ordinal,
          at: write.at,
          lost_chunks,
          bytes,
          reason: state.names.of(reason),
        });
        break;
      }
      case 'http':
        writer.connections.http(connection, write.status);
        break;
      case 'ended':
        writer.connections.end(connection, write.at, write.how, write.exit);
        writer.touchSessionsOf(connection);
        break;
      default:
        write satisfies never;
    }
  };

  const open = (state: Connection, record: OpenRecord, at: number): void => {
    const { names } = state;
    if (record.proxy_pid === 0)
      note(`The journal of ${state.connection_id} begins late: retention took what was before.`);
    const agent = agentOfCall(state, null);
    const place = workspaceOf(record, agent.pid);
    state.stored.place = { ...place, user: record.user };
    writer.connections.open({
      connection_id: state.connection_id,
      opened_at: at,
      server: names.of(serverName(record)),
      agent: names.of(agent.agent_id),
      proxy_pid: record.proxy_pid,
      proxy_start: record.process_chain.find(({ pid }) => pid === record.proxy_pid)?.start ?? null,
      child: record.child,
      boot_id: record.boot_id,
      callgrove: record.callgrove.slice(0, 50),
      url: names.of(record.url ?? null),
    });
  };

  const sessionFacts = (state: Connection, event: FrameEvent, at: number): SessionFacts => {
    const started: CallStarted | null = event.type === 'call.started' ? event : null;
    const agent = agentOfCall(state, started?.client ?? null);
    const choice = sessionOf(sessions, {
      process_key: agent.process_key,
      conversation_id: started?.join.conversation_id ?? null,
      at,
    });
    const { place } = state.stored;
    const { names } = state;
    return {
      ...choice,
      conversation_id: names.of(choice.conversation_id),
      agent_id: names.of(agent.agent_id),
      principal: {
        user: place?.user ?? null,
        agent: { name: names.of(agent.name), version: names.of(agent.version), pid: agent.pid },
        tenant: null,
      },
      workspace: place?.workspace ?? null,
      listed_under: place?.listed_under ?? null,
      repo: place?.repo ?? null,
      branch: place?.branch ?? null,
      commit: place?.commit ?? null,
    };
  };

  /** Notes every name that `apply` is going to store. */
  const wantNames = (names: Names, write: Exclude<Write, { kind: 'label' | 'pin' }>): void => {
    const state = stateOf(write.state.connection_id);
    if (write.kind === 'opened') {
      names.want(serverName(write.open));
      names.want(write.open.url);
      names.want(agentOfCall(state, null).agent_id);
    } else if (write.kind === 'gap') names.want(write.gap.reason);
    else if (write.kind === 'event') {
      for (const name of namesIn(write.event)) names.want(name);
      if (write.event.type === 'call.started') {
        const agent = agentOfCall(state, write.event.client);
        for (const name of [agent.agent_id, agent.name, agent.version]) names.want(name);
      }
    }
  };

  return {
    follower,
    writer,
    async once(limit = BATCH) {
      const items = follower.pull(limit);
      if (items.length === 0) return null;
      const writes: Write[] = [];
      for (const item of items) {
        if (item.kind === 'damage') note(`The journal of ${item.connection_id} is damaged: ${item.reason}.`);
        readItem(places, stateOf(item.connection_id), item, writes);
      }
      return commit(writes);
    },
    async end(connectionIds) {
      const writes: Write[] = [];
      for (const id of connectionIds) {
        const state = stateOf(id);
        if (!state.stored.ended)
          readEnd(places, state, { at: state.stored.last_at, mono: 0, how: 'killed', exit: null }, writes);
      }
      return writes.length > 0 ? commit(writes) : null;
    },
    forget(connectionIds) {
      writer.forget();
      for (const id of connectionIds) {
        states.delete(id);
        follower.forget(id);
      }
    },
    redactorFor: (connectionId) => stateOf(connectionId).redactor,
  };
}

function namesIn(event: FrameEvent): (string | null | undefined)[] {
  switch (event.type) {
    case 'call.started':
      return [
        event.method,
        event.tool,
        event.protocol_version,
        event.join.conversation_id,
        event.join.turn_id,
        ...Object.values(event.join.raw),
      ];
    case 'call.log':
      return [event.level];
    case 'call.ended':
      return [event.note];
    case 'stray':
      return [event.method, event.reason];
    case 'connection.described':
      return [event.server?.name, event.server?.version, event.protocol_version];
    default:
      return [];
  }
}

/** The event with its names as they may be stored. */
function named(names: Names, event: FrameEvent): FrameEvent {
  switch (event.type) {
    case 'call.started': {
      const { join: keys } = event;
      const raw = Object.fromEntries(Object.entries(keys.raw).map(([name, value]) => [name, names.of(value)]));
      return {
        ...event,
        method: names.of(event.method),
        tool: names.of(event.tool),
        protocol_version: names.of(event.protocol_version),
        join: { ...keys, conversation_id: names.of(keys.conversation_id), turn_id: names.of(keys.turn_id), raw },
      };
    }
    case 'call.ended':
      return { ...event, note: names.of(event.note) };
    case 'stray':
      return { ...event, method: names.of(event.method), reason: names.of(event.reason) };
    case 'connection.described': {
      const server = event.server && { name: names.of(event.server.name), version: names.of(event.server.version) };
      return { ...event, server, protocol_version: names.of(event.protocol_version) };
    }
    default:
      return event;
  }
}
