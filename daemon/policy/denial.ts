/**
 * A denial as the agent reads it: for a tool call a result with `isError`, whose text a model understands and whose `_meta`
 * a program does; for another method a JSON-RPC error. It tells nothing of the host that the request had not named.
 */
import type { Decision } from './decide.ts';

/** Outside the codes that JSON-RPC reserves (-32768 to -32000). */
export const DENIED_CODE = -31403;
export const DENIAL_META = 'dev.callgrove/denial';

export interface DeniedRequest {
  /** The request's id as it stood, as JSON text. */
  readonly id: string;
  /** The tool declares no `outputSchema`: SDK 1.x validates structured content against one even of errors, and throws. */
  readonly structured: boolean;
  /** The protocol revision of the connection, or null. From 2026-07-28 on results say that they are complete. */
  readonly revision: string | null;
}

export interface WireDenial {
  readonly decision: 'deny';
  readonly reason: string;
  readonly requested_capability: string | null;
  readonly remedy: string | null;
  readonly retry: { readonly retry_safe: false; readonly advice: string };
}

/** What stands in `_meta`, in `structuredContent` and in an error's `data`. */
export function wireDenial(decision: Decision): WireDenial {
  const { reason, requested_capability, remedy } = decision;
  return {
    decision: 'deny',
    reason: reason ?? 'policy_unavailable',
    requested_capability,
    remedy,
    retry: { retry_safe: false, advice: adviceFor(decision) },
  };
}

/** One sentence for the model, and what it may do. */
export function denialText(decision: Decision): string {
  const { reason, tool, method, requested_capability } = decision;
  const what = requested_capability ?? tool ?? method;
  return `Callgrove's policy refused ${JSON.stringify(what)} (${reason ?? 'policy_unavailable'}); nothing was done. ${decision.remedy ?? ''}`.trim();
}

/** The whole answer as one line of JSON, without its line end. */
export function denialAnswer(decision: Decision, { id, structured, revision }: DeniedRequest): string {
  const denial = wireDenial(decision);
  const text = denialText(decision);
  if (decision.method !== 'tools/call')
    return `{"jsonrpc":"2.0","id":${id},"error":${JSON.stringify({ code: DENIED_CODE, message: text, data: denial })}}`;
  const result = {
    content: [{ type: 'text', text }],
    ...(structured ? { structuredContent: denial } : {}),
    isError: true,
    _meta: { [DENIAL_META]: denial },
    ...(revision !== null && revision >= '2026-07-28' ? { resultType: 'complete' } : {}),
  };
  return `{"jsonrpc":"2.0","id":${id},"result":${JSON.stringify(result)}}`;
}

function adviceFor({ reason }: Decision): string {
  if (reason === 'server_frozen' || reason === 'session_frozen' || reason === 'lane_frozen')
    return 'Repeating it changes nothing until the user thaws it.';
  if (reason === 'contract_changed') return 'Repeating it changes nothing until the user accepts the change.';
  return 'The same request will be refused again; another one may be allowed.';
}
