/**
 * One row of the tree as text: a turn's heading, a call with the notes below it, a gap in the record, a server's end. Decides what
 * stands in a line and what is cut away where it is too wide; where the line hangs in the tree is drawTree's.
 */

import { bytesText } from '../model/bytesText.ts';
import { callLabel } from '../model/callLabel.ts';
import { changeText } from '../model/changeText.ts';
import { endSentence, isServerFailure } from '../model/connectionEnd.ts';
import { durationText } from '../model/durationText.ts';
import { errorClassText, hiddenErrorText } from '../model/errorText.ts';
import type { CallHead, TreeRow } from '../protocol/feed.ts';
import { cells, cut } from './cells.ts';
import type { Paint } from './paint.ts';
import { safeLine } from './safeText.ts';
import type { Terminal } from './terminal.ts';

export interface Drawing {
  readonly terminal: Pick<Terminal, 'columns' | 'unicode'>;
  readonly paint: Paint;
  /** Epoch ms: how long running calls have been running. */
  readonly now: number;
}

type Colour = 'good' | 'bad' | 'warn' | 'busy' | 'dim';

const MARKS: Readonly<Record<CallHead['outcome'], readonly [unicode: string, ascii: string, colour: Colour]>> = {
  success: ['✓', '+', 'good'],
  error: ['✗', 'x', 'bad'],
  denied: ['⊖', 'D', 'bad'],
  cancelled: ['⊘', '/', 'warn'],
  timeout: ['◷', 'T', 'bad'],
  lost: ['?', '?', 'warn'],
  running: ['◌', '.', 'busy'],
};

/** One character for an outcome, in its colour. */
export function outcomeMark(outcome: CallHead['outcome'], drawing: Drawing): string {
  const [mark, ascii, colour] = MARKS[outcome];
  return drawing.paint[colour](drawing.terminal.unicode ? mark : ascii);
}

/** `server · tool`; a server's own request shows where it comes from. */
export function callName(call: CallHead, unicode: boolean): string {
  const what = safeLine(callLabel(call), unicode);
  const server = safeLine(call.server, unicode);
  if (call.direction === 's2c') return `${what} ${unicode ? '←' : '<-'} ${server}`;
  return `${server} ${unicode ? '·' : '/'} ${what}`;
}

function progressText(call: CallHead, unicode: boolean): string | null {
  const seen = call.progress;
  if (!seen) return null;
  if (call.outcome !== 'running') return `${seen.count} progress`;
  const share =
    seen.progress === null
      ? `${seen.count} progress`
      : `${seen.progress}${seen.total === null ? '' : `/${seen.total}`}`;
  return seen.message ? `${share} ${safeLine(seen.message, unicode)}` : share;
}

/** What happened to a call beside its outcome, shortest first. */
function asides(call: CallHead, unicode: boolean): string[] {
  const all = [progressText(call, unicode)];
  if (call.rounds > 1) all.push(`${call.rounds} rounds`);
  if (call.parent_call_id === null && call.parent_candidates > 0) all.push(unprovenParent(call));
  if (call.late_answer_ms !== null) all.push(`late answer after ${durationText(call.late_answer_ms)}`);
  return all.filter((aside) => aside !== null);
}

/** Empty for a call that ended without an answer: how long it took was not seen. @param startedAt epoch ms */
export function tookText(outcome: CallHead['outcome'], durationMs: number | null, startedAt: number, now: number) {
  if (durationMs !== null) return durationText(durationMs);
  return outcome === 'running' ? durationText(Math.max(0, now - startedAt)) : '';
}

/** Where nothing else was open the call hangs below its only candidate; that is likely, and no more. */
function unprovenParent(call: CallHead): string {
  const { parent_candidates: count, depth } = call;
  if (count === 1 && depth > 0) return 'likely caused by the call above';
  return `parent unknown, ${count} ${count === 1 ? 'candidate' : 'candidates'}`;
}

/** The first line of a call, without the tree's branches. @param width cells that are left for it */
function headLine(call: CallHead, drawing: Drawing, width: number): string {
  const { paint, terminal } = drawing;
  const { unicode } = terminal;
  const glyph = outcomeMark(call.outcome, drawing);
  const took = tookText(call.outcome, call.duration_ms, call.started_at, drawing.now);
  const size = call.response_bytes === null ? '' : bytesText(call.response_bytes);
  const name = callName(call, unicode);
  const said = call.summary ? safeLine(call.summary, unicode) : '';
  const beside = asides(call, unicode).join(', ');
  if (!Number.isFinite(width)) {
    return [
      `${glyph} ${name}`,
      said,
      beside && paint.dim(`[${beside}]`),
      took && paint.dim(took),
      size && paint.dim(size),
    ]
      .filter(Boolean)
      .join('  ');
  }
  const right = `${took.padStart(8)} ${size.padStart(8)}`;
  const room = width - 2 - right.length - 1;
  if (room < 16) return `${glyph} ${cut(name, width - 2, unicode)}`;
  const shownName = cut(name, room, unicode);
  let left = room - cells(shownName);
  let middle = '';
  if (said && left > 4) {
    const reserved = beside ? Math.min(cells(beside) + 4, Math.floor(left / 2)) : 0;
    const shown = cut(said, left - 2 - reserved, unicode);
    middle += `  ${paint.dim(shown)}`;
    left -= 2 + cells(shown);
  }
  if (beside && left > 6) {
    const shown = cut(`[${beside}]`, left - 2, unicode);
    middle += `  ${paint[call.outcome === 'running' ? 'busy' : 'dim'](shown)}`;
    left -= 2 + cells(shown);
  }
  return `${glyph} ${shownName}${middle}${' '.repeat(Math.max(0, left) + 1)}${paint.dim(right)}`;
}

