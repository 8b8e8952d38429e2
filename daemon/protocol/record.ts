/**
 * The records that people and programs read: Call, Session, error object, finding. Fields and values are spelled as in
 * docs/records.md. What cannot be observed is null or "unknown", never 0, false or empty.
 */
import * as z from 'zod';
import { Effect, EffectKind } from './effect.ts';

export const RECORD_VERSION = 1;

export const CallEvent = z.enum(['tool_call', 'request', 'notification']);
export type CallEvent = z.infer<typeof CallEvent>;

/** `lost`: no answer was seen before the connection died; the request may have reached the server. */
export const Outcome = z.enum(['success', 'error', 'denied', 'cancelled', 'timeout', 'lost', 'running']);
export type Outcome = z.infer<typeof Outcome>;

/** A layer that was not reached is null. */
export const Layer = z.enum(['ok', 'error']).nullable();
export const Layers = z.object({ transport: Layer, rpc: Layer, tool: Layer });
export type Layers = z.infer<typeof Layers>;

/** Where a derived scalar comes from. */
export const Source = z.enum(['observed', 'verified', 'user', 'catalog', 'annotation', 'inferred']);
export type Source = z.infer<typeof Source>;

export const ErrorClass = z.enum([
  'auth_missing',
  'auth_expired',
  'permission_denied',
  'rate_limited',
  'quota_exhausted',
  'timeout',
  'cancelled',
  'invalid_arguments',
  'not_found',
  'conflict',
  'path_denied',
  'url_denied',
  'tool_denied',
  'budget_denied',
  'lane_frozen',
  'contract_drift',
  'malformed_result',
  'upstream_unavailable',
  'server_crashed',
  'transport_error',
  'internal_error',
  'unknown',
]);
export type ErrorClass = z.infer<typeof ErrorClass>;

/** The error object inside a call. `read_from` says which layer and field the class was read from. */
export const CallError = z.object({
  error_class: ErrorClass,
  error_code: z.string().nullable(),
  auth_cause: z.enum(['expired', 'revoked', 'wrong_identity', 'missing_scope', 'unknown']).nullable(),
  recoverable: z.boolean().nullable(),
  recovery_action: z
    .enum([
      'reauth',
      'wait_and_retry',
      'fix_arguments',
      'verify_then_retry',
      'restart_server',
      'narrow_request',
      'ask_human',
      'none',
    ])
    .nullable(),
  retry_after_ms: z.number().nullable(),
  retry_safe: z.boolean().nullable(),
  failure_class: z.string().nullable(),
  read_from: z.string().nullable(),
  rule: z.string().nullable(),
});
export type CallError = z.infer<typeof CallError>;

export const AgentIdentity = z.object({ name: z.string(), version: z.string().nullable(), pid: z.int().nullable() });
export const Principal = z.object({
  user: z.string().nullable(),
  agent: AgentIdentity.nullable(),
  tenant: z.string().nullable(),
});
export type Principal = z.infer<typeof Principal>;

export const InputSummary = z.object({
  requested_path: z.string().nullable(),
  cwd: z.string().nullable(),
  canonical_path: z.string().nullable(),
  allowed_root: z.string().nullable(),
  symlinks: z.array(z.string()).nullable(),
  requested_url: z.string().nullable(),
  normalized_target: z.string().nullable(),
  dns_answers: z.array(z.string()).nullable(),
  resolved_ip_class: z.string().nullable(),
  redirect_chain: z.union([z.literal('unknown'), z.array(z.string())]),
  operation_class: z.enum([
    'read',
    'list',
    'search',
    'create',
    'write',
    'patch',
    'delete',
    'move',
    'execute',
    'network',
    'message',
    'query',
    'unknown',
  ]),
  content_length: z.int().nullable(),
  redaction_class: z.enum(['none', 'masked', 'hashed', 'dropped']),
  redaction_rule: z.string().nullable(),
});
export type InputSummary = z.infer<typeof InputSummary>;

