/** A Call record as a line of the list for people, and its error object as a record of its own. */
import { bytesText } from '../model/bytesText.ts';
import { callLabel } from '../model/callLabel.ts';
import { errorClassText, hiddenErrorText } from '../model/errorText.ts';
import type { Call, CallError } from '../protocol/record.ts';
import { type Drawing, outcomeMark, tookText } from './callLine.ts';
import { cells, cut, fit } from './cells.ts';
import { safeLine } from './safeText.ts';
import { clockText } from './sessionLine.ts';

const UNKNOWN_ERROR: CallError = {
  error_class: 'unknown',
  error_code: null,
  auth_cause: null,
  recoverable: null,
  recovery_action: null,
  retry_after_ms: null,
  retry_safe: null,
  failure_class: null,
  read_from: null,
  rule: null,
};

/** `calls --errors --json`: the error object with the call that it belongs to. */
export function errorLine(call: Call): { event: 'tool_error'; call_id: string; tool: string | null } & CallError {
  return { event: 'tool_error', call_id: call.call_id, tool: call.tool, ...(call.error ?? UNKNOWN_ERROR) };
}

/** Of a call that failed what kind of error it was and its words, of another one its arguments. */
function saidOf({ error, error_message, outcome, summary }: Call): string {
  if (outcome === 'success')
    return error === null ? (summary ?? '') : `claims to be a success: ${hiddenErrorText(error)}`;
  const known = error !== null && error.error_class !== 'unknown' && error.error_class !== outcome;
  const kind = known ? errorClassText(error) : null;
  return [kind, error_message ?? (kind === null ? summary : null)].filter(Boolean).join(': ');
}

/**
 * Time, outcome, server and tool, arguments, duration, size, id. The id comes last and is never cut: where little would be
 * left beside it, it stands in a line of its own.
 */
export function callListLine(call: Call, drawing: Drawing): string {
  const { unicode, columns } = drawing.terminal;
  const at = Date.parse(call.timestamp);
  const name = `${safeLine(call.server, unicode)} ${unicode ? '·' : '/'} ${safeLine(callLabel(call), unicode)}`;
  const took = tookText(call.outcome, call.duration_ms, at, drawing.now);
  const size = call.output.returned_bytes === null ? '' : bytesText(call.output.returned_bytes);
  const start = `${clockText(at, drawing.now)} ${outcomeMark(call.outcome, drawing)} `;
  const { reason, decision } = call.policy;
  const refused = reason !== null && decision !== 'allow' ? `${decision}: ${reason}` : null;
  const said = safeLine(refused ?? saidOf(call), unicode);
  const right = `${took.padStart(8)} ${size.padStart(8)}`;
  const id = drawing.paint.dim(call.call_id);
  if (!Number.isFinite(columns)) {
    const middle = [name, drawing.paint.dim(said)].filter(Boolean).join('  ');
    return `${start}${middle}  ${drawing.paint.dim(right.trim())}  ${id}`;
  }
  const beside = columns - cells(start) - call.call_id.length - 2;
  const alone = beside - right.length - 2 < ROOM_BESIDE_ID;
  const line = `${start}${facts(name, said, right, alone ? columns - cells(start) : beside, drawing)}`;
  return alone ? `${line}\n    ${id}` : `${line}  ${id}`;
}

/** Fewer cells than these for name and arguments say nothing. */
const ROOM_BESIDE_ID = 48;

/** @param width cells that it fills, or fewer where there is no room for duration and size */
function facts(name: string, said: string, right: string, width: number, { terminal, paint }: Drawing): string {
  const { unicode } = terminal;
  const room = width - right.length - 2;
  if (room < 8) return cut(name, Math.max(8, width), unicode);
  const shown = cut(name, room, unicode);
  const left = room - cells(shown) - 2;
  const text = left > 3 ? `${shown}  ${paint.dim(fit(said, left, unicode))}` : fit(shown, room, unicode);
  return `${text}  ${paint.dim(right)}`;
}
