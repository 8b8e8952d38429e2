/** Writes findings: each once for a session and what it is about, under an id that follows from both. */
import { hash } from 'node:crypto';
import type { FindingKind } from '../protocol/trail.ts';
import type { Database } from './database.ts';

export interface NewFinding {
  readonly kind: FindingKind;
  readonly severity: 'info' | 'warning' | 'error';
  /** The call that it is about; null where there is none. */
  readonly call: number | null;
  readonly session_id: string;
  /** What it is about, within the session. */
  readonly item: string;
  /** Masked. */
  readonly evidence: string;
  /** Epoch ms. */
  readonly since: number;
}

const EVIDENCE_CHARS = 1000;

export function findingIdOf(sessionId: string, kind: FindingKind, item: string): string {
  return `fnd_${hash('sha256', `${sessionId}\n${kind}\n${item}`, 'hex').slice(0, 20)}`;
}

export function addFinding(database: Database, finding: NewFinding): void {
  const { kind, severity, call, session_id, item, evidence, since } = finding;
  database
    .sql(
      `INSERT INTO findings VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (finding_id) DO UPDATE SET
         call = iif(excluded.since < since, excluded.call, call), severity = excluded.severity,
         evidence = excluded.evidence, since = excluded.since WHERE excluded.since <= since`,
    )
    .run(
      findingIdOf(session_id, kind, item),
      kind,
      severity,
      call,
      session_id,
      evidence.slice(0, EVIDENCE_CHARS),
      since,
    );
}

/** Findings of these kinds about a call, before it is judged anew. */
export function dropFindings(database: Database, call: number, kinds: readonly FindingKind[]): void {
  // Most calls have none.
  if (!database.sql('SELECT 1 FROM findings WHERE call = ? LIMIT 1').get(call)) return;
  for (const kind of kinds) database.sql('DELETE FROM findings WHERE call = ? AND kind = ?').run(call, kind);
}