export const Call = z.object({
  v: z.literal(RECORD_VERSION),
  event: CallEvent,
  call_id: z.string(),
  session_id: z.string(),
  connection_id: z.string(),
  parent_call_id: z.string().nullable(),
  /** Calls that may be the parent, where it cannot be proven; empty where it is proven or there is none. */
  parent_candidates: z.array(z.string()),
  turn_id: z.string().nullable(),
  rounds: z.int().positive(),
  trace_id: z.string().nullable(),
  span_id: z.string().nullable(),
  protocol_version: z.string().nullable(),
  agent_id: z.string(),
  principal: Principal,
  server: z.string(),
  namespace: z.string(),
  /** The JSON-RPC method; for a tool call `tools/call`. */
  method: z.string(),
  direction: z.enum(['c2s', 's2c']),
  tool: z.string().nullable(),
  tool_version: z.string().nullable(),
  tool_contract: z.string().nullable(),
  workspace: z.string().nullable(),
  repo: z.string().nullable(),
  artifact_id: z.string().nullable(),
  receipt_id: z.string().nullable(),
  timestamp: z.string(),
  duration_ms: z.number().nullable(),
  attempt: z.int().nullable(),
  retry_of: z.string().nullable(),
  input_summary: InputSummary,
  /** The arguments in one redacted line, at most 200 characters; null until the second stage has seen them. */
  summary: z.string().nullable(),
  auth_mode: z.enum(['none', 'byok', 'managed', 'auto', 'unknown']),
  credential_lane: z.string().nullable(),
  provider: z.string().nullable(),
  credential: z.object({
    backend_principal: z.string().nullable(),
    scopes: z.array(z.string()).nullable(),
    scope_fit: z.enum(['fits', 'broader', 'insufficient', 'unknown']),
    expires_at: z.string().nullable(),
    source: z.string().nullable(),
  }),
  quota_owner: z.string(),
  limits: z.object({
    response_size_cap: z.int().nullable(),
    retry_ceiling: z.int().nullable(),
    retries_left: z.int().nullable(),
  }),
  data_use_class: z.enum(['public', 'internal', 'secret', 'unknown']),
  policy: z.object({
    bundle: z.string().nullable(),
    mode: z.enum(['observe', 'enforce', 'unknown']),
    decision: z.enum(['allow', 'would_deny', 'deny', 'unknown']),
    reason: z.string().nullable(),
    rule: z.string().nullable(),
    surface: z.string().nullable(),
    surface_hidden: z.int().nullable(),
  }),
  adapter: z.object({
    name: z.literal('callgrove'),
    version: z.string().nullable(),
    hops: z.array(z.string()).nullable(),
    altered: z.boolean(),
    request_shape: z.string().nullable(),
    result_shape: z.string().nullable(),
    /** The shapes that were replaced, where `altered`; null where nothing was, or where they are not known. */
    before: z.object({ request_shape: z.string().nullable(), result_shape: z.string().nullable() }).nullable(),
  }),
  outcome: Outcome,
  /** What the outcome means in one line where it is not plain, e.g. "no answer seen; may have reached the server". */
  outcome_note: z.string().nullable(),
  layers: Layers,
  error: CallError.nullable(),
  /** The error's own words, redacted, at most 500 characters. */
  error_message: z.string().nullable(),
  idempotent: z.boolean().nullable(),
  retry_safe: z.boolean().nullable(),
  reversibility: z.enum(['no_effect', 'reversible', 'permanent', 'unknown']),
  /** The kinds of `effects`, each once. */
  side_effects: z.array(EffectKind).nullable(),
  side_effect_class: z.enum(['none', 'local_write', 'remote_write', 'message', 'spend', 'process', 'unknown']),
  effects: z.array(Effect).nullable(),
  sources: z.record(z.string(), Source),
  output: z.object({
    returned_bytes: z.int().nullable(),
    tokens: z.int().nullable(),
    tokenizer: z.string().nullable(),
    response_ceiling: z.int().nullable(),
    omitted_bytes: z.int().nullable(),
    omitted_count: z.int().nullable(),
    summary_mode: z.enum(['full', 'truncated', 'summarized', 'artifact', 'none']).nullable(),
    artifact: z.string().nullable(),
    redaction_class: z.enum(['none', 'masked', 'hashed', 'dropped']).nullable(),
    refill_route: z.string().nullable(),
  }),
  spend: z.object({
    estimated_usd: z.number().nullable(),
    actual_usd: z.number().nullable(),
    source: z.string().nullable(),
    price_date: z.string().nullable(),
  }),
  harness: z.object({
    id: z.string().nullable(),
    captured_at: z.string().nullable(),
    relation: z.enum(['before', 'after', 'unknown']),
  }),
  checkpoint: z.string().nullable(),
  findings: z.array(z.string()),
  /** Progress notifications seen at this call: how many, and the last. */
  progress: z
    .object({
      count: z.int(),
      progress: z.number().nullable(),
      total: z.number().nullable(),
      message: z.string().nullable(),
    })
    .nullable(),
  /** An answer that came after the call had been cancelled or given up: when, in ms after the request. */
  late_answer_ms: z.number().nullable(),
});
export type Call = z.infer<typeof Call>;

export const TerminalState = z.enum(['running', 'success', 'partial_success', 'failed', 'cancelled', 'lost']);
export type TerminalState = z.infer<typeof TerminalState>;

export const Session = z.object({
  v: z.literal(RECORD_VERSION),
  session_id: z.string(),
  title: z.string(),
  label: z.string().nullable(),
  pinned: z.boolean(),
  workspace: z.string().nullable(),
  repo: z.string().nullable(),
  agent_id: z.string(),
  principal: Principal,
  conversation_id: z.string().nullable(),
  started_at: z.string(),
  ended_at: z.string().nullable(),
  split: z.enum(['idle']).nullable(),
  tool_calls: z.int(),
  successful_calls: z.int(),
  failed_calls: z.int(),
  denied_calls: z.int(),
  credentials_used: z.array(z.string()).nullable(),
  side_effects_summary: z.object({
    files_created: z.int().nullable(),
    files_modified: z.int().nullable(),
    files_deleted: z.int().nullable(),
    api_calls_made: z.int().nullable(),
    messages_sent: z.int().nullable(),
    spend_incurred_usd: z.number().nullable(),
  }),
  spend_by: z.object({
    server: z.record(z.string(), z.number()),
    tool: z.record(z.string(), z.number()),
    lane: z.record(z.string(), z.number()),
    agent: z.record(z.string(), z.number()),
    user: z.record(z.string(), z.number()),
  }),
  terminal_state: TerminalState,
  recovery_status: z.enum(['not_needed', 'pending', 'recovered', 'closed']),
  failure_class: z.string().nullable(),
  first_failing_call: z.string().nullable(),
  last_good_checkpoint: z.string().nullable(),
  retry: z.object({
    plain_retry_safe: z.boolean().nullable(),
    skip: z.array(z.string()),
    verify_first: z.array(z.string()),
    safe_to_repeat: z.array(z.string()),
    visible_to_new_session: z.union([z.literal('unknown'), z.boolean()]),
    /** The lists hold the newest calls only; `show --resume` has all. */
    cut: z.boolean(),
  }),
  harness: z.array(z.string()),
  findings: z.int(),
  /** Chunks that the journal could not take: what stood in them is not known. */
  frames_lost: z.int(),
  source: z.enum(['live', 'replay', 'drill', 'imported']),
});
export type Session = z.infer<typeof Session>;
