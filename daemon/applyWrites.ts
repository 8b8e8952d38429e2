/**
 * What the first stage wants written, given to the store: with names as they may be stored, and each call in its
 * session. Names are looked at before the transaction, because looking takes its time.
 */
import { wantEventNames, withStoredNames } from './eventNames.ts';
import { serverName } from './harness/serverName.ts';
import { workspaceOf } from './harness/workspaceOf.ts';
import { type HarnessWrites, isHarnessWrite } from './harnessWrites.ts';
import type { ImportWrites } from './importWrites.ts';
import { agentOfCall } from './journalState.ts';
import type { ConnectionState, JournalStates } from './journalStates.ts';
import type { ConnectionEnd } from './model/connectionEnd.ts';
import type { Names } from './names.ts';
import { markKeys, placeKeys } from './placeKeys.ts';
import { applyPolicyWrite, isPolicyWrite, wantPolicyNames } from './policyWrites.ts';
import type { ClientInfo, FrameEvent } from './protocol/events.ts';
import type { HttpExchange, OpenRecord } from './protocol/journal.ts';
import { noteActivity, type SessionState, sessionOf } from './record/sessionOf.ts';
import { requestIdKey } from './requestIdKey.ts';
import type { Write } from './stageA.ts';
import { addAltered } from './store/alteredRows.ts';
import { addCheckpoint } from './store/checkpointRows.ts';
import type { Database } from './store/database.ts';
import type { ExchangeRow } from './store/exchangeRows.ts';
import type { SessionOfCall, Writer } from './store/writer.ts';

/** An HTTP request carries so many of the agent's at most. */
const MAX_IDS = 20;

export interface WriteApplier {
  /** Looks at every name in the writes that `apply` is going to store. */
  look(writes: readonly Write[]): Promise<void>;
  /** To be called inside a commit. */
  apply(write: Write, rev: number): void;
}

/**
 * @param own names in what the user said: labels, reasons
 * @param harness what captures say
 * @param imports what imports bring
 * @param machineKey keys what stands for the peers' ids
 * @param note something worth a line in status
 * @param seenRoot a connection works in this workspace
 */
