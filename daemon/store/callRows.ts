/** The rows of calls while a batch is written: a call that begins and ends within one batch is written once. */
import type { CallEvent, Layers, Outcome } from '../protocol/record.ts';
import type { Database, SqlValue } from './database.ts';
import * as rows from './rows.ts';

/** What the second stage still has to read of a call: bits, so that one column and one index say it. */
export const TODO = { request: 1, response: 2, progress: 4 } as const;

export interface CallRow {
  readonly n: number;
  readonly connection: number;
  readonly ordinal: number;
  readonly part: number;
  readonly session: number;
  readonly sort: string;
  readonly folded: boolean;
  readonly depth: number;
  readonly parent: number | null;
  readonly parent_candidates: string | null;
  readonly turn_id: string | null;
  children: number;
  readonly event: CallEvent;
  readonly direction: 'c2s' | 's2c';
  readonly method: string;
  readonly tool: string | null;
  readonly trace_id: string | null;
  readonly span_id: string | null;
  readonly join_keys: string | null;
  readonly protocol_version: string | null;
  readonly started_at: number;
  duration_ms: number | null;
  outcome: Outcome;
  note: string | null;
  layers: Layers;
  error_code: number | null;
  readonly request_bytes: number;
  response_bytes: number | null;
  rounds: number;
  progress_count: number;
  progress: number | null;
  progress_total: number | null;
  late_answer_ms: number | null;
  readonly request: string;
  response: string | null;
  todo: number;
}

export interface CallRows {
  /** The number that the next call gets. */
  nextNumber(): number;
  add(call: CallRow): void;
  /** The call that this frame opened, for changing; null where retention took it. */
  find(connection: number, ordinal: number, part: number): CallRow | null;
  touch(call: CallRow): void;
  flush(rev: number): void;
}

const FIXED = [
  'n',
  'connection',
  'ordinal',
  'part',
  'session',
  'sort',
  'folded',
  'depth',
  'parent',
  'parent_candidates',
  'turn_id',
  'event',
  'direction',
  'method',
  'tool',
  'trace_id',
  'span_id',
  'join_keys',
  'protocol_version',
  'started_at',
  'request_bytes',
  'request',
];
const CHANGING = [
  'children',
  'duration_ms',
  'outcome',
  'note',
  'layers',
  'error_code',
  'response_bytes',
  'rounds',
  'progress_count',
  'progress',
  'progress_total',
  'late_answer_ms',
  'response',
  'todo',
  'rev',
];
const INSERT = `INSERT INTO calls (${[...FIXED, ...CHANGING].join(', ')}) VALUES (${[...FIXED, ...CHANGING].map(() => '?').join(', ')})`;
const UPDATE = `UPDATE calls SET ${CHANGING.map((name) => (name === 'todo' ? 'todo = todo | ?' : `${name} = ?`)).join(', ')} WHERE n = ?`;

export function createCallRows(database: Database): CallRows {
  const fresh = new Map<string, CallRow>();
  const loaded = new Map<string, CallRow>();
  const touched = new Set<CallRow>();
  let last = rows.number(database.sql('SELECT coalesce(max(n), 0) AS n FROM calls').get() ?? { n: 0 }, 'n');
  const keyOf = (connection: number, ordinal: number, part: number) => `${connection}.${ordinal}.${part}`;

  return {
    nextNumber: () => ++last,
    add: (call) => void fresh.set(keyOf(call.connection, call.ordinal, call.part), call),
    find(connection, ordinal, part) {
      const key = keyOf(connection, ordinal, part);
      const known = fresh.get(key) ?? loaded.get(key);
      if (known) return known;
      const row = database
        .sql('SELECT * FROM calls WHERE connection = ? AND ordinal = ? AND part = ?')
        .get(connection, ordinal, part);
      if (!row) return null;
      const call = readCallRow(row);
      // The column may be lowered by the second stage meanwhile, so that only what is added counts here.
      call.todo = 0;
      loaded.set(key, call);
      return call;
    },
    touch: (call) => void touched.add(call),
    flush(rev) {
      for (const call of fresh.values()) database.sql(INSERT).run(...fixedOf(call), ...changingOf(call, rev));
      const inserted = new Set(fresh.values());
      for (const call of touched) if (!inserted.has(call)) database.sql(UPDATE).run(...changingOf(call, rev), call.n);
      fresh.clear();
      loaded.clear();
      touched.clear();
    },
  };
}

