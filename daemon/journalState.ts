/**
 * What ingesting remembers of one connection between two commits: how its unfinished line, its open calls and its end
 * stand. Stored beside the position it belongs to, so that a restart goes on as if there had been none.
 */

import type { WorkspaceFacts } from './harness/workspaceOf.ts';
import type { ClientInfo, Span } from './protocol/events.ts';
import type { HttpExchange, OpenRecord } from './protocol/journal.ts';
import { type AgentFacts, agentOf } from './record/agentOf.ts';
import { type CorrelateState, newCorrelateState } from './record/correlateState.ts';
import { newSplitState, type SplitState } from './record/splitFrames.ts';

/** Plain JSON. Only we write it, into a file of our own version: it is trusted as it is read. */
export interface StoredState {
  readonly split: SplitState;
  readonly correlate: CorrelateState;
  /** Redacted; null until the connection's `open` record was read. */
  place: (WorkspaceFacts & { readonly user: string | null }) | null;
  /** The agent as it was last known: stands in where the `open` record is gone. */
  agent: AgentFacts | null;
  opened: boolean;
  ended: boolean;
  /** Wall time of the newest record, epoch ms. */
  last_at: number;
  /** The server was told to stop. */
  stopped?: boolean;
  /** Why the proxy makes the next line to the agent itself; null where the server's own is next. */
  own_answer?: HttpExchange['failure'];
  /** Where the last that its server said on stderr stands. */
  stderr?: readonly Span[];
}

export function newStoredState(connectionId: string): StoredState {
  return {
    split: newSplitState(),
    correlate: newCorrelateState(connectionId),
    place: null,
    agent: null,
    opened: false,
    ended: false,
    last_at: 0,
  };
}

/** One connection while it is read. */
export interface JournalState {
  readonly connection_id: string;
  readonly stored: StoredState;
  segment: number;
  offset: number;
  chunks: number;
  bytes: number;
  /** Raw and private, so it is never stored: read again from the journal after a restart. */
  open: OpenRecord | null;
  changed: boolean;
  /** The agent for each client that introduced itself. */
  readonly agents: Map<string, AgentFacts>;
  /** The one that was asked for last: nearly always the one that is asked for next. */
  newestAgent: { readonly client: ClientInfo | null; readonly agent: AgentFacts } | null;
}

const UNKNOWN_AGENT: AgentFacts = {
  agent_id: 'unknown',
  name: 'unknown',
  version: null,
  pid: null,
  process_key: '',
  evidence: [],
};

/** The agent that a call of this connection comes from. */
export function agentOfCall(state: JournalState, client: ClientInfo | null): AgentFacts {
  if (state.newestAgent && state.newestAgent.client === client) return state.newestAgent.agent;
  const agent = findAgent(state, client);
  state.newestAgent = { client, agent };
  return agent;
}

function findAgent(state: JournalState, client: ClientInfo | null): AgentFacts {
  const key = client ? `${client.name}\n${client.version ?? ''}` : '';
  const known = state.agents.get(key);
  if (known) return known;
  const fallback = state.stored.agent ?? { ...UNKNOWN_AGENT, process_key: state.connection_id };
  const agent = state.open ? agentOf(state.open, client) : fallback;
  if (state.agents.size > 100) state.agents.clear();
  state.agents.set(key, agent);
  state.stored.agent = { ...agent, evidence: [] };
  return agent;
}
