/**
 * What is derived of one call: under which identity it ran, what it did, what it cost, whether it may be repeated. One
 * document a call, kept beside its row and merged into the whole Call (model/wholeCall.ts). A member that is absent was
 * not judged; members are spelled and mean the same as in Call. All texts are masked.
 */
import * as z from 'zod';
import { Call, InputSummary } from './record.ts';

const { shape } = Call;

export const CallEvidence = z
  .object({
    /** Filled where no judgement of policy has. */
    input_summary: InputSummary.pick({
      operation_class: true,
      content_length: true,
      requested_url: true,
    }).exactPartial(),
    artifact_id: shape.artifact_id,
    receipt_id: shape.receipt_id,
    attempt: shape.attempt,
    retry_of: shape.retry_of,
    auth_mode: shape.auth_mode,
    credential_lane: shape.credential_lane,
    provider: shape.provider,
    credential: shape.credential.exactPartial(),
    quota_owner: shape.quota_owner,
    limits: shape.limits.exactPartial(),
    data_use_class: shape.data_use_class,
    adapter: shape.adapter.pick({ hops: true, request_shape: true, result_shape: true, before: true }).exactPartial(),
    error: shape.error,
    idempotent: shape.idempotent,
    retry_safe: shape.retry_safe,
    reversibility: shape.reversibility,
    side_effects: shape.side_effects,
    side_effect_class: shape.side_effect_class,
    effects: shape.effects,
    sources: shape.sources,
    output: shape.output.omit({ returned_bytes: true, artifact: true }).exactPartial(),
    spend: shape.spend.exactPartial(),
  })
  .exactPartial();
export type CallEvidence = z.infer<typeof CallEvidence>;
