/** Draws the call tree of the chosen session: heading with the time scale, the session's own row, and the rows in sight. */
import { html, nothing, type TemplateResult } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import { sessionFace } from '../daemon/model/sessionFace.ts';
import { rowKey } from '../daemon/protocol/feed.ts';
import { button } from './controls.ts';
import { cssVars } from './cssVars.ts';
import { formatBytes, formatCount, formatCounted, formatDuration } from './figures.ts';
import { icon, SESSION_STATES } from './icons.ts';
import type { Intent } from './intent.ts';
import { TREE_KEYS } from './keys.ts';
import { rowAt, type State, shownSession } from './state.ts';
import { type Axis, axisAround, axisTicks, type LabelledTick, labelled, percent, type Tick } from './timeAxis.ts';
import { treeNotice } from './treeNotice.ts';
import { treeRowView } from './treeRowView.ts';
import type { RowsInSight } from './virtualRows.ts';

/** Marks on the time scale at most. */
const TICKS = 4;

export function treeView(
  state: State,
  inSight: RowsInSight,
  nowMs: number,
  dispatch: (intent: Intent) => void,
): TemplateResult {
  const { tree } = state;
  const total = tree.rows?.total ?? 0;
  const { items, heightPx } = inSight;
  const axis = axisOf(state, nowMs);
  const ticks = axisTicks(axis, TICKS, tree.rows?.axis.from ?? axis.from);
  const notice = treeNotice(state, dispatch);
  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (!TREE_KEYS.has(event.key)) return;
    event.preventDefault();
    dispatch({ type: 'tree.key', key: event.key, pageRows: inSight.last - inSight.first + 1 });
  };
  return html`
    <div
      class="tree ${tree.stale ? 'stale' : ''}" role="treegrid" tabindex="0" aria-label="Calls of the session" aria-rowcount=${total + 1}
      aria-busy=${String(tree.rows === null || tree.stale)} aria-activedescendant=${`row-${tree.cursor.index < 0 ? 'session' : tree.cursor.index}`}
      @keydown=${onKey}
    >
      <div class="tree-grid" aria-hidden="true"><div class="cell lane">${ticks.map(gridLine)}</div></div>
      <div class="tree-head" aria-hidden="true">
        <div class="cell name">Call</div>
        <div class="cell what">Arguments</div>
        <div class="cell duration">Time</div>
        <div class="cell lane scale">${labelled(ticks).map(mark)}</div>
        <div class="cell size">Size</div>
      </div>
      ${sessionRow(state, nowMs, dispatch)}
      <div class="rows-height" ${cssVars({ '--rows-height': `${heightPx}px` })}></div>
      <div class="rows" role="rowgroup">
        ${repeat(
          items,
          (item) => item.slot,
          (item) => {
            const row = rowAt(tree.rows, item.index);
            const key = row === null ? null : rowKey(row);
            return treeRowView(row, {
              index: item.index,
              topPx: item.topPx,
              axis,
              nowMs,
              total,
              dispatch,
              cursor: tree.cursor.index === item.index,
              selected: key !== null && isSelected(state, key),
              folded: key !== null && tree.collapsed.has(key),
            });
          },
        )}
      </div>
      ${notice}
    </div>
    ${newPill(state, dispatch)}
  `;
}

function isSelected({ selection }: State, key: string): boolean {
  switch (selection.kind) {
    case 'session':
      return false;
    case 'call':
      return key === selection.call_id;
    case 'gap':
      return key === selection.gap_id;
    default:
      return key === selection.event_id;
  }
}

