/** Makes the records that people and programs read of a call: the head for lists, and the whole Call. */
import { callIdOf } from '../base/ids.ts';
import { type ConnectionEnd, endText, isServerFailure } from '../model/connectionEnd.ts';
import { deniedError } from '../model/deniedError.ts';
import { NO_POLICY, NOT_JUDGED, wholeCall } from '../model/wholeCall.ts';
import { CallHead } from '../protocol/feed.ts';
import { DenialReason } from '../protocol/policy.ts';
import { Call, InputSummary, Principal } from '../protocol/record.ts';
import { ANSWER_ALTERED, alteredAs } from './alteredRows.ts';
import { readCallRow } from './callRows.ts';
import { END_COLUMNS, readEnd } from './connectionRows.ts';
import type { SqlRow } from './database.ts';
import { EVIDENCE_COLUMNS, evidenceHeadOf, evidenceOf } from './evidenceRows.ts';
import { keyOfParts, unpackFrame } from './frameColumns.ts';
import { IMPORTED_COLUMNS, importedCall, type LineReader } from './importQueries.ts';
import { wasDenied } from './judgement.ts';
import * as rows from './rows.ts';

/** Columns of a call for `toCallHead`. */
export const CALL_COLUMNS = `c.*, k.connection_id, k.server, s.session_id, p.ordinal AS parent_ordinal, p.part AS parent_part,
  pk.connection_id AS parent_connection_id,
  d.decision AS denial, d.reason AS denial_reason, d.mode AS denial_mode, ${EVIDENCE_COLUMNS},
  (SELECT json_group_array(DISTINCT f.kind) FROM findings f WHERE f.call = c.n) AS finding_kinds`;
/** Those that `toCall` wants besides. */
export const CALL_RECORD_COLUMNS = `${CALL_COLUMNS}, k.server_name, k.server_version, k.callgrove, k.protocol_version AS spoken_version,
  s.agent_id, s.principal, s.workspace, s.repo, ${END_COLUMNS}, e.record AS evidence, ${ANSWER_ALTERED} AS answer_altered,
  h.harness_id, h.at AS captured_at, ${IMPORTED_COLUMNS},
  (SELECT json_group_array(f.finding_id) FROM findings f WHERE f.session_id = s.session_id AND f.call = c.n) AS findings,
  CASE c.event WHEN 'tool_call' THEN (SELECT l.contract FROM listed_contracts l WHERE l.connection = c.connection AND l.at <= c.started_at ORDER BY l.at DESC LIMIT 1)
  END AS tool_contract`;
export const CALL_TABLES = `calls c JOIN connections k ON k.n = c.connection JOIN sessions s ON s.n = c.session
  LEFT JOIN calls p ON p.n = c.parent LEFT JOIN connections pk ON pk.n = p.connection LEFT JOIN denials d ON d.call = c.n
  LEFT JOIN call_evidence e ON e.call = c.n`;
/** With `h`: the newest capture of the session from before the call, else the first after it. */
export const CALL_RECORD_TABLES = `${CALL_TABLES} LEFT JOIN imported_calls ic ON ic.call = c.n LEFT JOIN captures h ON h.n = (SELECT x.n FROM captures x
  WHERE x.session_id = s.session_id ORDER BY x.at > c.started_at, abs(x.at - c.started_at) LIMIT 1)`;

const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];

const principalOf = rows.alike((value) => Principal.parse(value));
const summaryOf = rows.alike((value) => InputSummary.parse(value));
const findingsOf = rows.alike(strings);

function idsOf(row: SqlRow): { call_id: string; connection_id: string; parent_call_id: string | null } {
  const connection_id = rows.text(row, 'connection_id');
  const parentConnection = rows.textOrNull(row, 'parent_connection_id');
  return {
    connection_id,
    call_id: callIdOf(connection_id, keyOfParts(rows.number(row, 'ordinal'), rows.number(row, 'part'))),
    parent_call_id:
      parentConnection === null
        ? null
        : callIdOf(parentConnection, keyOfParts(rows.number(row, 'parent_ordinal'), rows.number(row, 'parent_part'))),
  };
}

function candidatesOf(row: SqlRow): string[] {
  return row.parent_candidates === null ? [] : rows.json(row, 'parent_candidates', strings);
}

function progressOf(row: SqlRow): CallHead['progress'] {
  const count = rows.number(row, 'progress_count');
  if (count === 0) return null;
  return {
    count,
    progress: rows.numberOrNull(row, 'progress'),
    total: rows.numberOrNull(row, 'progress_total'),
    message: rows.textOrNull(row, 'progress_message'),
  };
}

export function denialOf(row: SqlRow): CallHead['denial'] {
  if (row.denial === null) return null;
  return {
    decision: rows.word(row, 'denial', ['would_deny', 'deny']),
    reason: rows.word(row, 'denial_reason', DenialReason.options),
    mode: rows.word(row, 'denial_mode', ['observe', 'enforce']),
  };
}

