/** Makes the session that people and programs read from its row: title, counts, and what its calls add up to. */

import { KNOWN_AGENTS } from '../model/knownAgents.ts';
import { terminalState } from '../model/terminalState.ts';
import type { SessionHead } from '../protocol/feed.ts';
import { Principal, RECORD_VERSION, type Session } from '../protocol/record.ts';
import type { Database, SqlRow } from './database.ts';
import { importedSession } from './importQueries.ts';
import { withoutPaidDemands } from './recoveryRows.ts';
import * as rows from './rows.ts';
import { credentialsUsed, SPEND_COLUMNS, spendOf } from './sessionSpend.ts';
import { type SessionSums, sessionSums } from './sessionSums.ts';

/** Heads travel with every change of a session. */
const LISTED_CALLS = 20;

/** An import that is being read, or was found wrong and is going to be taken back. */
export const IS_COMING = `EXISTS (SELECT 1 FROM imports w JOIN connections c ON c.connection_id = w.import_id
  WHERE w.session_id = s.session_id AND w.refused IS NULL AND c.ended_how IS NOT 'exit')`;

/** Leaves out what only a probe made: a `server/discover`, then gone. And imports before all of them is there. */
export const IS_LISTED = `(EXISTS (SELECT 1 FROM session_connections sc JOIN connections c ON c.n = sc.connection
  WHERE sc.session = s.n AND c.only_probed = 0) AND NOT ${IS_COMING})`;

/** `s.agent_id` is one of an agent that names its conversations. */
const NAMES_CONVERSATIONS = KNOWN_AGENTS.filter(({ namesConversations }) => namesConversations)
  .map(({ id }) => `s.agent_id = '${id}' OR s.agent_id GLOB '${id}/*'`)
  .join(' OR ');
/**
 * Nothing that a list is looked at for: what only a probe made, and an agent's handshakes outside of its conversations.
 * Those of an agent that names conversations wait for one while they are connected, and stay where none comes; those of
 * another are told by the conversation that its connections went on to.
 */
export const IS_FOLDED = `(NOT ${IS_LISTED} OR (s.calls = 0 AND s.gaps = 0 AND s.events = 0 AND s.conversation_id IS NULL
  AND NOT EXISTS (SELECT 1 FROM marks k WHERE k.session_id = s.session_id AND (k.pinned = 1 OR k.label IS NOT NULL))
  AND NOT EXISTS (SELECT 1 FROM calls l WHERE l.session = s.n AND l.outcome = 'lost')
  AND NOT EXISTS (SELECT 1 FROM session_connections sc JOIN connections c ON c.n = sc.connection
    WHERE sc.session = s.n AND c.only_probed = 0
      AND NOT EXISTS (SELECT 1 FROM session_connections o WHERE o.connection = c.n AND o.session <> s.n)
      AND (c.ended_at IS NULL OR NOT (${NAMES_CONVERSATIONS})))))`;

/** Columns of a session for `toSessionHead`; `s` is `sessions`. */
export const SESSION_COLUMNS = `s.*, json_extract(i.record, '$.session.session') AS imported_session,
  json_extract(i.record, '$.manifest.counts.denials') AS imported_denials, m.label, coalesce(m.pinned, 0) AS pinned,
  (SELECT count(*) FROM session_connections sc JOIN connections c ON c.n = sc.connection
    WHERE sc.session = s.n AND c.ended_at IS NULL) AS open_connections,
  ${IS_FOLDED} AS folded, ${IS_COMING} AS coming,
  (SELECT json_group_array(DISTINCT c.listed_under) FROM session_connections sc JOIN connections c ON c.n = sc.connection
    WHERE sc.session = s.n AND c.only_probed = 0) AS listed_in,
  CASE WHEN s.tool_calls > 0 THEN 0 ELSE (SELECT count(*) FROM calls l WHERE l.session = s.n AND l.direction = 'c2s' AND l.outcome = 'lost') END
    AS lost_requests,
  (SELECT e.sentence FROM trail e WHERE e.event_id = 'ev_' || s.session_id AND e.changes IS NOT NULL) AS workbench,
  (SELECT json_group_array(DISTINCT h.harness_id) FROM (SELECT harness_id FROM captures x WHERE x.session_id = s.session_id ORDER BY x.at) h)
    AS harness,
  (SELECT count(*) FROM findings f WHERE f.session_id = s.session_id) AS findings,
  (SELECT max(c.ended_at) FROM session_connections sc JOIN connections c ON c.n = sc.connection WHERE sc.session = s.n) AS closed_at,
  ${SPEND_COLUMNS}`;
export const SESSION_TABLES = `sessions s LEFT JOIN marks m ON m.session_id = s.session_id
  LEFT JOIN imports i ON i.session_id = s.session_id AND i.refused IS NULL`;
const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];

/** What a title is made from; how is decided by whoever asks. */
export interface TitleFacts {
  readonly agent_id: string;
  readonly branch: string | null;
  readonly commit: string | null;
  /** The last part of the workspace's path. */
  readonly folder: string | null;
  readonly first_tools: readonly string[];
}
export type TitleOf = (facts: TitleFacts) => string;

