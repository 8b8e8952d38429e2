/** The rows of sessions while a batch is written: found or made, counted in memory, written once at the batch's end. */
import type { Outcome, Principal } from '../protocol/record.ts';
import type { Database } from './database.ts';
import * as rows from './rows.ts';

/** What a session is known by when a call opens it; later calls do not change it. */
export interface SessionFacts {
  readonly session_id: string;
  readonly conversation_id: string | null;
  readonly split: 'idle' | null;
  readonly agent_id: string;
  readonly principal: Principal;
  readonly workspace: string | null;
  /** The workspace, or where none is proven the connection's cwd. */
  readonly listed_under: string | null;
  readonly repo: string | null;
  readonly branch: string | null;
  readonly commit: string | null;
}

const COUNTS = [
  'all_calls',
  'calls',
  'running_calls',
  'tool_calls',
  'successful_calls',
  'failed_calls',
  'denied_calls',
  'cancelled_calls',
  'lost_calls',
  'turns',
  'gaps',
  'frames_lost',
  'events',
  'all_events',
  'denials',
] as const;
export type SessionCount = (typeof COUNTS)[number];

export interface SessionRow {
  readonly n: number;
  readonly session_id: string;
  started_at: number;
  last_at: number;
  first_failing_call: string | null;
  readonly first_tools: string[];
  readonly servers: string[];
  readonly counts: Record<SessionCount, number>;
  changed: boolean;
  /** It was made, or its first call that lists show came, since `begun` was asked for. */
  begun: boolean;
}

export interface SessionRows {
  get(n: number): SessionRow;
  /** The session of this id; made when a first call opens it at `at`. `facts` are asked for only then. */
  open(session: { readonly session_id: string; facts(): SessionFacts }, at: number): SessionRow;
  join(session: SessionRow, connection: number): void;
  /** Writes what changed; returns those sessions' ids. */
  flush(rev: number): string[];
  /** The ids of sessions that began since this was asked last; to be asked after each `flush`. */
  begun(): string[];
  /** Rows were removed: nothing that is remembered holds any more. */
  forget(): void;
}

/** Titles name no more tools than this, lists no more servers than that. */
const TITLE_TOOLS = 3;
const SERVERS_LISTED = 50;
const CACHE_LIMIT = 2000;

export function createSessionRows(database: Database): SessionRows {
  const byNumber = new Map<number, SessionRow>();
  const byId = new Map<string, SessionRow>();
  const joined = new Set<string>();
  const begun: string[] = [];
  const changed = () => [...byNumber.values()].filter((session) => session.changed);

  const keep = (session: SessionRow): SessionRow => {
    byNumber.set(session.n, session);
    byId.set(session.session_id, session);
    return session;
  };
  const load = (column: 'n' | 'session_id', value: number | string): SessionRow | null => {
    const row = database.sql(`SELECT * FROM sessions WHERE ${column} = ?`).get(value);
    return row ? keep(readRow(row)) : null;
  };

  return {
    get(n) {
      const session = byNumber.get(n) ?? load('n', n);
      if (!session) throw new rows.RowError(`session ${n} is missing`);
      return session;
    },
    open(session, at) {
      const known = byId.get(session.session_id) ?? load('session_id', session.session_id);
      if (known) return known;
      const facts = session.facts();
      const { lastInsertRowid } = database
        .sql(
          `INSERT INTO sessions (session_id, conversation_id, split, agent_id, principal, workspace, listed_under, repo, branch, commit_id,
             started_at, last_at, first_tools, servers, rev, ${COUNTS.join(', ')})
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '[]', '[]', 0, ${COUNTS.map(() => '0').join(', ')})`,
        )
        .run(
          facts.session_id,
          facts.conversation_id,
          facts.split,
          facts.agent_id,
          JSON.stringify(facts.principal),
          facts.workspace,
          facts.listed_under,
          facts.repo,
          facts.branch,
          facts.commit,
          at,
          at,
        );
      return keep({
        n: Number(lastInsertRowid),
        session_id: facts.session_id,
        started_at: at,
        last_at: at,
        first_failing_call: null,
        first_tools: [],
        servers: [],
        counts: readCounts(() => 0),
        changed: true,
        begun: true,
      });
    },
    join(session, connection) {
      const pair = `${session.n}.${connection}`;
      if (joined.has(pair)) return;
      if (joined.size > CACHE_LIMIT) joined.clear();
      joined.add(pair);
      database.sql('INSERT OR IGNORE INTO session_connections VALUES (?, ?)').run(session.n, connection);
    },
    forget() {
      byNumber.clear();
      byId.clear();
      joined.clear();
    },
    flush(rev) {
      const list = changed();
      for (const session of list) {
        database
          .sql(
            `UPDATE sessions SET started_at = ?, last_at = ?, first_failing_call = ?, first_tools = ?, servers = ?, rev = ?,
               ${COUNTS.map((name) => `${name} = ?`).join(', ')} WHERE n = ?`,
          )
          .run(
            session.started_at,
            session.last_at,
            session.first_failing_call,
            JSON.stringify(session.first_tools),
            JSON.stringify(session.servers),
            rev,
            ...COUNTS.map((name) => session.counts[name]),
            session.n,
          );
        session.changed = false;
        if (session.begun) begun.push(session.session_id);
        session.begun = false;
      }
      if (byNumber.size > CACHE_LIMIT) {
        byNumber.clear();
        byId.clear();
      }
      return list.map((session) => session.session_id);
    },
    begun: () => begun.splice(0),
  };
}