function sessionRow(state: State, nowMs: number, dispatch: (intent: Intent) => void): TemplateResult | typeof nothing {
  const head = shownSession(state);
  if (head === null) return nothing;
  const { session } = head;
  const look = SESSION_STATES[session.terminal_state];
  const counts = [
    formatCounted(head.calls, 'call'),
    session.failed_calls > 0 ? `${formatCount(session.failed_calls)} failed` : null,
    head.running_calls > 0 ? `${formatCount(head.running_calls)} running` : null,
    formatCounted(head.servers.length, 'server'),
  ].filter((part) => part !== null);
  const start = Date.parse(session.started_at);
  const end =
    session.ended_at === null
      ? session.terminal_state === 'running'
        ? nowMs
        : head.last_at
      : Date.parse(session.ended_at);
  return html`<div
    class="row row-session ${state.tree.cursor.index < 0 ? 'cursor' : ''}" role="row" id="row-session" aria-level="1" aria-rowindex="1" aria-expanded="true"
    aria-selected=${String(state.selection.kind === 'session')} aria-label=${`Session ${sessionFace(head).title}, ${look.word}, ${counts.join(', ')}`}
    @click=${() => dispatch({ type: 'row.opened', index: -1 })}
  >
    <div class="cell name" role="gridcell">
      <span class="status tone-${look.tone}" title=${look.word}>${icon(look.icon)}</span>
      <span class="ellipsis"><b>${sessionFace(head).title}</b></span>
    </div>
    <div class="cell what quiet" role="gridcell"><span class="ellipsis">${counts.join(' · ')}</span></div>
    <div class="cell duration" role="gridcell">${formatDuration(Math.max(0, end - start))}</div>
    <div class="cell lane" role="gridcell" aria-hidden="true"><span class="bar session-bar ${session.terminal_state === 'running' ? 'live' : ''}"></span></div>
    <div class="cell size" role="gridcell"></div>
  </div>`;
}

/** The session's axis, stretched to now while something runs; or the axis of the rows in sight. */
function axisOf(state: State, nowMs: number): Axis {
  const { rows, visible } = state.tree;
  if (rows === null) return { from: nowMs - 1000, to: nowMs };
  const live = (shownSession(state)?.running_calls ?? 0) > 0;
  if (state.scale === 'view') {
    const spans: { startMs: number; endMs: number }[] = [];
    for (let index = visible.first; index <= visible.last; index++) {
      const row = rowAt(rows, index);
      if (row?.kind !== 'call') continue;
      const { started_at, duration_ms, outcome } = row.call;
      spans.push({ startMs: started_at, endMs: outcome === 'running' ? nowMs : started_at + (duration_ms ?? 0) });
    }
    const around = axisAround(spans);
    if (around) return around;
  }
  return { from: rows.axis.from, to: Math.max(rows.axis.to, live ? nowMs : rows.axis.from + 1) };
}

/** The style sheet knows how wide the lane is. */
function mark({ at, label, wide, narrow }: LabelledTick): TemplateResult {
  return html`<span class="tick wide-${wide} narrow-${narrow}" ${cssVars({ '--at': percent(at) })}>${label}</span>`;
}

/** One line behind all rows: drawn per row, the scale would be painted forty times whenever it moves. */
function gridLine(tick: Tick): TemplateResult {
  return html`<span class="grid-line" ${cssVars({ '--at': percent(tick.at) })}></span>`;
}

function newPill(state: State, dispatch: (intent: Intent) => void): TemplateResult | typeof nothing {
  const { tree } = state;
  const fresh = (tree.rows?.total ?? 0) - tree.totalAtPause;
  if (tree.follow || tree.rows === null || tree.totalAtPause === 0 || fresh <= 0) return nothing;
  return html`<div class="pill">${button({
    label: `${formatCount(fresh)} new: go to the end and follow`,
    look: 'primary',
    name: 'new-rows',
    content: html`<span class="follow-face">${icon('follow')}${formatCount(fresh)} new</span>`,
    onPress: () => dispatch({ type: 'follow.set', follow: true }),
  })}</div>`;
}

/** Bytes of what is waiting to be read, in words; null where reading keeps up. */
export function lagText(state: State): string | null {
  const { journal_bytes, second_stage_calls } = state.lag;
  if (journal_bytes > 1_000_000) return `${formatBytes(journal_bytes)} behind`;
  return second_stage_calls > 500 ? `${formatCount(second_stage_calls)} summaries behind` : null;
}
