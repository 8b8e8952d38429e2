/**
 * Reads the decisions that proxies journal: the first stage what was decided, for every call; the second the whole
 * record, masked. A record of another form is none.
 */
import { type BodyPlaces, readFrame } from './journal/readSpans.ts';
import type { Json } from './model/json.ts';
import { NOT_JUDGED } from './model/wholeCall.ts';
import { DecisionWords } from './protocol/denial.ts';
import type { Span } from './protocol/events.ts';
import { DecisionRecord, DenialReason } from './protocol/policy.ts';
import { InputSummary } from './protocol/record.ts';
import type { Redactor } from './redact/redactor.ts';
import type { StoredDecision } from './store/decisionRows.ts';
import type { Judgement } from './store/judgement.ts';

const DECISIONS = ['allow', 'would_deny', 'deny', 'unknown'] as const;

/** What the first stage needs, without a schema's cost: there is one a call. */
export function judgementOf(
  value: unknown,
  place: Span,
): { frame: string; root: string | null; judgement: Judgement } | null {
  if (typeof value !== 'object' || value === null) return null;
  const { frame, decision, mode, reason, input_summary }: Record<string, unknown> = { ...value };
  const decided = DECISIONS.find((one) => one === decision);
  if (typeof frame !== 'string' || !isFrameKey(frame) || !decided) return null;
  const why = DenialReason.options.find((one) => one === reason) ?? null;
  return {
    frame,
    root: rootOf(input_summary),
    judgement: { decision: decided, mode: mode === 'enforce' ? mode : 'observe', reason: why, place },
  };
}

/** A journal may hold what no proxy of ours wrote. */
export function isFrameKey(text: string): boolean {
  return /^\d{1,15}(?:\.\d{1,6})?(?:-\d{1,6})?$/.test(text);
}

/** The root that the request was judged by. */
function rootOf(summary: unknown): string | null {
  const { allowed_root }: Record<string, unknown> = typeof summary === 'object' ? { ...summary } : {};
  return typeof allowed_root === 'string' ? allowed_root : null;
}

const RECORD_BYTES = 1024 * 1024;
const SUMMARY_BYTES = 2048;
const TEXT_CHARS = 300;

/** Null where it is gone, or of another form. */
export async function readDecision(
  places: BodyPlaces,
  connectionId: string,
  place: Span,
  redactor: Redactor,
): Promise<StoredDecision | null> {
  const record = rawDecision(places, connectionId, place);
  if (!record) return null;
  const { bundle, mode, decision, reason, surface, surface_hidden } = record;
  const { rule, requested_capability: capability, remedy, paths, input_summary } = record;
  // It came out of JSON, so that it is JSON.
  const words: Json = JSON.parse(JSON.stringify({ rule, capability, remedy, paths, input_summary }));
  const masked = await redactor.redactJson(words);
  const said = DecisionWords.parse(masked.value);
  const summary = InputSummary.safeParse({ ...NOT_JUDGED, ...said.input_summary }).data ?? NOT_JUDGED;
  const hidden = masked.count > 0 && summary.redaction_class === 'none';
  return {
    policy: { bundle, mode, decision, reason, rule: said.rule, surface, surface_hidden },
    input_summary: bounded(
      hidden ? { ...summary, redaction_class: 'masked', redaction_rule: masked.rules.join(', ') } : summary,
    ),
    capability: said.capability,
    remedy: said.remedy,
    paths: said.paths,
  };
}

/** As the proxy wrote it, nothing masked; null where it is gone, or of another form. */
export function rawDecision(places: BodyPlaces, connectionId: string, place: Span): DecisionRecord | null {
  if (place.length > RECORD_BYTES) return null;
  const bytes = readFrame(places, connectionId, { spans: [place], artifact: null, byteLength: place.length });
  return (bytes && DecisionRecord.safeParse(jsonOf(bytes)).data) ?? null;
}

/** So that no path, however long, makes a summary larger than it may be. */
function bounded(summary: InputSummary): InputSummary {
  if (JSON.stringify(summary).length <= SUMMARY_BYTES) return summary;
  const short = (text: string | null) => (text === null ? null : text.slice(0, TEXT_CHARS));
  return {
    ...summary,
    requested_path: short(summary.requested_path),
    cwd: short(summary.cwd),
    canonical_path: short(summary.canonical_path),
    allowed_root: short(summary.allowed_root),
    symlinks: summary.symlinks && [],
  };
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  } catch {
    return null;
  }
}
