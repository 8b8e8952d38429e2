/** One frame as a pane shows it: a piece of its text, masked unless the raw bytes were asked for by name. */
import type { FrameView } from './protocol/callDetail.ts';
import type { Redactor } from './redact/redactor.ts';
import type { CallFrame } from './store/callQueries.ts';

/** Frames up to this size are read whole, so that pieces fit together to the character. */
const WHOLE_BYTES = 4 * 1024 * 1024;
/** Read before and after a piece of a larger frame: a secret that a piece cuts is seen in whole. */
const MARGIN_BYTES = 16 * 1024;

export async function viewFrame(
  { role, frame }: CallFrame,
  read: (offset: number, limit: number) => Uint8Array | null,
  redactor: Redactor,
  { raw, offset, limit }: { raw: boolean; offset: number; limit: number },
): Promise<FrameView> {
  const { key, direction, at, byteLength: byte_length } = frame;
  const view = { key, role, direction, at, byte_length, offset, raw };
  if (byte_length <= WHOLE_BYTES) {
    const bytes = read(0, byte_length);
    if (!bytes) return { ...view, text: null, total_chars: null, truncated: false, redactions: 0 };
    const shown = await masked(Buffer.from(bytes).toString('utf8'), redactor, raw);
    const text = shown.text.slice(offset, offset + limit);
    const total_chars = shown.text.length;
    return { ...view, text, total_chars, truncated: offset + text.length < total_chars, redactions: shown.count };
  }
  // Offsets of a huge frame count bytes: its characters are never all looked at.
  const margin = raw ? 0 : Math.min(offset, MARGIN_BYTES);
  const bytes = read(offset - margin, margin + limit + (raw ? 0 : MARGIN_BYTES));
  if (!bytes) return { ...view, text: null, total_chars: null, truncated: false, redactions: 0 };
  const before = Buffer.from(bytes.subarray(0, margin)).toString('utf8');
  const whole = await masked(Buffer.from(bytes).toString('utf8'), redactor, raw);
  const start = margin === 0 ? 0 : Math.min(before.length, whole.text.length);
  const text = whole.text.slice(start, start + limit);
  return { ...view, text, total_chars: null, truncated: offset + limit < byte_length, redactions: whole.count };
}

async function masked(text: string, redactor: Redactor, raw: boolean): Promise<{ text: string; count: number }> {
  if (raw) return { text, count: 0 };
  const [result] = await redactor.redact([text]);
  return result ?? { text: '', count: 0 };
}
