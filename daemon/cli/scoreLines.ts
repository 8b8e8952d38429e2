/** A scorecard for people: the signals, then the checklists with a mark and the calls that prove each item. */
import type { ChecklistItem, Scorecard, Signal } from '../protocol/scorecard.ts';
import type { Drawing } from './callLine.ts';
import { cut } from './cells.ts';
import { safeLine } from './safeText.ts';

const SIGNALS: Readonly<Record<Signal['signal'], string>> = {
  structured_errors: 'Structured errors',
  idempotency_guarantees: 'Idempotency guarantees',
  state_verification: 'State verification',
  credential_attribution: 'Credential attribution',
};

const LISTS: Readonly<Record<ChecklistItem['list'], string>> = {
  four_questions: 'The four questions',
  before_promotion: 'Before a server is promoted',
  production_bar: 'The production bar',
};

const COLOURS = { pass: 'good', fail: 'bad', unknown: 'dim' } as const;

export function scoreLines(card: Scorecard, drawing: Drawing): string[] {
  const { paint, terminal } = drawing;
  const { unicode, columns } = terminal;
  const mark = { pass: unicode ? '✓' : '+', fail: unicode ? '✗' : 'x', unknown: '?' };
  const total = card.score === null ? 'no evidence' : `${card.score.toFixed(1)} of 10`;
  const lines = [
    `${paint.bold(safeLine(card.of.id, unicode))}  ${total}  ${paint.dim(`${card.tool_calls} tool ${card.tool_calls === 1 ? 'call' : 'calls'}`)}`,
  ];
  for (const { signal, share, evidence } of card.signals) {
    const percent = share === null ? '  –  ' : `${Math.round(share * 100)} %`.padStart(5);
    lines.push(cut(`  ${SIGNALS[signal].padEnd(24)}${percent}  ${paint.dim(evidence)}`, columns, unicode));
  }
  let list: ChecklistItem['list'] | null = null;
  for (const item of card.checklist ?? []) {
    if (item.list !== list) lines.push('', paint.bold(LISTS[item.list]));
    list = item.list;
    const proof = item.result === 'pass' ? item.calls.for : item.calls.against;
    const shown = item.result === 'fail' && proof.length > 0 ? `: ${proof.slice(-2).join(', ')}` : '';
    lines.push(`  ${paint[COLOURS[item.result]](mark[item.result])} ${item.item}`);
    lines.push(paint.dim(`      ${safeLine(item.evidence, unicode)}${shown}`));
  }
  return lines;
}