export function toCallHead(row: SqlRow): CallHead {
  const call = readCallRow(row);
  return {
    ...idsOf(row),
    session_id: rows.text(row, 'session_id'),
    parent_candidates: candidatesOf(row).length,
    turn_id: call.turn_id,
    depth: call.depth,
    children: call.children,
    event: call.event,
    direction: call.direction,
    server: rows.text(row, 'server'),
    method: call.method,
    tool: call.tool,
    summary: rows.textOrNull(row, 'summary'),
    outcome: call.outcome,
    outcome_note: call.note,
    layers: call.layers,
    error_message: rows.textOrNull(row, 'error_message'),
    denial: denialOf(row),
    once: null,
    started_at: call.started_at,
    duration_ms: call.duration_ms,
    request_bytes: call.request_bytes,
    response_bytes: call.response_bytes,
    rounds: call.rounds,
    progress: progressOf(row),
    late_answer_ms: call.late_answer_ms,
    evidence: evidenceHeadOf(row),
    findings: rows.json(row, 'finding_kinds', (value) => FindingKinds.parse(value)),
    rev: rows.number(row, 'rev'),
  };
}

const Policy = Call.shape.policy;
const FindingKinds = CallHead.shape.findings;

/** The whole record: of an import's call as its bundle had it, as long as its journal is there. */
export function toCall(row: SqlRow, readLine: LineReader): Call {
  return importedCall(row, readLine)?.call ?? ownCall(row);
}

/** What the rows say. What nothing has looked at yet is null or `unknown`: nothing is guessed here. */
export function ownCall(row: SqlRow): Call {
  const call = readCallRow(row);
  const serverName = rows.textOrNull(row, 'server_name');
  const serverVersion = rows.textOrNull(row, 'server_version');
  const redacted = rows.numberOrNull(row, 'redacted');
  const evidence = evidenceOf(row);
  const summary = row.input_summary === null ? NOT_JUDGED : summaryOf(row, 'input_summary');
  const list = alteredAs(row);
  const policy = row.policy === null ? NO_POLICY : rows.json(row, 'policy', (value) => Policy.parse(value));
  return wholeCall({
    ...call,
    ...idsOf(row),
    session_id: rows.text(row, 'session_id'),
    parent_candidates: candidatesOf(row),
    protocol_version: call.protocol_version ?? rows.textOrNull(row, 'spoken_version'),
    agent_id: rows.text(row, 'agent_id'),
    principal: principalOf(row, 'principal'),
    server: rows.text(row, 'server'),
    tool_version: serverName === null ? null : serverVersion === null ? serverName : `${serverName}/${serverVersion}`,
    tool_contract: rows.textOrNull(row, 'tool_contract'),
    workspace: rows.textOrNull(row, 'workspace'),
    repo: rows.textOrNull(row, 'repo'),
    timestamp: new Date(call.started_at).toISOString(),
    input_summary: redacted
      ? { ...summary, redaction_class: 'masked', redaction_rule: rows.textOrNull(row, 'redaction_rule') }
      : summary,
    policy: list === null ? policy : { ...policy, surface: list.surface, surface_hidden: list.hidden },
    altered: list !== null || wasDenied(rows.textOrNull(row, 'judged')),
    summary: rows.textOrNull(row, 'summary'),
    callgrove: rows.textOrNull(row, 'callgrove'),
    outcome_note: call.note,
    error: evidence.error === undefined ? errorOf(call, readEnd(row), denialOf(row)) : evidence.error,
    error_message: rows.textOrNull(row, 'error_message'),
    output: {
      returned_bytes: call.response_bytes,
      summary_mode: call.response === null ? null : 'full',
      artifact: call.response === null ? null : responseFrame(call.response).artifact,
    },
    harness: harnessOf(row, call.started_at),
    findings: findingsOf(row, 'findings'),
    progress: progressOf(row),
    evidence,
  });
}

/** The newest capture from before the call; where there is none the first after it, which says no more than that. */
function harnessOf(row: SqlRow, startedAt: number): Call['harness'] {
  const at = rows.numberOrNull(row, 'captured_at');
  if (at === null) return { id: null, captured_at: null, relation: 'unknown' };
  const captured_at = new Date(at).toISOString();
  return { id: rows.text(row, 'harness_id'), captured_at, relation: at <= startedAt ? 'before' : 'after' };
}

/** Until the second stage has looked at its content: where it was said, and its code. */
function errorOf(
  call: ReturnType<typeof readCallRow>,
  end: ConnectionEnd | null,
  denial: CallHead['denial'],
): Call['error'] {
  if (call.outcome === 'success' || call.outcome === 'running') return null;
  if (call.outcome === 'denied' && denial) return deniedError(denial.reason);
  // Its note says that it was the connection's end that it was lost by.
  const crash = end && call.outcome === 'lost' && isServerFailure(end) && call.note?.endsWith(endText(end) ?? ' ');
  const byOutcome = call.outcome === 'timeout' || call.outcome === 'cancelled' ? call.outcome : 'unknown';
  return {
    error_class: crash ? 'server_crashed' : byOutcome,
    error_code: crash ? exitCode(end) : call.error_code === null ? null : String(call.error_code),
    auth_cause: null,
    recoverable: null,
    recovery_action: null,
    retry_after_ms: null,
    retry_safe: null,
    failure_class: null,
    read_from: crash
      ? 'exit'
      : call.layers.tool === 'error'
        ? 'result.isError'
        : call.layers.rpc === 'error'
          ? 'error.code'
          : null,
    rule: null,
  };
}

function exitCode({ exit }: ConnectionEnd): string | null {
  return exit?.signal ?? (exit?.code == null ? null : String(exit.code));
}

/** The answer's column: its key, a space, its frame. */
export function responseFrame(column: string): ReturnType<typeof unpackFrame> {
  const space = column.indexOf(' ');
  const key = column.slice(0, space);
  return { ...unpackFrame(column.slice(space + 1), 0, 0), key };
}
