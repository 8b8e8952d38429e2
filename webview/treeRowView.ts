/** Draws one row of the tree: a call, a turn's heading, a gap in the record, a server's end, or the place of a row still on its way. */
import { html, nothing, type TemplateResult } from 'lit-html';
import { type ChangeRow, changeText } from '../daemon/model/changeText.ts';
import { isServerFailure } from '../daemon/model/connectionEnd.ts';
import { rowKey, type TreeRow } from '../daemon/protocol/feed.ts';
import { cssVars } from './cssVars.ts';
import { formatBytes, formatClock, formatCounted, formatDuration } from './figures.ts';
import { type IconName, icon, OUTCOMES } from './icons.ts';
import type { Intent } from './intent.ts';
import { foldable, levelOf } from './keys.ts';
import { eventSentence, faceOfCall, gapSentence, rowSentence } from './rowFace.ts';
import { type Axis, percent, placeOnAxis } from './timeAxis.ts';

export interface RowContext {
  readonly index: number;
  readonly topPx: number;
  readonly axis: Axis;
  readonly nowMs: number;
  readonly total: number;
  readonly cursor: boolean;
  readonly selected: boolean;
  readonly folded: boolean;
  readonly dispatch: (intent: Intent) => void;
}

export function treeRowView(row: TreeRow | null, context: RowContext): TemplateResult {
  const { index, topPx, cursor, selected, folded, dispatch } = context;
  const kind = row === null ? 'loading' : row.kind;
  const level = row === null ? 2 : levelOf(row);
  return html`<div
    class="row row-${kind} ${isChange(row) ? 'row-change' : ''} ${row?.kind === 'call' ? `is-${row.call.outcome}` : ''} ${cursor ? 'cursor' : ''}"
    role="row" id=${`row-${index}`} aria-level=${level} aria-rowindex=${index + 2}
    aria-selected=${String(selected)}
    aria-expanded=${row !== null && foldable(row) ? String(!folded) : nothing}
    aria-label=${row === null ? 'Loading' : rowSentence(row)}
    ${cssVars({ '--row-top': `${topPx}px` })}
    @click=${() => dispatch(isChange(row) ? { type: 'cursor.moved', index } : { type: 'row.opened', index })}
  >${row === null ? loadingCells() : cells(row, context)}</div>`;
}

function isChange(row: TreeRow | null): row is ChangeRow {
  return row !== null && row.kind in LEADS;
}

function cells(row: TreeRow, context: RowContext): TemplateResult {
  if (row.kind === 'turn') return turnCells(row, context);
  if (row.kind === 'gap') return gapCells(row, context);
  if (row.kind === 'event') return eventCells(row, context);
  if (isChange(row)) return changeCells(row, context);
  return callCells(row, context);
}

function callCells(row: Extract<TreeRow, { kind: 'call' }>, context: RowContext): TemplateResult {
  const { call } = row;
  const face = faceOfCall(call);
  const running = call.outcome === 'running';
  const durationMs = call.duration_ms ?? (running ? Math.max(0, context.nowMs - call.started_at) : null);
  const place = placeOnAxis(context.axis, call.started_at, running ? null : (call.duration_ms ?? 0));
  return html`
    <div class="cell name" role="gridcell" ${indent(row)}>
      ${twisty(row, context)}
      <span class="status tone-${face.outcome}" title=${call.outcome_note ?? OUTCOMES[call.outcome].word}>${icon(OUTCOMES[call.outcome].icon)}</span>
      ${face.asksClient ? html`<span class="asks" title="The server asks the client">${icon('asks')}</span>` : nothing}
      ${serverAndTool(face.server, face.name)}
    </div>
    <div class="cell what" role="gridcell">
      ${face.progressText === null ? nothing : html`<span class="progress-text">${face.progressText}</span>`}
      ${face.error === null ? nothing : html`<span class="error-text tone-${face.outcome} ellipsis" title=${face.error}>${face.error}</span>`}
      ${face.remarks.map((remark) => html`<span class="remark remark-${remark.tone}" title=${remark.hint}>${remark.text}</span>`)}
      ${face.summary === '' ? nothing : html`<span class="summary ellipsis" title=${face.summary}>${face.summary}</span>`}
    </div>
    <div class="cell duration" role="gridcell">${formatDuration(durationMs)}</div>
    <div class="cell lane" role="gridcell" aria-hidden="true" title=${`${formatClock(call.started_at)} · ${formatDuration(durationMs)}`}>
      <span class="bar" ${cssVars({ '--start': percent(place.start), '--length': percent(place.length) })}>
        ${face.progress === null ? nothing : html`<span class="done" ${cssVars({ '--done': percent(face.progress) })}></span>`}
      </span>
    </div>
    <div class="cell size" role="gridcell">${formatBytes(face.bytes)}</div>
  `;
}

/** So much of a server's name always stands there, in characters. */
const SERVER_CHARS = 8;

/** The server's name gives way before the tool's, but stays long enough to be told from others. */
export function serverAndTool(server: string, name: string): TemplateResult {
  const least = cssVars({ '--least': String(Math.min(server.length, SERVER_CHARS) * 0.85) });
  return html`<span class="who" title=${`${server} · ${name}`}><span class="server" ${least}>${server}</span><span class="dot-between">·</span><b class="tool">${name}</b></span>`;
}

