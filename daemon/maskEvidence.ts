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

/** The evidence with each of these texts replaced, always in the same order. */
function walkTexts(evidence: CallEvidence, change: (text: string) => string): CallEvidence {
  const one = (text: string | null) => (text === null ? null : change(text));
  const { effects, error, provider, artifact_id, receipt_id, credential, adapter, output } = evidence;
  return {
    ...evidence,
    ...(effects && {
      effects: effects.map((effect) => ({ ...effect, target: one(effect.target), note: one(effect.note) })),
    }),
    ...(error && { error: { ...error, error_code: one(error.error_code) } }),
    ...(provider && { provider: one(provider) }),
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
    ...(output?.refill_route && { output: { ...output, refill_route: one(output.refill_route) } }),
  };
}
