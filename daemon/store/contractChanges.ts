/**
 * Where a server's tools changed: while a connection was open, and from one connection to the next of the same workspace.
 * Each change is a row of the trail and a finding, in the session that asked for the list.
 */
import { changeSentence } from '../model/changeSentence.ts';
import { toolChanges } from '../model/toolChanges.ts';
import type { Difference } from '../protocol/comparison.ts';
import type { ToolContract } from '../protocol/harness.ts';
import { readContract, textsOfContracts } from './contractRows.ts';
import type { Database } from './database.ts';
import { addFinding } from './findingRows.ts';
import { placeStep } from './frameColumns.ts';
import { acceptedAt } from './policyRows.ts';
import * as rows from './rows.ts';

export interface ListingConnection {
  readonly n: number;
  readonly connection_id: string;
  readonly server: string;
  readonly listed_under: string | null;
}

interface Listed {
  readonly at: number;
  readonly contract: string;
}

/** So many changed tools are told in sentences. */
const TOLD_TOOLS = 5;
const TOLD_CHANGES = 4;

/** @param at when the list came: those after it may follow from another one now. To be run inside a commit */
export function tellContractChanges(database: Database, connection: number, at: number, rev: number): void {
  const one = connectionOf(database, connection);
  if (!one) return;
  tellOf(database, one, rev);
  const next = database
    .sql(
      `SELECT l.connection FROM connections k JOIN listed_contracts l ON l.connection = k.n
       WHERE k.listed_under IS ? AND k.server = ? AND l.at > ? AND l.connection <> ? ORDER BY l.at LIMIT 1`,
    )
    .get(one.listed_under, one.server, at, connection);
  const other = next && connectionOf(database, rows.number(next, 'connection'));
  if (other) tellOf(database, other, rev);
}

export function connectionOf(database: Database, n: number): ListingConnection | null {
  const row = database.sql('SELECT n, connection_id, server, listed_under FROM connections WHERE n = ?').get(n);
  if (!row) return null;
  return {
    n,
    connection_id: rows.text(row, 'connection_id'),
    server: rows.text(row, 'server'),
    listed_under: rows.textOrNull(row, 'listed_under'),
  };
}

/** Makes all rows of a connection anew. */
function tellOf(database: Database, connection: ListingConnection, rev: number): void {
  const prefix = `ev_${connection.connection_id.slice(4)}_`;
  database.sql('DELETE FROM trail WHERE event_id >= ? AND event_id < ?').run(prefix, `${prefix}~`);
  const list = database
    .sql('SELECT at, contract FROM listed_contracts WHERE connection = ? ORDER BY at')
    .all(connection.n)
    .map((row) => ({ at: rows.number(row, 'at'), contract: rows.text(row, 'contract') }));
  list.forEach((now, index) => {
    const before = listedBefore(database, connection, now.at);
    if (!before || before.contract === now.contract) return;
    tell(database, connection, before, now, index > 0, rev);
  });
}

/** What the server had listed last before that: on this connection, else on another one of this workspace. */
export function listedBefore(database: Database, connection: ListingConnection, at: number): Listed | null {
  const own = database
    .sql('SELECT at, contract FROM listed_contracts WHERE connection = ? AND at < ? ORDER BY at DESC LIMIT 1')
    .get(connection.n, at);
  const row =
    own ??
    database
      .sql(
        `SELECT l.at, l.contract FROM connections k JOIN listed_contracts l ON l.connection = k.n
         WHERE k.listed_under IS ? AND k.server = ? AND l.at < ? AND l.connection <> ? ORDER BY l.at DESC LIMIT 1`,
      )
      .get(connection.listed_under, connection.server, at, connection.n);
  return row ? { at: rows.number(row, 'at'), contract: rows.text(row, 'contract') } : null;
}

function tell(
  database: Database,
  connection: ListingConnection,
  before: Listed,
  now: Listed,
  isWithin: boolean,
  rev: number,
): void {
  const asked = askedAt(database, connection.n, now.at);
  const [a, b] = [readContract(database, before.contract), readContract(database, now.contract)];
  if (!asked || !a || !b) return;
  const { server, n } = connection;
  const differences = contractDifferences(a, b);
  const said = changesInWords(database, a, b, differences);
  const sentence = changeSentence(differences);
  const first = said[0]?.changes[0];
  database
    .sql(
      `INSERT INTO trail (event_id, session_id, kind, at, sort, server, before, after, sentence, changes, rev)
       VALUES (?, ?, 'contract_changed', ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      `ev_${connection.connection_id.slice(4)}_${now.at}`,
      asked.session_id,
      now.at,
      placeStep(now.at, n, 0, 0),
      server,
      before.contract,
      now.contract,
      first === undefined ? sentence : `${sentence} (${first})`,
      differences.length,
      rev,
    );
  // Of a server whose tools were accepted the finding tells how they differ from those.
  if (acceptedAt(database, server, now.at) !== null) return;
  const when = isWithin ? 'while it was connected' : 'since it was connected before';
  addFinding(database, {
    kind: 'contract_drift',
    severity: isWithin ? 'warning' : 'info',
    call: asked.call,
    session_id: asked.session_id,
    item: `${server} ${before.contract} ${now.contract}`,
    evidence: [`${server} changed its tools ${when}: ${sentence}.`, ...said.map(detail)].join(' '),
    since: now.at,
  });
}

interface ToolInWords {
  readonly tool: string;
  readonly changes: readonly string[];
}

/** `read_file: argument path became required.` */
function detail({ tool, changes }: ToolInWords): string {
  return `${tool}: ${changes.slice(0, TOLD_CHANGES).join(', ')}${changes.length > TOLD_CHANGES ? ', …' : ''}.`;
}

/** Of the first few tools that are there before and after. */
function changesInWords(
  database: Database,
  a: ToolContract,
  b: ToolContract,
  differences: readonly Difference[],
): ToolInWords[] {
  const texts = textsOfContracts(database, [a, b]);
  return differences
    .filter(({ before, after }) => before !== null && after !== null)
    .slice(0, TOLD_TOOLS)
    .map(({ item, before, after }) => ({
      tool: item,
      changes: toolChanges(texts[before ?? ''] ?? '', texts[after ?? ''] ?? ''),
    }));
}

/** A long-lived connection serves many sessions: a change belongs to the one that asked. */
function askedAt(database: Database, connection: number, at: number): { call: number; session_id: string } | null {
  const row = database
    .sql(
      `SELECT c.n, s.session_id FROM calls c JOIN sessions s ON s.n = c.session
       WHERE c.connection = ? AND c.method = 'tools/list' AND c.started_at <= ? ORDER BY c.n DESC LIMIT 1`,
    )
    .get(connection, at);
  return row ? { call: rows.number(row, 'n'), session_id: rows.text(row, 'session_id') } : null;
}

export function contractDifferences(a: ToolContract | null, b: ToolContract | null): Difference[] {
  const [before, after] = [a?.tools ?? {}, b?.tools ?? {}];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].sort().flatMap((item) => {
    if (before[item] === after[item]) return [];
    return [
      {
        group: 'tools' as const,
        item,
        before: before[item] ?? null,
        after: after[item] ?? null,
        why_it_matters: 'what the model is told of a tool decides when and how it calls it',
        text_diff: null,
      },
    ];
  });
}
