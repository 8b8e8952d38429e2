/** Writes and reads what is derived of calls: the whole document, and beside it the columns that lists and sums need. */
import type { EffectKind } from '../protocol/effect.ts';
import type { CallEvidence } from '../protocol/evidence.ts';
import { EvidenceHead } from '../protocol/feed.ts';
import { ToolContract } from '../protocol/harness.ts';
import { ToolFacts } from '../protocol/toolFacts.ts';
import type { Database, SqlRow, SqlValue } from './database.ts';
import * as rows from './rows.ts';

/** Sums by kind of effect; all others are `other_effects`. */
const COUNTED = {
  files_created: ['file_created'],
  files_modified: ['file_modified'],
  files_deleted: ['file_deleted'],
  files_moved: ['file_moved'],
  api_calls: ['api_call'],
  messages_sent: ['message_sent'],
  processes_run: ['process_run'],
} as const satisfies Record<string, readonly EffectKind[]>;

const COLUMNS = [
  'call',
  'session',
  'effect',
  'proof',
  'side_effect_class',
  'reversibility',
  'idempotent',
  'retry_safe',
  'error_class',
  'failure_class',
  'error_rule',
  ...Object.keys(COUNTED),
  'other_effects',
  'unproven',
  'lane',
  'tokens',
  'omitted_bytes',
  'estimated_usd',
  'actual_usd',
  'attempt',
  'payment',
  'paid_connection',
  'paid_tool',
  'record',
  'resume',
  'repeats',
  'seen',
];
/** The rule of an answer that asks to be paid first. */
const DEMAND_RULE = 'x402.demand';
const PUT = `INSERT OR REPLACE INTO call_evidence (${COLUMNS.join(', ')}) VALUES (${COLUMNS.map(() => '?').join(', ')})`;

/** What a repetition would do, as columns (resumeRows.ts). */
export interface ResumeColumns {
  readonly resume: string | null;
  readonly repeats: string | null;
  readonly seen: string | null;
}

/**
 * Replaces what was derived of the call before. Texts are masked. To be run inside a commit.
 * @param resume null for what cannot be repeated
 */
export function putEvidence(
  database: Database,
  call: number,
  session: number,
  evidence: CallEvidence,
  resume: ResumeColumns | null = null,
): void {
  put(database, call, session, evidence, JSON.stringify(evidence), resume);
}

/** Its columns only: of a call whose whole record is kept elsewhere, the document stands in that, but for what sums ask of it. */
export function putEvidenceColumns(database: Database, call: number, session: number, evidence: CallEvidence): void {
  const tokenizer = evidence.output?.tokenizer ?? null;
  put(database, call, session, evidence, tokenizer === null ? '{}' : JSON.stringify({ output: { tokenizer } }), null);
}

function put(
  database: Database,
  call: number,
  session: number,
  evidence: CallEvidence,
  text: string,
  resume: ResumeColumns | null,
): void {
  const effects = evidence.effects ?? [];
  const counts = new Map<EffectKind, number>();
  for (const { kind } of effects) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const counted = Object.values(COUNTED).map((kinds) => kinds.reduce((sum, kind) => sum + (counts.get(kind) ?? 0), 0));
  const [first] = effects;
  const { estimated_usd = null, actual_usd = null } = evidence.spend ?? {};
  const paid = actual_usd === null && estimated_usd === null ? undefined : paidFor(database, call);
  const values: SqlValue[] = [
    call,
    session,
    first?.kind ?? null,
    first?.evidence ?? null,
    evidence.side_effect_class ?? null,
    evidence.reversibility ?? null,
    flagOrNull(evidence.idempotent),
    flagOrNull(evidence.retry_safe),
    evidence.error?.error_class ?? null,
    evidence.error?.failure_class ?? null,
    evidence.error?.rule ?? null,
    ...counted,
    effects.length - counted.reduce((sum, count) => sum + count, 0),
    effects.filter((effect) => effect.evidence === 'declared' || effect.evidence === 'inferred').length,
    evidence.credential_lane ?? null,
    evidence.output?.tokens ?? null,
    evidence.output?.omitted_bytes ?? null,
    estimated_usd,
    actual_usd,
    evidence.attempt ?? null,
    evidence.error?.rule === DEMAND_RULE ? 'asked' : null,
    paid?.connection ?? null,
    paid?.tool ?? null,
    text,
    resume?.resume ?? null,
    resume?.repeats ?? null,
    resume?.seen ?? null,
  ];
  database.sql(PUT).run(...values);
}

