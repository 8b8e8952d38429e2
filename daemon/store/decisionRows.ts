/** Writes what the second stage read of a decision: on its call, and on the denial where it is one. Masked already. */
import { ONCE_RULE } from '../model/onceRule.ts';
import type { JudgedPath } from '../protocol/policy.ts';
import { Call, type InputSummary } from '../protocol/record.ts';
import type { Database } from './database.ts';
import { addFinding } from './findingRows.ts';
import { addPassed } from './onceRows.ts';
import * as rows from './rows.ts';

export interface StoredDecision {
  readonly policy: Call['policy'];
  readonly input_summary: InputSummary;
  readonly capability: string | null;
  readonly remedy: string | null;
  readonly paths: readonly JudgedPath[];
}

/** The judgement's mark on a file that agents take as instructions: writing it is allowed, and shown. */
const INSTRUCTION_FLAG = 'instruction_file';

/** To be run inside a commit. */
export function writeDecision(database: Database, call: number, decision: StoredDecision, rev: number): void {
  const { policy, input_summary, capability, remedy, paths } = decision;
  database
    .sql('UPDATE calls SET policy = ?, input_summary = ? WHERE n = ?')
    .run(JSON.stringify(policy), JSON.stringify(input_summary), call);
  database
    .sql('UPDATE denials SET capability = ?, remedy = ?, paths = ?, place = ? WHERE call = ?')
    .run(capability, remedy, JSON.stringify(paths), input_summary.canonical_path ?? '', call);
  if (policy.rule?.startsWith(ONCE_RULE)) addPassed(database, policy.rule.slice(ONCE_RULE.length), call, rev);
  if (policy.decision === 'allow') tellWidened(database, call, decision);
  const written = paths.filter(
    ({ access, flags }) => access === 'write' && flags.includes(INSTRUCTION_FLAG) && policy.decision !== 'deny',
  );
  if (written.length === 0 && policy.reason !== 'contract_changed') return;
  const about = database
    .sql(
      `SELECT c.tool, c.started_at, k.server, s.session_id FROM calls c JOIN connections k ON k.n = c.connection
       JOIN sessions s ON s.n = c.session WHERE c.n = ?`,
    )
    .get(call);
  if (!about) return;
  const session_id = rows.text(about, 'session_id');
  const since = rows.number(about, 'started_at');
  const tool = `${rows.text(about, 'server')}/${rows.textOrNull(about, 'tool') ?? '?'}`;
  for (const { canonical, requested } of written)
    addFinding(database, {
      kind: 'instruction_written',
      severity: 'info',
      call,
      session_id,
      item: canonical ?? requested,
      evidence: `${tool} wrote ${canonical ?? requested}, which agents take as instructions.`,
      since,
    });
  if (policy.reason === 'contract_changed')
    addFinding(database, {
      kind: 'contract_drift',
      severity: 'warning',
      call,
      session_id,
      item: tool,
      evidence: `${tool} was called, but its contract is not the one that you accepted.`,
      since,
    });
}

/** The same call was refused before under another policy: what was changed in between let it through. */
function tellWidened(database: Database, call: number, { policy, input_summary }: StoredDecision): void {
  const place = input_summary.canonical_path ?? '';
  // One step after the other: joined, the database looks through all of a session's denials.
  const own = database.sql('SELECT session, connection, tool, started_at FROM calls WHERE n = ?').get(call);
  if (!own) return;
  const [session, since] = [rows.number(own, 'session'), rows.number(own, 'started_at')];
  const last = database
    .sql('SELECT call FROM denials WHERE session = ? AND place = ? AND at < ? ORDER BY at DESC LIMIT 1')
    .get(session, place, since);
  if (!last) return;
  const denied = database
    .sql(
      `SELECT d.reason, d.decision, c.policy, c.tool, k.server, s.session_id FROM denials d JOIN calls c ON c.n = d.call
       JOIN connections k ON k.n = c.connection JOIN sessions s ON s.n = d.session
       WHERE d.call = ? AND c.tool IS ? AND k.server = (SELECT server FROM connections WHERE n = ?)`,
    )
    .get(rows.number(last, 'call'), rows.textOrNull(own, 'tool'), rows.number(own, 'connection'));
  if (!denied || denied.policy === null) return;
  const before = rows.json(denied, 'policy', (value) => Call.shape.policy.parse(value)).bundle;
  if (before === policy.bundle) return;
  const tool = `${rows.text(denied, 'server')}/${rows.textOrNull(denied, 'tool') ?? '?'}`;
  const was = rows.text(denied, 'decision') === 'deny' ? 'was denied' : 'would have been denied';
  const path = input_summary.canonical_path;
  addFinding(database, {
    kind: 'widened_after_denial',
    severity: 'warning',
    call,
    session_id: rows.text(denied, 'session_id'),
    item: `${tool} ${path ?? ''} ${policy.bundle}`,
    evidence: `${tool} ${was} (${rows.text(denied, 'reason')})${path === null ? '' : ` for ${path}`}; then the policy was changed, and now it is allowed.`,
    since,
  });
}