export function createWriteApplier(
  database: Database,
  writer: Writer,
  states: JournalStates,
  sessions: SessionState,
  own: Names,
  harness: HarnessWrites,
  imports: ImportWrites,
  machineKey: Uint8Array | null,
  note: (sentence: string) => void,
  seenRoot: (root: string) => void = () => {},
): WriteApplier {
  const keysOf = placeKeys(machineKey);
  const marksOf = markKeys(machineKey);
  const open = (state: ConnectionState, record: OpenRecord, at: number): void => {
    const { names } = state;
    if (record.proxy_pid === 0)
      note(`The journal of ${state.connection_id} begins late: retention took what was before.`);
    const agent = agentOfCall(state, null);
    const place = workspaceOf(record, agent.pid);
    if (place.workspace !== null) seenRoot(place.workspace);
    state.stored.place = { ...place, user: record.user };
    writer.connections.open({
      connection_id: state.connection_id,
      opened_at: at,
      server: names.of(serverName(record)),
      agent: agent.agent_id,
      proxy_pid: record.proxy_pid,
      proxy_start: record.process_chain.find(({ pid }) => pid === record.proxy_pid)?.start ?? null,
      child: record.child,
      boot_id: record.boot_id,
      callgrove: record.callgrove.slice(0, 50),
      url: names.of(record.url ?? null),
      listed_under: place.listed_under,
      imported: false,
    });
  };

  const storedClients = new WeakMap<ClientInfo, ClientInfo>();
  /** Masked before an id is made of it: in an id, a secret would no longer be known as one. */
  const stored = ({ names }: ConnectionState, client: ClientInfo | null): ClientInfo | null => {
    if (client === null) return null;
    const known = storedClients.get(client);
    if (known) return known;
    const made = { name: names.of(client.name), version: names.of(client.version) };
    storedClients.set(client, made);
    return made;
  };

  /** @param event with its names as they were said: the session's id follows from them; null for a connection without any */
  const sessionOfCall = (state: ConnectionState, event: FrameEvent | null, at: number): SessionOfCall => {
    const started = event?.type === 'call.started' ? event : null;
    const { names } = state;
    const agent = agentOfCall(state, stored(state, started?.client ?? null));
    const { process_key } = agent;
    const choice = sessionOf(sessions, { process_key, conversation_id: started?.join.conversation_id ?? null, at });
    return {
      session_id: choice.session_id,
      facts: () => ({
        ...choice,
        conversation_id: names.of(choice.conversation_id),
        agent_id: agent.agent_id,
        principal: {
          user: state.stored.place?.user ?? null,
          agent: { name: agent.name, version: agent.version, pid: agent.pid },
          tenant: null,
        },
        workspace: state.stored.place?.workspace ?? null,
        listed_under: state.stored.place?.listed_under ?? null,
        repo: state.stored.place?.repo ?? null,
        branch: state.stored.place?.branch ?? null,
        commit: state.stored.place?.commit ?? null,
      }),
    };
  };

  return {
    async look(writes) {
      const changed = new Set<ConnectionState>();
      for (const write of writes) if (write.kind === 'opened') states.opened(write.state.connection_id, write.open);
      for (const write of writes) {
        if (write.kind === 'label') own.want(write.record.label);
        if (write.kind === 'checkpoint') own.want(write.record.verified?.command);
        if (isPolicyWrite(write)) wantPolicyNames(own, write);
        if (!('state' in write)) {
          if (isHarnessWrite(write)) await harness.look(write);
          else if (write.kind === 'imported') await imports.look(write);
          continue;
        }
        const state = states.get(write.state.connection_id);
        changed.add(state);
        const { names } = state;
        if (write.kind === 'opened') {
          names.want(serverName(write.open));
          names.want(write.open.url);
        } else if (write.kind === 'gap') names.want(write.gap.reason);
        else if (write.kind === 'http') {
          names.want(write.exchange.failure?.message);
          for (const value of Object.values(write.exchange.told ?? {})) names.want(value);
        } else if (write.kind === 'ended') names.want(write.end.exit?.error);
        else if (write.kind === 'event') {
          wantEventNames(names, write.event);
          if (write.event.type !== 'call.started') continue;
          wantClient(names, write.event.client);
        }
      }
      for (const state of changed) wantClient(state.names, state.stored.correlate.client);
      await own.look();
      for (const { names } of changed) await names.look();
    },
    apply(write, rev) {
      if (isHarnessWrite(write)) return harness.apply(write, rev);
      if (write.kind === 'imported') return imports.apply(write, rev);
      if (isPolicyWrite(write)) return applyPolicyWrite(database, writer, own, write, rev);
      if (write.kind === 'label') return writer.mark(write.record.session_id, { label: own.of(write.record.label) });
      if (write.kind === 'pin') return writer.mark(write.record.session_id, { pinned: write.record.pinned });
      if (write.kind === 'checkpoint') {
        const { verified } = write.record;
        const masked = verified && { ...verified, command: own.of(verified.command) };
        addCheckpoint(database, { ...write.record, verified: masked }, rev);
        return writer.changed(write.record.session_id);
      }
      const state = states.get(write.state.connection_id);
      if (write.kind === 'opened') {
        open(state, write.open, write.at);
        return;
      }
      const connection = writer.connections.get(state.connection_id);
      // Records before `open` cannot be: then this is no connection's journal.
      if (!connection) return;
      switch (write.kind) {
        case 'event': {
          const { event, at } = write;
          noteActivity(sessions, agentOfCall(state, stored(state, state.stored.correlate.client)).process_key, at);
          writer.apply(connection, withStoredNames(state.names, event), () =>
            // Asked for calls that begin, and for them only.
            sessionOfCall(state, event, at),
          );
          break;
        }
        case 'gap': {
          const { ordinal, at, gap } = write;
          const lost_chunks = gap.lost_chunks.c2s + gap.lost_chunks.s2c + gap.lost_chunks.stderr;
          writer.gap(connection, { ordinal, at, lost_chunks, bytes: gap.bytes, reason: state.names.of(gap.reason) });
          break;
        }
        case 'judged':
          if (write.root !== null) seenRoot(write.root);
          writer.judge(connection, write.frame, write.judgement, write.at);
          break;
        case 'altered':
          addAltered(database, connection.n, write.altered);
          break;
        case 'looked': {
          const places = [...write.paths.map(keysOf), ...write.marks.map(marksOf)];
          writer.looked(connection, write.frame, write.stage, write.place, places);
          break;
        }
        case 'http':
          writer.http(
            connection,
            write.exchange.status,
            storedExchanges(state.names, write.exchange, machineKey),
            write.sentAt,
          );
          break;
        case 'ended':
          writer.ended(connection, {
            at: write.at,
            end: withStoredReason(state.names, write.end),
            stderr: write.stderr,
            sessionOf: () => sessionOfCall(state, null, write.at),
          });
          break;
        default:
          write satisfies never;
      }
    },
  };
}

/** One row for each JSON-RPC request that it carried. */
function storedExchanges(names: Names, exchange: HttpExchange, machineKey: Uint8Array | null): ExchangeRow[] {
  const { m: mono, ids, method, status, headers_ms, end_ms, reconnects, failure, told } = exchange;
  const error_class = failure?.error_class.slice(0, 50) ?? null;
  const message = names.of(failure?.message ?? null);
  const headers = Object.fromEntries(Object.entries(told ?? {}).map(([name, value]) => [name, names.of(value) ?? '']));
  return ids.slice(0, MAX_IDS).map((id) => {
    const id_key = requestIdKey(machineKey, id);
    return { id_key, mono, method, status, headers_ms, end_ms, reconnects, error_class, message, headers };
  });
}

function withStoredReason(names: Names, end: ConnectionEnd): ConnectionEnd {
  return end.exit ? { ...end, exit: { ...end.exit, error: names.of(end.exit.error) } } : end;
}

function wantClient(names: Names, client: ClientInfo | null): void {
  names.want(client?.name);
  names.want(client?.version);
}
