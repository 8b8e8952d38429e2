/** Masks the texts in evidence that stem from what peers wrote, before it is stored. */
import type { CallEvidence } from './protocol/evidence.ts';
import type { Redactor } from './redact/redactor.ts';

/** A text of a peer's is kept so far. */
const TEXT_CHARS = 1000;

/** Everything else in it is a number or a word of ours. */
export async function maskEvidence(evidence: CallEvidence, redactor: Redactor): Promise<CallEvidence> {
  const said: string[] = [];
  walkTexts(evidence, (text) => {
    said.push(text);
    return text;
  });
  if (said.length === 0) return evidence;
  const masked = await redactor.redact(said.map((text) => text.slice(0, TEXT_CHARS)));
  let at = 0;
  return walkTexts(evidence, () => masked[at++]?.text ?? '');
}

/** Of a lane only the name that its credential stands under is another's word: `github/env:NAME#3f9a1c02`. */
function maskedLane(lane: string, change: (text: string) => string): string {
  const [, before = '', name, print = ''] =
    /^(.*?\/(?:env|argv|header|url|meta):)(.*?)(#[0-9a-f]+)?$/s.exec(lane) ?? [];
  return name === undefined || PLAIN_NAME.test(name) ? lane : `${before}${change(name)}${print}`;
}

/** Words and joints: no secret of more than a word looks like that. */
const PLAIN_NAME = /^(?:--?)?[A-Za-z]{1,20}(?:[-_][A-Za-z]{1,20}){0,6}$/;

/** A host as the catalog and addresses have them; on most calls, so it is not looked at any closer. */
const PLAIN_HOST = /^(?:[a-z\d-]{1,24}\.){0,5}[a-z\d-]{1,24}$/;

/** The evidence with each of these texts replaced, always in the same order. */
function walkTexts(evidence: CallEvidence, change: (text: string) => string): CallEvidence {
  const one = (text: string | null) => (text === null ? null : change(text));
  const {
    effects,
    error,
    provider,
    credential_lane,
    quota_owner,
    artifact_id,
    receipt_id,
    credential,
    adapter,
    output,
    input_summary: summary,
  } = evidence;
  return {
    ...evidence,
    ...(effects && {
      effects: effects.map((effect) => ({ ...effect, target: one(effect.target), note: one(effect.note) })),
    }),
    ...(error && { error: { ...error, error_code: one(error.error_code) } }),
    ...(credential_lane && { credential_lane: maskedLane(credential_lane, change) }),
    ...(quota_owner?.startsWith('lane:') && { quota_owner: `lane:${maskedLane(quota_owner.slice(5), change)}` }),
    ...(provider && !PLAIN_HOST.test(provider) && { provider: change(provider) }),
    ...(artifact_id && { artifact_id: one(artifact_id) }),
    ...(receipt_id && { receipt_id: one(receipt_id) }),
    ...(credential && {
      credential: {
        ...credential,
        ...(credential.backend_principal && { backend_principal: one(credential.backend_principal) }),
        ...(credential.scopes && { scopes: credential.scopes.map(change) }),
      },
    }),
    ...(adapter?.hops && { adapter: { ...adapter, hops: adapter.hops.map(change) } }),
    ...(summary?.requested_url && { input_summary: { ...summary, requested_url: one(summary.requested_url) } }),
    ...(output?.refill_route && { output: { ...output, refill_route: one(output.refill_route) } }),
  };
}
