/** Questions about what a session's record holds beside its calls: events, findings, retries after a change. */
import { callIdOf } from '../base/ids.ts';
import { trailRowOf } from '../model/bundledHead.ts';
import type { Denial } from '../protocol/denial.ts';
import type { TreeRow } from '../protocol/feed.ts';
import { type ChangedRetry, type Finding, FindingKind, type TrailEvent } from '../protocol/trail.ts';
import type { Database, SqlRow } from './database.ts';
import { listDenials } from './denialQueries.ts';
import { keyOfParts } from './frameColumns.ts';
import { importedFindings, importOf, isImported } from './importQueries.ts';
import * as rows from './rows.ts';

const EVENT_KINDS = [
  'harness_changed',
  'contract_changed',
  'credential_changed',
  'frozen',
  'thawed',
  'checkpoint',
  'test_result',
] as const;
const KINDS = ['workbench', ...EVENT_KINDS] as const;
const SEVERITIES = ['info', 'warning', 'error'] as const;

/** A row of the tree from its row of the trail. */
export function toTrailRow(row: SqlRow): TreeRow {
  const common = {
    event_id: rows.text(row, 'event_id'),
    at: rows.number(row, 'at'),
    sentence: rows.text(row, 'sentence'),
    rev: rows.number(row, 'rev'),
  };
  return trailRowOf(rows.word(row, 'kind', KINDS), common, {
    server: rows.textOrNull(row, 'server') ?? '',
    before: rows.textOrNull(row, 'before') ?? '',
    after: rows.text(row, 'after'),
    harness_id: rows.textOrNull(row, 'harness_id') ?? '',
    changes: rows.numberOrNull(row, 'changes'),
  });
}

export function readTrail(database: Database, sessionId: string): TrailEvent[] {
  const foreign = importOf(database, sessionId);
  if (foreign) return foreign.session.trail;
  const events = database
    .sql("SELECT * FROM trail WHERE session_id = ? AND kind <> 'workbench' ORDER BY sort")
    .all(sessionId)
    .map((row) => ({
      event_id: rows.text(row, 'event_id'),
      session_id: sessionId,
      kind: rows.word(row, 'kind', EVENT_KINDS),
      at: new Date(rows.number(row, 'at')).toISOString(),
      sentence: rows.text(row, 'sentence'),
      server: rows.textOrNull(row, 'server'),
      before: rows.textOrNull(row, 'before'),
      after: rows.text(row, 'after'),
    }));
  const { denials } = listDenials(database, {
    session_id: sessionId,
    all: true,
    workspace: null,
    limit: DENIALS_SHOWN,
  });
  return [...events, ...denials.map(denialEvent)].sort((a, b) => a.at.localeCompare(b.at));
}

/** The newest so many of a session's stand in its trail. */
const DENIALS_SHOWN = 1000;

function denialEvent({ denial_id, session_id, at, decision, reason, server, tool, ...denial }: Denial): TrailEvent {
  const what = decision === 'deny' ? 'was denied' : 'would be denied';
  const of = denial.requested_capability === null ? '' : ` (${denial.requested_capability})`;
  const sentence = `${server}/${tool ?? '?'} ${what}: ${reason}${of}`;
  return {
    event_id: `ev_${denial_id}`,
    session_id,
    kind: 'denial',
    at,
    sentence,
    server,
    before: null,
    after: denial_id,
  };
}

export function readFindings(database: Database, sessionId: string): Finding[] {
  if (isImported(database, sessionId)) return importedFindings(database, sessionId);
  return database
    .sql('SELECT * FROM findings WHERE session_id = ? ORDER BY since, kind, finding_id')
    .all(sessionId)
    .map((row) => ({
      finding_id: rows.text(row, 'finding_id'),
      kind: rows.word(row, 'kind', FindingKind.options),
      severity: rows.word(row, 'severity', SEVERITIES),
      call_id: callIdOfNumber(database, rows.numberOrNull(row, 'call')),
      session_id: sessionId,
      evidence: rows.text(row, 'evidence'),
      since: new Date(rows.number(row, 'since')).toISOString(),
    }));
}

export function readRetries(database: Database, sessionId: string): ChangedRetry[] {
  return database
    .sql('SELECT * FROM trail WHERE session_id = ? AND failed_call IS NOT NULL ORDER BY sort')
    .all(sessionId)
    .flatMap((row) => {
      const failed_call = callIdOfNumber(database, rows.number(row, 'failed_call'));
      if (failed_call === null) return [];
      return [
        {
          event_id: rows.text(row, 'event_id'),
          failed_call,
          retry_call: callIdOfNumber(database, rows.numberOrNull(row, 'retry_call')),
          before: rows.text(row, 'before'),
          after: rows.text(row, 'after'),
          sentence: rows.text(row, 'sentence'),
          widened: rows.json(row, 'widened', strings),
        },
      ];
    });
}

const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];

function callIdOfNumber(database: Database, n: number | null): string | null {
  if (n === null) return null;
  const row = database
    .sql(
      'SELECT k.connection_id, c.ordinal, c.part FROM calls c JOIN connections k ON k.n = c.connection WHERE c.n = ?',
    )
    .get(n);
  return row
    ? callIdOf(rows.text(row, 'connection_id'), keyOfParts(rows.number(row, 'ordinal'), rows.number(row, 'part')))
    : null;
}