/** Whose a call's cost is, as sums of a session have it. */
function paidFor(database: Database, call: number): SqlRow | undefined {
  return database.sql('SELECT connection, tool FROM calls WHERE n = ?').get(call);
}

/** Was the call judged before? */
export function hasEvidence(database: Database, call: number): boolean {
  return database.sql('SELECT 1 FROM call_evidence WHERE call = ?').get(call) !== undefined;
}

const flagOrNull = (value: boolean | null | undefined) => (value == null ? null : value ? 1 : 0);

/** Columns of evidence `e` for `evidenceHeadOf`. */
export const EVIDENCE_COLUMNS =
  'e.call AS judged_call, e.effect, e.proof, e.reversibility, e.retry_safe, e.error_class, e.attempt, e.lane, e.tokens, coalesce(e.actual_usd, e.estimated_usd) AS usd';

/** What lists show of it; null where the call was not judged yet. */
export function evidenceHeadOf(row: SqlRow): EvidenceHead | null {
  if (row.judged_call === null) return null;
  const { effect, proof, reversibility, error_class } = EvidenceHead.shape;
  return {
    effect: effect.parse(row.effect),
    proof: proof.parse(row.proof),
    reversibility: reversibility.parse(row.reversibility),
    retry_safe: row.retry_safe === null ? null : rows.flag(row, 'retry_safe'),
    error_class: error_class.parse(row.error_class),
    attempt: rows.numberOrNull(row, 'attempt'),
    lane: rows.textOrNull(row, 'lane'),
    tokens: rows.numberOrNull(row, 'tokens'),
    usd: rows.numberOrNull(row, 'usd'),
  };
}

/** The whole of it, from column `evidence`; empty where the call was not judged yet. */
export function evidenceOf(row: SqlRow): CallEvidence {
  if (row.evidence === null) return {};
  // Written above, out of a value of this type: a schema would cost a tenth of what reading a call does.
  const evidence: CallEvidence = JSON.parse(rows.text(row, 'evidence'));
  return evidence;
}

export function keepToolFacts(database: Database, sha256: string, facts: ToolFacts): void {
  database.sql('INSERT OR REPLACE INTO tool_facts VALUES (?, ?)').run(sha256, JSON.stringify(facts));
}

/** What a connection listed, oldest first: when, and its tools by name. @param limit so many of the newest */
export function listedTools(
  database: Database,
  connectionId: string,
  limit: number,
): { readonly at: number; readonly tools: ReadonlyMap<string, ToolFacts> }[] {
  return database
    .sql(
      `SELECT l.at, x.tools FROM connections k JOIN listed_contracts l ON l.connection = k.n
       JOIN contracts x ON x.contract = l.contract WHERE k.connection_id = ? ORDER BY l.at DESC LIMIT ?`,
    )
    .all(connectionId, limit)
    .reverse()
    .map((row) => ({ at: rows.number(row, 'at'), tools: factsOf(database, row) }));
}

function factsOf(database: Database, row: SqlRow): Map<string, ToolFacts> {
  const digests = rows.json(row, 'tools', (value) => ToolContract.shape.tools.parse(value));
  const found = Object.entries(digests).flatMap(([name, sha256]) => {
    const facts = database.sql('SELECT facts FROM tool_facts WHERE sha256 = ?').get(sha256);
    return facts ? [[name, rows.json(facts, 'facts', (value) => ToolFacts.parse(value))] as const] : [];
  });
  return new Map(found);
}