/** @param listLimit so many calls in each list of what may be repeated */
export function toSessionHead(
  database: Database,
  found: SqlRow,
  titleOf: TitleOf,
  listLimit = LISTED_CALLS,
): SessionHead {
  const open = rows.number(found, 'open_connections');
  const imported = importedSession(found);
  if (imported) return importedHead(found, imported);
  const row = withoutPaidDemands(database, found);
  return {
    session: toSession(row, open, titleOf, sessionSums(database, row, listLimit)),
    calls: rows.number(row, 'calls'),
    running_calls: rows.number(row, 'running_calls'),
    open_connections: open,
    gaps: rows.number(row, 'gaps'),
    denials: rows.number(row, 'denials'),
    servers: rows.json(row, 'servers', strings),
    workbench: rows.textOrNull(row, 'workbench'),
    folded: rows.flag(row, 'folded'),
    listed_in: rows.json(row, 'listed_in', strings),
    last_at: Math.max(rows.number(row, 'last_at'), open > 0 ? 0 : (rows.numberOrNull(row, 'closed_at') ?? 0)),
    rev: rows.number(row, 'rev'),
  };
}

/** A session that somebody else recorded: what its record says, and what the user says of it here. */
function importedHead(row: SqlRow, session: Session): SessionHead {
  const label = rows.textOrNull(row, 'label') ?? session.label;
  return {
    session: { ...session, label, pinned: rows.flag(row, 'pinned'), source: 'imported' },
    calls: rows.number(row, 'calls'),
    running_calls: 0,
    open_connections: 0,
    gaps: rows.number(row, 'gaps'),
    denials: rows.number(row, 'imported_denials'),
    servers: rows.json(row, 'servers', strings),
    workbench: rows.textOrNull(row, 'workbench'),
    folded: rows.flag(row, 'coming'),
    listed_in: [],
    last_at: Date.parse(session.ended_at ?? '') || rows.number(row, 'last_at'),
    rev: rows.number(row, 'rev'),
  };
}

function toSession(row: SqlRow, openConnections: number, titleOf: TitleOf, sums: SessionSums): Session {
  const workspace = rows.textOrNull(row, 'workspace');
  const place = workspace ?? rows.textOrNull(row, 'listed_under');
  const title = titleOf({
    agent_id: rows.text(row, 'agent_id'),
    branch: rows.textOrNull(row, 'branch'),
    commit: rows.textOrNull(row, 'commit_id'),
    folder: place?.split(/[\\/]/).findLast((part) => part !== '') ?? null,
    first_tools: rows.json(row, 'first_tools', strings),
  });
  const { terminal_state, recovery_status } = terminalState(
    {
      open_connections: openConnections,
      tool_calls: rows.number(row, 'tool_calls'),
      successful_calls: rows.number(row, 'successful_calls'),
      failed_calls: rows.number(row, 'failed_calls'),
      denied_calls: rows.number(row, 'denied_calls'),
      cancelled_calls: rows.number(row, 'cancelled_calls'),
      lost_calls: rows.number(row, 'lost_calls'),
      lost_requests: rows.number(row, 'lost_requests'),
      server_failures: rows.number(row, 'events'),
    },
    sums.recovery,
  );
  const agent_id = rows.text(row, 'agent_id');
  const principal = rows.json(row, 'principal', (value) => Principal.parse(value));
  const spend = spendOf(row, agent_id, principal.user);
  return {
    v: RECORD_VERSION,
    session_id: rows.text(row, 'session_id'),
    title,
    label: rows.textOrNull(row, 'label'),
    pinned: rows.flag(row, 'pinned'),
    workspace,
    repo: rows.textOrNull(row, 'repo'),
    agent_id,
    principal,
    conversation_id: rows.textOrNull(row, 'conversation_id'),
    started_at: new Date(rows.number(row, 'started_at')).toISOString(),
    ended_at:
      openConnections > 0
        ? null
        : new Date(rows.numberOrNull(row, 'closed_at') ?? rows.number(row, 'last_at')).toISOString(),
    split: row.split === 'idle' ? 'idle' : null,
    tool_calls: rows.number(row, 'tool_calls'),
    successful_calls: rows.number(row, 'successful_calls'),
    failed_calls: rows.number(row, 'failed_calls'),
    denied_calls: rows.number(row, 'denied_calls'),
    credentials_used: credentialsUsed(row),
    side_effects_summary: { ...sums.side_effects_summary, spend_incurred_usd: spend.total },
    spend_by: spend.by,
    terminal_state,
    recovery_status,
    failure_class: sums.failure_class,
    first_failing_call: rows.textOrNull(row, 'first_failing_call'),
    last_good_checkpoint: sums.last_good_checkpoint,
    retry: sums.retry,
    harness: rows.json(row, 'harness', strings),
    findings: rows.number(row, 'findings'),
    frames_lost: rows.number(row, 'frames_lost'),
    source: 'live',
  };
}
