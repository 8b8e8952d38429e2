/** What a row of the tree says: its words, tones and accessible name, from the record alone. Draws nothing. */
import { changeText } from '../daemon/model/changeText.ts';
import { endSentence } from '../daemon/model/connectionEnd.ts';
import { decisionText, denialRemark, reasonText } from '../daemon/model/denialText.ts';
import { errorClassText, hiddenErrorText } from '../daemon/model/errorText.ts';
import { spelledDirection } from '../daemon/model/spelledDirection.ts';
import type { CallHead, TreeRow } from '../daemon/protocol/feed.ts';
import type { Outcome } from '../daemon/protocol/record.ts';
import { formatBytes, formatCounted, formatDuration } from './figures.ts';
import { OUTCOMES } from './icons.ts';
import { onceRemark } from './onceRemark.ts';

export interface Remark {
  readonly text: string;
  readonly tone: 'plain' | 'warning' | 'error';
  readonly hint: string;
}

export interface CallFace {
  readonly outcome: Outcome;
  readonly word: string;
  /** What is emphasised: the tool, or the method of another request. */
  readonly name: string;
  readonly server: string;
  readonly asksClient: boolean;
  readonly summary: string;
  readonly error: string | null;
  readonly remarks: readonly Remark[];
  /** 0 to 1; null while nothing says how far it is. */
  readonly progress: number | null;
  readonly progressText: string | null;
  /** Bytes of request and response together, as far as they are known. */
  readonly bytes: number;
}

export function faceOfCall(call: CallHead): CallFace {
  return {
    outcome: call.outcome,
    word: OUTCOMES[call.outcome].word,
    name: spelledDirection(call.tool ?? call.method),
    server: spelledDirection(call.server),
    asksClient: call.direction === 's2c',
    summary: spelledDirection(call.summary ?? ''),
    error: errorOf(call),
    remarks: remarksOf(call),
    progress: progressOf(call),
    progressText: call.outcome === 'running' && call.progress ? progressText(call.progress) : null,
    bytes: call.request_bytes + (call.response_bytes ?? 0),
  };
}

/** Of a refused call the remark says why; what stands in its answer is our own sentence for the agent. */
function errorOf({ outcome, denial, error_message, outcome_note, evidence }: CallHead): string | null {
  if (outcome === 'running' || outcome === 'success' || denial?.decision === 'deny') return null;
  const text = error_message ?? outcome_note;
  const error_class = evidence?.error_class ?? null;
  const kind = outcome !== 'error' || error_class === 'unknown' || error_class === null ? null : error_class;
  const said = [kind && errorClassText({ error_class: kind, auth_cause: null }), text].filter((part) => part !== null);
  return said.length === 0 ? null : spelledDirection(said.join(': '));
}

export function remarksOf(call: CallHead): Remark[] {
  const remarks: Remark[] = [];
  if (call.denial !== null) {
    const refused = call.denial.decision === 'deny';
    remarks.push({
      text: denialRemark(call.denial),
      tone: refused ? 'error' : 'warning',
      hint: `${decisionText(call.denial)}: it ${reasonText(call.denial.reason)}. ${refused ? 'The server never saw it.' : 'The policy observes: the call went on.'}`,
    });
  }
  const once = onceRemark(call);
  if (once !== null) remarks.push(once);
  const error_class = call.evidence?.error_class ?? null;
  if (error_class !== null && call.outcome === 'success') {
    const text = hiddenErrorText({ error_class, auth_cause: null });
    remarks.push({ text, tone: 'warning', hint: 'The answer claims to be a success, and is the body of an error.' });
  }
  if (call.rounds > 1) {
    remarks.push({
      text: `${call.rounds} rounds`,
      tone: 'plain',
      hint: 'The server asked for more input; the same call went on.',
    });
  }
  if (call.late_answer_ms !== null) {
    const after = formatDuration(call.late_answer_ms);
    remarks.push({
      text: `answered late, ${after}`,
      tone: 'warning',
      hint: `An answer came ${after} after the request, when nobody waited for it.`,
    });
  }
  if (call.parent_call_id === null && call.parent_candidates > 0) {
    remarks.push({
      text: 'caller not proven',
      tone: 'plain',
      hint: `Which call made the server ask is not proven: ${formatCounted(call.parent_candidates, 'call was', 'calls were')} open.`,
    });
  }
  if (call.event === 'notification') remarks.push({ text: 'notification', tone: 'plain', hint: 'Needs no answer.' });
  return remarks;
}

function progressOf(call: CallHead): number | null {
  const { progress } = call;
  if (
    call.outcome !== 'running' ||
    !progress ||
    progress.progress === null ||
    progress.total === null ||
    progress.total <= 0
  )
    return null;
  return Math.min(1, Math.max(0, progress.progress / progress.total));
}

function progressText(progress: NonNullable<CallHead['progress']>): string {
  const count =
    progress.progress === null
      ? null
      : progress.total === null
        ? String(progress.progress)
        : `${progress.progress}/${progress.total}`;
  return (
    [count, progress.message].filter((part) => part !== null && part !== '').join(' ') ||
    formatCounted(progress.count, 'progress report')
  );
}

/** One sentence that a screen reader speaks for the row. */
export function rowSentence(row: TreeRow): string {
  if (row.kind === 'turn') return `Turn, ${formatCounted(row.calls, 'call')}`;
  if (row.kind === 'gap') return gapSentence(row);
  if (row.kind === 'event') return `${row.server}, ${eventSentence(row)}`;
  // It is no call: Enter leads to the harness or the comparison.
  if (row.kind !== 'call')
    return `${changeText(row)}. Enter shows ${row.kind === 'harness_changed' ? 'what changed' : 'the harness'}`;
  const face = faceOfCall(row.call);
  const parts = [
    `${face.asksClient ? 'Server request ' : ''}${face.name} on ${face.server}`,
    face.word.toLowerCase(),
    row.call.duration_ms === null ? null : formatDuration(row.call.duration_ms),
    face.error,
    face.progressText,
    ...face.remarks.map((remark) => remark.text),
    face.summary,
    formatBytes(face.bytes),
  ];
  return parts.filter((part) => part !== null && part !== '').join(', ');
}

/** How a server ended, and how many requests it left without an answer. */
export function eventSentence(row: Extract<TreeRow, { kind: 'event' }>): string {
  const lost = row.lost_calls === 0 ? '' : `, ${formatCounted(row.lost_calls, 'request')} lost`;
  return `${endSentence(row)}${lost}`;
}

export function gapSentence(gap: {
  readonly lost_chunks: number;
  readonly bytes: number;
  readonly reason: string;
}): string {
  return `${formatCounted(gap.lost_chunks, 'chunk')} (${formatBytes(gap.bytes)}) not recorded: ${gapReason(gap.reason)}`;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'disk full',
  EDQUOT: 'disk quota reached',
  EROFS: 'read-only file system',
  EACCES: 'no permission to write',
  EIO: 'disk error',
  EMFILE: 'too many open files',
};

function gapReason(code: string): string {
  return REASONS[code] ?? code;
}
