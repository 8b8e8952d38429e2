/** What passed in place of a call's answer or request, as people read it: masked and bounded. */
import { type BodyPlaces, readFrame } from './journal/readSpans.ts';
import type { CallDetail } from './protocol/callDetail.ts';
import type { Span } from './protocol/events.ts';
import { AlteredRecord } from './protocol/journal.ts';
import type { Call } from './protocol/record.ts';
import type { Redactor } from './redact/redactor.ts';

/** A list of tools may be long; of more nothing is shown. */
const RECORD_BYTES = 8 * 1024 * 1024;
const SHOWN_CHARS = 256 * 1024;
const NAME_CHARS = 300;

/** Null where the record is gone, or of another form. */
export async function readAltered(
  places: BodyPlaces,
  redactor: Redactor,
  connectionId: string,
  place: Span,
): Promise<CallDetail['altered']> {
  if (place.length > RECORD_BYTES) return null;
  const bytes = readFrame(places, connectionId, { spans: [place], artifact: null, byteLength: place.length });
  const record = bytes && parsed(bytes);
  if (record?.why !== 'list_filtered') return null;
  const hidden = record.hidden ?? [];
  const texts = await redactor.redact([...hidden, ...(record.after === null ? [] : [record.after])]);
  const masked = texts[hidden.length];
  return {
    side: 'response',
    why: record.why,
    hidden: texts.slice(0, hidden.length).map(({ text }) => text.slice(0, NAME_CHARS)),
    after: masked?.text.slice(0, SHOWN_CHARS) ?? null,
    after_truncated: (masked?.text.length ?? 0) > SHOWN_CHARS,
  };
}

/** Nothing of a refused call passed: what the agent read was the proxy's own. */
export function refusedAltered({ policy, adapter }: Call): CallDetail['altered'] {
  if (!adapter.altered || policy.decision !== 'deny') return null;
  return { side: 'request', why: 'denied', hidden: [], after: null, after_truncated: false };
}

function parsed(bytes: Uint8Array): AlteredRecord | null {
  try {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
    return AlteredRecord.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
