/** Rows of the daemon's own records about policy: freezes with their rows in the trail, accepted contracts, widenings. */
import type { AcceptRecord, FreezeRecord, ThawRecord, WideningRecord } from '../protocol/daemonJournal.ts';
import { type Freeze, Pinned } from '../protocol/policy.ts';
import type { Database, SqlRow } from './database.ts';
import { addFinding } from './findingRows.ts';
import { placeStep } from './frameColumns.ts';
import * as rows from './rows.ts';

/** To be run inside a commit. @returns ids of the sessions that show it */
export function addFreeze(database: Database, { freeze, sessions }: FreezeRecord, rev: number): readonly string[] {
  const { freeze_id, kind, target, processes, by, reason } = freeze;
  const at = Date.parse(freeze.at);
  database
    .sql('INSERT OR IGNORE INTO freezes VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)')
    .run(freeze_id, kind, target, JSON.stringify(processes), by, reason, at, JSON.stringify(sessions));
  const sentence = `${frozenWords(freeze)} frozen by ${by}${reason === null ? '' : `: ${reason}`}`;
  addToTrail(database, { kind: 'frozen', freeze_id, at, sessions, sentence }, rev);
  return sessions;
}

/** To be run inside a commit. @returns ids of the sessions that show it */
export function addThaw(database: Database, thaw: ThawRecord, rev: number): readonly string[] {
  const row = database.sql('SELECT * FROM freezes WHERE freeze_id = ?').get(thaw.freeze_id);
  if (!row) return [];
  const at = Date.parse(thaw.at);
  database.sql('UPDATE freezes SET thawed_at = ? WHERE freeze_id = ?').run(at, thaw.freeze_id);
  const calls = thaw.refused.reduce((sum, one) => sum + one.calls, 0);
  const named = thaw.refused.slice(0, 5).map((one) => `${one.tool} ${one.calls}×`);
  const refused =
    calls === 0
      ? 'nothing was refused meanwhile'
      : `${calls} ${calls === 1 ? 'call was' : 'calls were'} refused meanwhile (${named.join(', ')})`;
  const why = thaw.reason === null ? '' : `: ${thaw.reason}`;
  const sentence = `${frozenWords(freezeOf(row))} thawed by ${thaw.by}${why}; ${refused}`;
  const sessions = rows.json(row, 'sessions', strings);
  addToTrail(database, { kind: 'thawed', freeze_id: thaw.freeze_id, at, sessions, sentence }, rev);
  return sessions;
}

export function addAccepted(database: Database, { server, contract, tools, by, at }: AcceptRecord): void {
  database
    .sql('INSERT OR REPLACE INTO accepted VALUES (?, ?, ?, ?, ?)')
    .run(server, Date.parse(at), contract, JSON.stringify(tools), by);
}

export function addWidening(database: Database, { session_id, at, asked }: WideningRecord): void {
  for (const { item, evidence } of asked)
    addFinding(database, {
      kind: 'policy_widening',
      severity: 'warning',
      call: null,
      session_id,
      item,
      evidence,
      since: Date.parse(at),
    });
}

/** Those that hold now, oldest first. */
export function openFreezes(database: Database): Freeze[] {
  return database.sql('SELECT * FROM freezes WHERE thawed_at IS NULL ORDER BY at, freeze_id').all().map(freezeOf);
}

/** Of every server what was accepted last. */
export function pinnedTools(database: Database): Pinned[] {
  return database
    .sql(
      'SELECT a.* FROM accepted a WHERE at = (SELECT max(at) FROM accepted x WHERE x.server = a.server) ORDER BY server',
    )
    .all()
    .map((row) =>
      Pinned.parse({
        server: rows.text(row, 'server'),
        contract: rows.text(row, 'contract'),
        tools: rows.json(row, 'tools', (value) => value),
      }),
    );
}

/** What was accepted of a server at a time; null where nothing was. */
export function acceptedAt(database: Database, server: string, at: number): string | null {
  const row = database
    .sql('SELECT contract FROM accepted WHERE server = ? AND at <= ? ORDER BY at DESC LIMIT 1')
    .get(server, at);
  return row ? rows.text(row, 'contract') : null;
}

interface FreezeEvent {
  readonly kind: 'frozen' | 'thawed';
  readonly freeze_id: string;
  readonly at: number;
  readonly sessions: readonly string[];
  readonly sentence: string;
}

function addToTrail(database: Database, { kind, freeze_id, at, sessions, sentence }: FreezeEvent, rev: number): void {
  for (const session_id of sessions)
    database
      .sql(
        `INSERT OR IGNORE INTO trail (event_id, session_id, kind, at, sort, after, sentence, rev) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        `ev_${freeze_id}_${kind}_${session_id}`,
        session_id,
        kind,
        at,
        placeStep(at, 0, 0, 0),
        freeze_id,
        sentence,
        rev,
      );
}

function frozenWords({ kind, target }: Pick<Freeze, 'kind' | 'target'>): string {
  return kind === 'session' ? 'this session was' : `${kind} ${target} was`;
}

function freezeOf(row: SqlRow): Freeze {
  return {
    freeze_id: rows.text(row, 'freeze_id'),
    kind: rows.word(row, 'kind', ['server', 'session', 'lane']),
    target: rows.text(row, 'target'),
    processes: rows.json(row, 'processes', strings),
    by: rows.text(row, 'by'),
    reason: rows.textOrNull(row, 'reason'),
    at: new Date(rows.number(row, 'at')).toISOString(),
  };
}

const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
