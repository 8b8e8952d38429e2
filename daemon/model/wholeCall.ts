/**
 * A whole Call record from what is seen of a call on the wire and what is derived of it. Decides what stands in the members
 * that nothing fills: null or `unknown`, nothing guessed. Members stand in the order in which docs/records.md lists them.
 */
import { lightCheckpointId } from '../base/ids.ts';
import type { CallEvidence } from '../protocol/evidence.ts';
import { type Call, type InputSummary, RECORD_VERSION } from '../protocol/record.ts';

/** What is known of a call's arguments when nobody judged them. */
export const NOT_JUDGED: InputSummary = {
  requested_path: null,
  cwd: null,
  canonical_path: null,
  allowed_root: null,
  symlinks: null,
  requested_url: null,
  normalized_target: null,
  dns_answers: null,
  resolved_ip_class: null,
  redirect_chain: 'unknown',
  operation_class: 'unknown',
  content_length: null,
  redaction_class: 'none',
  redaction_rule: null,
};

export const NO_POLICY: Call['policy'] = {
  bundle: null,
  mode: 'unknown',
  decision: 'unknown',
  reason: null,
  rule: null,
  surface: null,
  surface_hidden: null,
};

/** What the traffic, the proxy's own facts and what was captured beside them tell. */
export interface SeenCall
  extends Pick<
    Call,
    | 'event'
    | 'call_id'
    | 'session_id'
    | 'connection_id'
    | 'parent_call_id'
    | 'parent_candidates'
    | 'turn_id'
    | 'rounds'
    | 'trace_id'
    | 'protocol_version'
    | 'agent_id'
    | 'principal'
    | 'server'
    | 'method'
    | 'direction'
    | 'tool'
    | 'tool_version'
    | 'tool_contract'
    | 'workspace'
    | 'repo'
    | 'timestamp'
    | 'duration_ms'
    | 'summary'
    | 'outcome'
    | 'outcome_note'
    | 'layers'
    | 'error'
    | 'error_message'
    | 'harness'
    | 'findings'
    | 'input_summary'
    | 'policy'
    | 'progress'
    | 'late_answer_ms'
  > {
  /** Did the proxy answer in the server's place? */
  readonly altered: boolean;
  /** The proxy's version. */
  readonly callgrove: string | null;
  readonly output: Pick<Call['output'], 'returned_bytes' | 'summary_mode' | 'artifact'>;
  /** Empty where nobody has judged it. */
  readonly evidence: CallEvidence;
}

const NO_CREDENTIAL: Call['credential'] = {
  backend_principal: null,
  scopes: null,
  scope_fit: 'unknown',
  expires_at: null,
  source: null,
};
const NO_LIMITS: Call['limits'] = { response_size_cap: null, retry_ceiling: null, retries_left: null };
const NO_OUTPUT: Call['output'] = {
  returned_bytes: null,
  tokens: null,
  tokenizer: null,
  response_ceiling: null,
  omitted_bytes: null,
  omitted_count: null,
  summary_mode: null,
  artifact: null,
  redaction_class: null,
  refill_route: null,
};
const NO_SOURCES: Call['sources'] = {};
const NO_SPEND: Call['spend'] = { estimated_usd: null, actual_usd: null, source: null, price_date: null };

export function wholeCall(seen: SeenCall): Call {
  const { evidence } = seen;
  return {
    v: RECORD_VERSION,
    event: seen.event,
    call_id: seen.call_id,
    session_id: seen.session_id,
    connection_id: seen.connection_id,
    parent_call_id: seen.parent_call_id,
    parent_candidates: seen.parent_candidates,
    turn_id: seen.turn_id,
    rounds: seen.rounds,
    trace_id: seen.trace_id,
    span_id: null,
    protocol_version: seen.protocol_version,
    agent_id: seen.agent_id,
    principal: seen.principal,
    server: seen.server,
    namespace: seen.server,
    method: seen.method,
    direction: seen.direction,
    tool: seen.tool,
    tool_version: seen.tool_version,
    tool_contract: seen.tool_contract,
    workspace: seen.workspace,
    repo: seen.repo,
    artifact_id: evidence.artifact_id ?? null,
    receipt_id: evidence.receipt_id ?? null,
    timestamp: seen.timestamp,
    duration_ms: seen.duration_ms,
    attempt: evidence.attempt ?? null,
    retry_of: evidence.retry_of ?? null,
    input_summary: inputSummary(seen.input_summary, evidence),
    summary: seen.summary,
    auth_mode: evidence.auth_mode ?? 'unknown',
    credential_lane: evidence.credential_lane ?? null,
    provider: evidence.provider ?? null,
    credential: evidence.credential ? { ...NO_CREDENTIAL, ...evidence.credential } : NO_CREDENTIAL,
    quota_owner: evidence.quota_owner ?? 'unknown',
    limits: evidence.limits ? { ...NO_LIMITS, ...evidence.limits } : NO_LIMITS,
    data_use_class: evidence.data_use_class ?? 'unknown',
    policy: seen.policy,
    adapter: {
      name: 'callgrove',
      version: seen.callgrove,
      hops: evidence.adapter?.hops ?? null,
      altered: seen.altered,
      request_shape: evidence.adapter?.request_shape ?? null,
      result_shape: evidence.adapter?.result_shape ?? null,
      before: evidence.adapter?.before ?? null,
    },
    outcome: seen.outcome,
    outcome_note: seen.outcome_note,
    layers: seen.layers,
    error: seen.error,
    error_message: seen.error_message,
    idempotent: evidence.idempotent ?? null,
    retry_safe: evidence.retry_safe ?? null,
    reversibility: evidence.reversibility ?? 'unknown',
    side_effects: evidence.side_effects ?? null,
    side_effect_class: evidence.side_effect_class ?? 'unknown',
    effects: evidence.effects ?? null,
    sources: evidence.sources ?? NO_SOURCES,
    output: { ...NO_OUTPUT, ...seen.output, ...evidence.output },
    spend: evidence.spend ? { ...NO_SPEND, ...evidence.spend } : NO_SPEND,
    harness: seen.harness,
    checkpoint: isTurningPoint(seen) ? lightCheckpointId(seen.call_id) : null,
    findings: seen.findings,
    progress: seen.progress,
    late_answer_ms: seen.late_answer_ms,
  };
}

/** What policy's judgement found counts first: it looked where the arguments lead. */
function inputSummary(judged: InputSummary, { input_summary: derived }: CallEvidence): InputSummary {
  if (!derived) return judged;
  return {
    ...judged,
    operation_class:
      judged.operation_class === 'unknown' ? (derived.operation_class ?? 'unknown') : judged.operation_class,
    requested_url: judged.requested_url ?? derived.requested_url ?? null,
    content_length: judged.content_length ?? derived.content_length ?? null,
  };
}

/** Behind a tool call that succeeded stands a light checkpoint. */
function isTurningPoint({ event, direction, outcome }: SeenCall): boolean {
  return event === 'tool_call' && direction === 'c2s' && outcome === 'success';
}
