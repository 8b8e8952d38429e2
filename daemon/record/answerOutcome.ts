/**
 * Judges an answer by its three layers: did bytes come back, was the JSON-RPC request answered, did the tool do it. A
 * JSON-RPC result alone is never a success.
 */
import type { CallEnded } from '../protocol/events.ts';
import type { AnswerMessage } from './message.ts';
import type { ResultKind } from './revision.ts';

export type Judgement = Pick<CallEnded, 'outcome' | 'note' | 'layers' | 'error'>;

/** @param method of the request that is answered */
export function answerOutcome(answer: AnswerMessage, method: string, kind: ResultKind): Judgement {
  if (answer.kind === 'error') {
    return {
      outcome: 'error',
      note: answer.is_object && answer.code !== null ? null : 'malformed: an error without a code',
      layers: { transport: 'ok', rpc: 'error', tool: null },
      error: { code: answer.code, message: answer.message },
    };
  }
  if (!answer.is_object) return malformedResult('malformed: the result is no object');
  if (kind === 'invalid') return malformedResult('malformed: a resultType that the revision does not know');
  if (answer.is_error === 'malformed') {
    return toolError('malformed: isError is no boolean', null);
  }
  if (answer.is_error) return toolError(null, answer.message);
  return {
    outcome: 'success',
    note: null,
    layers: { transport: 'ok', rpc: 'ok', tool: method === 'tools/call' ? 'ok' : null },
    error: null,
  };
}

export function toolError(note: string | null, message: string | null): Judgement {
  return {
    outcome: 'error',
    note,
    layers: { transport: 'ok', rpc: 'ok', tool: 'error' },
    error: { code: null, message },
  };
}

function malformedResult(note: string): Judgement {
  return { outcome: 'error', note, layers: { transport: 'ok', rpc: 'error', tool: null }, error: null };
}