function readCounts(read: (name: SessionCount) => number): Record<SessionCount, number> {
  return {
    all_calls: read('all_calls'),
    calls: read('calls'),
    running_calls: read('running_calls'),
    tool_calls: read('tool_calls'),
    successful_calls: read('successful_calls'),
    failed_calls: read('failed_calls'),
    denied_calls: read('denied_calls'),
    cancelled_calls: read('cancelled_calls'),
    lost_calls: read('lost_calls'),
    turns: read('turns'),
    gaps: read('gaps'),
    frames_lost: read('frames_lost'),
    events: read('events'),
    all_events: read('all_events'),
    denials: read('denials'),
  };
}

const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];

function readRow(row: Parameters<typeof rows.text>[0]): SessionRow {
  return {
    n: rows.number(row, 'n'),
    session_id: rows.text(row, 'session_id'),
    started_at: rows.number(row, 'started_at'),
    last_at: rows.number(row, 'last_at'),
    first_failing_call: rows.textOrNull(row, 'first_failing_call'),
    first_tools: rows.json(row, 'first_tools', strings),
    servers: rows.json(row, 'servers', strings),
    counts: readCounts((name) => rows.number(row, name)),
    changed: false,
    begun: false,
  };
}

/** Counts a call that begins. `folded`: housekeeping that lists leave out. */
export function countStarted(
  session: SessionRow,
  call: { folded: boolean; toolCall: boolean; running: boolean; server: string; tool: string | null; at: number },
): void {
  session.changed = true;
  session.started_at = Math.min(session.started_at, call.at);
  session.last_at = Math.max(session.last_at, call.at);
  session.counts.all_calls++;
  if (!call.folded && session.counts.calls++ === 0) session.begun = true;
  if (call.running) session.counts.running_calls++;
  if (call.toolCall) session.counts.tool_calls++;
  if (
    call.toolCall &&
    call.tool &&
    session.first_tools.length < TITLE_TOOLS &&
    !session.first_tools.includes(call.tool)
  ) {
    session.first_tools.push(call.tool);
  }
  nameServer(session, call.server);
}

/** Counts a call's end. Only tool calls are judged; the rest is the protocol's own talk. */
export function countEnded(
  session: SessionRow,
  call: { toolCall: boolean; call_id: string; outcome: Exclude<Outcome, 'running'>; at: number },
): void {
  session.changed = true;
  session.last_at = Math.max(session.last_at, call.at);
  session.counts.running_calls--;
  if (!call.toolCall) return;
  session.counts[COUNT_OF[call.outcome]]++;
  if (call.outcome !== 'success' && call.outcome !== 'cancelled') session.first_failing_call ??= call.call_id;
}

/** Counts a connection's end; `shown` where the tree has a row for it. */
export function countEvent(session: SessionRow, server: string, at: number, shown: boolean): void {
  session.changed = true;
  session.counts.all_events++;
  if (!shown) return;
  session.counts.events++;
  session.last_at = Math.max(session.last_at, at);
  nameServer(session, server);
}

function nameServer(session: SessionRow, server: string): void {
  if (session.servers.length < SERVERS_LISTED && !session.servers.includes(server)) session.servers.push(server);
}

const COUNT_OF: Record<Exclude<Outcome, 'running'>, SessionCount> = {
  success: 'successful_calls',
  error: 'failed_calls',
  timeout: 'failed_calls',
  denied: 'denied_calls',
  cancelled: 'cancelled_calls',
  lost: 'lost_calls',
};
