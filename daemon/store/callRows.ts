/** The rows of calls while a batch is written: a call that begins and ends within one batch is written once. */
import type { CallEvent, Layers, Outcome } from '../protocol/record.ts';
import type { Database, SqlValue } from './database.ts';
import * as rows from './rows.ts';

/**
 * What the second stage still has to do for a call: bits, so that one column and one index say it. `judge`: something
 * that its evidence follows from is new, be it that the call ended.
 */
export const TODO = { request: 1, response: 2, progress: 4, decision: 8, judge: 16 } as const;

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
  /** judgement.ts; null where nobody judged it. */
  judged: string | null;
  todo: number;
}

export interface CallRows {
  /** The number that the next call gets. */
  nextNumber(): number;
  /** @param id by which it is found until the batch is written */
  add(id: string, call: CallRow): void;
  /** The call of this id, where this batch has seen it. */
  seen(id: string): CallRow | null;
  /** The call that this frame opened, for changing; null where retention took it. */
  load(id: string, connection: number, ordinal: number, part: number): CallRow | null;
  touch(call: CallRow): void;
  flush(rev: number): void;
}

/** What every call has. */
const ALWAYS = [
  'n',
  'connection',
  'ordinal',
  'part',
  'session',
  'sort',
  'folded',
  'depth',
  'event',
  'direction',
  'method',
  'tool',
  'protocol_version',
  'started_at',
  'request_bytes',
  'request',
  'duration_ms',
  'outcome',
  'layers',
  'response_bytes',
  'response',
  'judged',
  'todo',
  'rev',
];
/** What few calls have: the columns' own defaults stand for it otherwise, because each value bound costs. */
const SELDOM_FIXED = ['parent', 'parent_candidates', 'turn_id', 'trace_id', 'span_id', 'join_keys'];
const SELDOM_CHANGING = [
  'children',
  'note',
  'error_code',
  'rounds',
  'progress_count',
  'progress',
  'progress_total',
  'late_answer_ms',
];
const CHANGING = [
  'duration_ms',
  'outcome',
  'layers',
  'response_bytes',
  'response',
  'judged',
  ...SELDOM_CHANGING,
  'rev',
];
const insert = (columns: readonly string[]) =>
  `INSERT INTO calls (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
const INSERT_PLAIN = insert(ALWAYS);
const INSERT = insert([...ALWAYS, ...SELDOM_FIXED, ...SELDOM_CHANGING]);
const UPDATE = `UPDATE calls SET ${CHANGING.map((name) => `${name} = ?`).join(', ')}, todo = todo | ? WHERE n = ?`;

export function createCallRows(database: Database): CallRows {
  const fresh: CallRow[] = [];
  const byId = new Map<string, CallRow>();
  const touched = new Set<CallRow>();
  let last = rows.number(database.sql('SELECT coalesce(max(n), 0) AS n FROM calls').get() ?? { n: 0 }, 'n');
  /** Calls up to this number are in the table. */
  let written = last;

  return {
    nextNumber: () => ++last,
    add(id, call) {
      fresh.push(call);
      byId.set(id, call);
    },
    seen: (id) => byId.get(id) ?? null,
    load(id, connection, ordinal, part) {
      const row = database
        .sql('SELECT * FROM calls WHERE connection = ? AND ordinal = ? AND part = ?')
        .get(connection, ordinal, part);
      if (!row) return null;
      const call = readCallRow(row);
      // The column may be lowered by the second stage meanwhile, so that only what is added counts here.
      call.todo = 0;
      byId.set(id, call);
      return call;
    },
    touch(call) {
      // A call that is new is written as it is then.
      if (call.n <= written) touched.add(call);
    },
    flush(rev) {
      for (const call of fresh) {
        if (isPlain(call)) database.sql(INSERT_PLAIN).run(...always(call, rev));
        else database.sql(INSERT).run(...always(call, rev), ...seldomFixed(call), ...seldomChanging(call));
      }
      for (const call of touched) database.sql(UPDATE).run(...changing(call, rev), call.todo, call.n);
      fresh.length = 0;
      byId.clear();
      touched.clear();
      written = last;
    },
  };
}

/** Has nothing of what few calls have. */
function isPlain(call: CallRow): boolean {
  return (
    call.parent === null &&
    call.parent_candidates === null &&
    call.turn_id === null &&
    call.trace_id === null &&
    call.span_id === null &&
    call.join_keys === null &&
    call.children === 0 &&
    call.note === null &&
    call.error_code === null &&
    call.rounds === 1 &&
    call.progress_count === 0 &&
    call.late_answer_ms === null
  );
}

function always(call: CallRow, rev: number): SqlValue[] {
  return [
    call.n,
    call.connection,
    call.ordinal,
    call.part,
    call.session,
    call.sort,
    call.folded ? 1 : 0,
    call.depth,
    call.event,
    call.direction,
    call.method,
    call.tool,
    call.protocol_version,
    call.started_at,
    call.request_bytes,
    call.request,
    call.duration_ms,
    call.outcome,
    packLayers(call.layers),
    call.response_bytes,
    call.response,
    call.judged,
    call.todo,
    rev,
  ];
}

function seldomFixed(call: CallRow): SqlValue[] {
  return [call.parent, call.parent_candidates, call.turn_id, call.trace_id, call.span_id, call.join_keys];
}

function seldomChanging(call: CallRow): SqlValue[] {
  return [
    call.children,
    call.note,
    call.error_code,
    call.rounds,
    call.progress_count,
    call.progress,
    call.progress_total,
    call.late_answer_ms,
  ];
}

function changing(call: CallRow, rev: number): SqlValue[] {
  return [
    call.duration_ms,
    call.outcome,
    packLayers(call.layers),
    call.response_bytes,
    call.response,
    call.judged,
    ...seldomChanging(call),
    rev,
  ];
}

/** Three letters: `o` ok, `e` error, `-` not reached; transport, rpc, tool. */
export function packLayers(layers: Layers): string {
  const letter = (layer: Layers['rpc']) => (layer === null ? '-' : layer === 'ok' ? 'o' : 'e');
  return letter(layers.transport) + letter(layers.rpc) + letter(layers.tool);
}

/** The same object for the same letters: nobody changes it. */
export function unpackLayers(packed: string): Layers {
  const known = UNPACKED.get(packed);
  if (known) return known;
  const layer = (letter: string | undefined) => (letter === 'o' ? 'ok' : letter === 'e' ? 'error' : null);
  const layers: Layers = { transport: layer(packed[0]), rpc: layer(packed[1]), tool: layer(packed[2]) };
  if (packed.length === 3) UNPACKED.set(packed, layers);
  return layers;
}

/** What is known of it: there are few. */
const UNPACKED = new Map<string, Layers>();

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
    judged: rows.textOrNull(row, 'judged'),
    todo: rows.number(row, 'todo'),
  };
}