/** Lines below a call that say why it ended as it did: the error's own words, and what an outcome means. */
function noteLines(call: CallHead, drawing: Drawing, width: number): string[] {
  const { paint, terminal } = drawing;
  const notes: string[] = [];
  const failed = call.outcome === 'error' || call.outcome === 'denied' || call.outcome === 'timeout';
  if (call.denial) notes.push(paint[call.denial.decision === 'deny' ? 'bad' : 'warn'](denialText(call.denial)));
  const kind = call.denial?.decision === 'deny' ? null : kindOf(call);
  if (call.error_message && failed) {
    const said = `${kind === null ? '' : `${kind}: `}${safeLine(call.error_message, terminal.unicode)}`;
    notes.push(paint.bad(cut(said, width - 3, terminal.unicode)));
  } else if (kind !== null && call.outcome === 'success')
    notes.push(paint.warn(cut(kind, width - 3, terminal.unicode)));
  if (call.outcome_note)
    notes.push(paint.warn(cut(safeLine(call.outcome_note, terminal.unicode), width - 3, terminal.unicode)));
  return notes.map((note) => `  ${note}`);
}

/** What kind of error it is; null where nobody knows, and where the outcome says it already. */
function kindOf({ evidence, outcome }: CallHead): string | null {
  const error_class = evidence?.error_class ?? null;
  if (error_class === null || outcome === 'running') return null;
  const error = { error_class, auth_cause: null };
  if (outcome === 'success') return `claims to be a success: ${hiddenErrorText(error)}`;
  return error_class === 'unknown' || outcome === error_class ? null : errorClassText(error);
}

/** `would be denied: symlink_escape`. */
export function denialText({ decision, reason }: NonNullable<CallHead['denial']>): string {
  return `${decision === 'deny' ? 'denied' : 'would be denied'}: ${reason}`;
}

/** `12 chunks not recorded (ENOSPC, 3.4 MB)`. */
export function gapText(gap: { lost_chunks: number; bytes: number; reason: string }): string {
  return `${gap.lost_chunks} ${gap.lost_chunks === 1 ? 'chunk' : 'chunks'} not recorded (${safeLine(gap.reason)}, ${bytesText(gap.bytes)})`;
}

function paintChange(changes: number | null, text: string, { paint }: Drawing): string {
  return changes ? paint.warn(text) : paint.dim(text);
}

/** `fs: The server ended with exit code 3, 2 calls lost`. */
export function eventText(row: Extract<TreeRow, { kind: 'event' }>, unicode: boolean): string {
  const { lost_calls: lost } = row;
  const left = lost === 0 ? '' : `, ${lost} ${lost === 1 ? 'request' : 'requests'} lost`;
  return `${safeLine(row.server, unicode)}: ${safeLine(endSentence(row), unicode)}${left}`;
}

/**
 * A row as its lines: the first one carries the row, the others hang below it.
 * @param indent cells that the tree's branches take before each line
 */
export function rowLines(row: TreeRow, drawing: Drawing, indent: number): readonly string[] {
  const width = drawing.terminal.columns - indent;
  const { unicode } = drawing.terminal;
  switch (row.kind) {
    case 'turn': {
      const count = `${row.calls} ${row.calls === 1 ? 'call' : 'calls'}`;
      return [drawing.paint.bold(cut(`turn ${safeLine(row.turn_id, unicode)}  ${count}`, width, unicode))];
    }
    case 'gap':
      return [drawing.paint.warn(cut(`! ${gapText(row)}`, width, unicode))];
    case 'event':
      return [
        drawing.paint[isServerFailure(row) ? 'bad' : 'dim'](
          cut(`${unicode ? '⏻' : '!'} ${eventText(row, unicode)}`, width, unicode),
        ),
      ];
    case 'workbench':
      return [paintChange(row.changes, cut(safeLine(changeText(row), unicode), width, unicode), drawing)];
    case 'harness_changed':
    case 'contract_changed':
    case 'credential_changed':
    case 'frozen':
    case 'thawed':
    case 'checkpoint':
    case 'test_result':
      return [drawing.paint.warn(cut(safeLine(changeText(row), unicode), width, unicode))];
    case 'call':
      return [headLine(row.call, drawing, width), ...noteLines(row.call, drawing, width)];
    default:
      return row satisfies never;
  }
}
