/**
 * What is recorded of a judgement. A record stands beside every call: what says nothing is left out, and readers put it
 * back; what is the same for many calls is made into text once.
 */
import type { DecisionRecord } from '../protocol/policy.ts';
import type { IdleCall, Judged } from './gate.ts';

/** The text of a judgement behind what differs from call to call. */
const known = new WeakMap<Judged, string>();

/** @param frame the request's key in the journal @param id JSON text */
export function decisionRecord(judged: Judged, frame: string, id: string, tookUs: number): DecisionRecord {
  const input_summary = withoutDefaults(judged.input_summary);
  return { frame, request_id: id, ...judged, input_summary, took_us: tookUs };
}

/** The same as JSON text, for a call that is judged as others before it. */
export function idleDecision({ judged, id, contentLength }: IdleCall, frame: string, tookUs: number): string {
  let rest = known.get(judged);
  if (rest === undefined) {
    rest = restOf(judged);
    known.set(judged, rest);
  }
  // Digits are text as they stand.
  const request_id = id.startsWith('"') ? JSON.stringify(id) : `"${id}"`;
  const request = `"frame":"${frame}","request_id":${request_id},"took_us":${tookUs}`;
  return `{${request},"input_summary":{"content_length":${contentLength}${rest}`;
}

function restOf({ input_summary, ...judged }: Judged): string {
  const { content_length: _, ...summary } = withoutDefaults(input_summary);
  return behindFirst({ first: 0, ...summary }) + behindFirst({ first: 0, ...judged });
}

/** The text of an object behind its member `first`. */
function behindFirst(object: { readonly first: 0 }): string {
  return JSON.stringify(object).slice('{"first":0'.length);
}

function withoutDefaults(summary: DecisionRecord['input_summary']): DecisionRecord['input_summary'] {
  const said: Record<string, unknown> = {};
  for (const name in summary) {
    const value = summary[name];
    if (value !== null && value !== 'unknown' && value !== 'none') said[name] = value;
  }
  return said;
}
