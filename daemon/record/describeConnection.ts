/** Says who speaks on a connection when a message tells something new of it; what is told again says nothing. */
import type { ClientInfo, FrameEvent } from '../protocol/events.ts';
import type { CorrelateState } from './correlateState.ts';

/** What a message tells; null where it tells nothing of that. */
export interface Told {
  readonly client: ClientInfo | null;
  readonly server: ClientInfo | null;
  readonly protocol_version: string | null;
}

/** Remembers what is new in `told` and adds one `connection.described` for it. */
export function describeConnection(state: CorrelateState, told: Told, events: FrameEvent[]): void {
  const client = told.client && isOther(told.client, state.client) ? told.client : state.client;
  const server = told.server && isOther(told.server, state.server) ? told.server : state.server;
  const protocol_version = told.protocol_version ?? state.protocol_version;
  if (client === state.client && server === state.server && protocol_version === state.protocol_version) return;
  state.client = client;
  state.server = server;
  state.protocol_version = protocol_version;
  events.push({ type: 'connection.described', client, server, protocol_version });
}

function isOther(one: ClientInfo, known: ClientInfo | null): boolean {
  return one.name !== known?.name || one.version !== known.version;
}
