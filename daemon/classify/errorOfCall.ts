/** The part of the classification that says what went wrong: hands what was seen of a call to classifyError. */
import { endText, isServerFailure } from '../model/connectionEnd.ts';
import { deniedError } from '../model/deniedError.ts';
import type { CallEvidence } from '../protocol/evidence.ts';
import type { InputSummary } from '../protocol/record.ts';
import type { CallFacts } from './callFacts.ts';
import { classifyError, type ErrorFacts } from './classifyError.ts';
import { hasPayment } from './x402.ts';

/** @param before what parts before this one found: whether the call may be repeated */
export function errorOfCall(facts: CallFacts, before: CallEvidence): CallEvidence {
  const { outcome, decision } = facts;
  if (outcome === 'running') return {};
  if (outcome === 'denied' && decision?.reason) return { error: deniedError(decision.reason) };
  const error = classifyError({
    method: facts.method,
    tool: facts.tool,
    result: facts.result,
    error: facts.error,
    answerText: facts.answerText,
    source: sourceOf(facts.args, before.input_summary?.operation_class ?? 'unknown'),
    paid: hasPayment(facts.params),
    failed: outcome !== 'success',
    malformed: facts.note?.startsWith('malformed') ?? false,
    http: facts.exchange,
    crash: crashOf(facts),
    ended: outcome === 'timeout' || outcome === 'cancelled' || outcome === 'lost' ? outcome : null,
    at: facts.started_at + (facts.duration_ms ?? 0),
    callRetrySafe: before.retry_safe ?? null,
  });
  return outcome === 'success' && error === null ? {} : { error };
}

/** Where a call names what it reads, what comes is perhaps what stands there. */
function sourceOf(args: CallFacts['args'], operation: InputSummary['operation_class']): 'file' | 'address' | null {
  if (operation !== 'read' && operation !== 'network') return null;
  const names = (wanted: RegExp) =>
    typeof args === 'object' &&
    args !== null &&
    Object.entries(args).some(([name, value]) => wanted.test(name) && typeof value === 'string');
  if (operation === 'read' && names(/^(?:path|file|file_?path|file_?name)$/i)) return 'file';
  return names(/^(?:url|uri|href|link|address)$/i) ? 'address' : null;
}

/** Only where it was the server's end that the call was lost by: its note says so. */
function crashOf({ outcome, note, connection, stderr }: CallFacts): ErrorFacts['crash'] {
  const { end } = connection;
  if (outcome !== 'lost' || end === null || !isServerFailure(end)) return null;
  if (!note?.endsWith(endText(end) ?? ' ')) return null;
  const { code = null, signal = null, error = null } = end.exit ?? {};
  return { code, signal, error, stderr };
}