function turnCells(row: Extract<TreeRow, { kind: 'turn' }>, context: RowContext): TemplateResult {
  return html`
    <div class="cell name" role="gridcell" ${indent(row)}>
      ${twisty(row, context)}<span class="status quiet">${icon('turn')}</span>
      <span class="turn-title">Turn</span><code class="turn-id ellipsis quiet">${row.turn_id}</code>
    </div>
    <div class="cell what quiet" role="gridcell">${formatCounted(row.calls, 'call')}</div>
    <div class="cell duration" role="gridcell"></div>
    <div class="cell lane" role="gridcell" aria-hidden="true"></div>
    <div class="cell size quiet" role="gridcell"></div>
  `;
}

function gapCells(row: Extract<TreeRow, { kind: 'gap' }>, context: RowContext): TemplateResult {
  const place = placeOnAxis(context.axis, row.at, 0);
  return html`
    <div class="cell name gap-name" role="gridcell" ${indent(row)}>
      <span class="twisty"></span><span class="status tone-warning">${icon('gap')}</span>
      <span class="ellipsis">${gapSentence(row)}</span>
    </div>
    <div class="cell duration" role="gridcell"></div>
    <div class="cell lane" role="gridcell" aria-hidden="true"><span class="bar gap-bar" ${cssVars({ '--start': percent(place.start), '--length': '0%' })}></span></div>
    <div class="cell size" role="gridcell"></div>
  `;
}

function eventCells(row: Extract<TreeRow, { kind: 'event' }>, context: RowContext): TemplateResult {
  const place = placeOnAxis(context.axis, row.at, 0);
  const tone = isServerFailure(row) ? 'error' : 'cancelled';
  const text = eventSentence(row);
  return html`
    <div class="cell name event-name" role="gridcell" ${indent(row)}>
      <span class="twisty"></span><span class="status tone-${tone}">${icon('end')}</span>
      <span class="who"><span class="server">${row.server}</span></span><span class="event-text ellipsis tone-${tone}" title=${text}>${text}</span>
    </div>
    <div class="cell duration" role="gridcell"></div>
    <div class="cell lane" role="gridcell" aria-hidden="true"><span class="bar end-bar tone-${tone}" ${cssVars({ '--start': percent(place.start), '--length': '0%' })}></span></div>
    <div class="cell size" role="gridcell"></div>
  `;
}

const LEADS: Readonly<Record<ChangeRow['kind'], string>> = {
  workbench: 'Harness',
  harness_changed: 'Compare',
  contract_changed: 'Harness',
  credential_changed: 'Harness',
  frozen: 'Denials',
  thawed: 'Denials',
  checkpoint: 'Harness',
  test_result: 'Harness',
};

const CHANGE_ICONS: Readonly<Record<ChangeRow['kind'], IconName>> = {
  workbench: 'bench',
  harness_changed: 'change',
  contract_changed: 'change',
  credential_changed: 'change',
  frozen: 'frozen',
  thawed: 'thawed',
  checkpoint: 'checkpoint',
  test_result: 'checkpoint',
};

/** Only its link leads away: rows move while calls come in, and a click that missed its call must not leave the tree. */
function changeCells(row: ChangeRow, context: RowContext): TemplateResult {
  const place = placeOnAxis(context.axis, row.at, 0);
  const quiet = row.kind === 'workbench' && !row.changes;
  const text = changeText(row);
  return html`
    <div class="cell name change-name" role="gridcell" ${indent(row)}>
      <span class="twisty"></span><span class="status ${quiet ? 'quiet' : 'tone-change'}">${icon(CHANGE_ICONS[row.kind])}</span>
      <span class="change-text ellipsis ${quiet ? 'quiet' : ''}" title=${text}>${text}</span>
      <span
        class="change-lead" aria-hidden="true"
        @click=${(event: Event) => {
          event.stopPropagation();
          context.dispatch({ type: 'row.opened', index: context.index });
        }}
      >${LEADS[row.kind]}</span>
    </div>
    <div class="cell lane" role="gridcell" aria-hidden="true" title=${formatClock(row.at)}><span class="bar change-bar ${quiet ? 'change-same' : ''}" ${cssVars({ '--start': percent(place.start), '--length': '0%' })}></span></div>
    <div class="cell size" role="gridcell"></div>
  `;
}

function loadingCells(): TemplateResult {
  return html`<div class="cell name" role="gridcell"><span class="bone"></span></div><div class="cell what" role="gridcell"><span class="bone"></span></div>`;
}

function indent(row: TreeRow) {
  return cssVars({ '--indent': String(levelOf(row) - 2) });
}

function twisty(row: TreeRow, { folded, dispatch }: RowContext): TemplateResult {
  if (!foldable(row)) return html`<span class="twisty"></span>`;
  return html`<span
    class="twisty foldable ${folded ? '' : 'open'}" title=${folded ? 'Unfold' : 'Fold'}
    @click=${(event: Event) => {
      event.stopPropagation();
      dispatch({ type: 'row.folded', key: rowKey(row), folded: !folded });
    }}
  >${icon('chevron')}</span>`;
}