function fixedOf(call: CallRow): SqlValue[] {
  return [
    call.n,
    call.connection,
    call.ordinal,
    call.part,
    call.session,
    call.sort,
    call.folded ? 1 : 0,
    call.depth,
    call.parent,
    call.parent_candidates,
    call.turn_id,
    call.event,
    call.direction,
    call.method,
    call.tool,
    call.trace_id,
    call.span_id,
    call.join_keys,
    call.protocol_version,
    call.started_at,
    call.request_bytes,
    call.request,
  ];
}

function changingOf(call: CallRow, rev: number): SqlValue[] {
  return [
    call.children,
    call.duration_ms,
    call.outcome,
    call.note,
    packLayers(call.layers),
    call.error_code,
    call.response_bytes,
    call.rounds,
    call.progress_count,
    call.progress,
    call.progress_total,
    call.late_answer_ms,
    call.response,
    call.todo,
    rev,
  ];
}

/** Three letters: `o` ok, `e` error, `-` not reached; transport, rpc, tool. */
export function packLayers(layers: Layers): string {
  const letter = (layer: Layers['rpc']) => (layer === null ? '-' : layer === 'ok' ? 'o' : 'e');
  return letter(layers.transport) + letter(layers.rpc) + letter(layers.tool);
}

export function unpackLayers(packed: string): Layers {
  const layer = (letter: string | undefined) => (letter === 'o' ? 'ok' : letter === 'e' ? 'error' : null);
  return { transport: layer(packed[0]), rpc: layer(packed[1]), tool: layer(packed[2]) };
}

const EVENTS = ['tool_call', 'request', 'notification'] as const;
export const OUTCOMES = ['success', 'error', 'denied', 'cancelled', 'timeout', 'lost', 'running'] as const;

export function readCallRow(row: Parameters<typeof rows.text>[0]): CallRow {
  return {
    n: rows.number(row, 'n'),
    connection: rows.number(row, 'connection'),
    ordinal: rows.number(row, 'ordinal'),
    part: rows.number(row, 'part'),
    session: rows.number(row, 'session'),
    sort: rows.text(row, 'sort'),
    folded: rows.flag(row, 'folded'),
    depth: rows.number(row, 'depth'),
    parent: rows.numberOrNull(row, 'parent'),
    parent_candidates: rows.textOrNull(row, 'parent_candidates'),
    turn_id: rows.textOrNull(row, 'turn_id'),
    children: rows.number(row, 'children'),
    event: rows.word(row, 'event', EVENTS),
    direction: rows.word(row, 'direction', ['c2s', 's2c']),
    method: rows.text(row, 'method'),
    tool: rows.textOrNull(row, 'tool'),
    trace_id: rows.textOrNull(row, 'trace_id'),
    span_id: rows.textOrNull(row, 'span_id'),
    join_keys: rows.textOrNull(row, 'join_keys'),
    protocol_version: rows.textOrNull(row, 'protocol_version'),
    started_at: rows.number(row, 'started_at'),
    duration_ms: rows.numberOrNull(row, 'duration_ms'),
    outcome: rows.word(row, 'outcome', OUTCOMES),
    note: rows.textOrNull(row, 'note'),
    layers: unpackLayers(rows.text(row, 'layers')),
    error_code: rows.numberOrNull(row, 'error_code'),
    request_bytes: rows.number(row, 'request_bytes'),
    response_bytes: rows.numberOrNull(row, 'response_bytes'),
    rounds: rows.number(row, 'rounds'),
    progress_count: rows.number(row, 'progress_count'),
    progress: rows.numberOrNull(row, 'progress'),
    progress_total: rows.numberOrNull(row, 'progress_total'),
    late_answer_ms: rows.numberOrNull(row, 'late_answer_ms'),
    request: rows.text(row, 'request'),
    response: rows.textOrNull(row, 'response'),
    todo: rows.number(row, 'todo'),
  };
}
