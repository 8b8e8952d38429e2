/** Draws two runs side by side: where they part and what could explain it, then their workbenches or their calls. */
import { html, nothing, type TemplateResult } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import { callCounts, equalCalls, unexplained } from '../daemon/model/comparisonText.ts';
import { sessionFace } from '../daemon/model/sessionFace.ts';
import type { RunComparison } from '../daemon/protocol/comparison.ts';
import { Outcome } from '../daemon/protocol/record.ts';
import { shownHead } from './comparedHeads.ts';
import {
  type ComparedLine,
  comparedLines,
  headText,
  lineSentence,
  partingLine,
  type ShownHead,
  type ShownHeads,
} from './comparedLines.ts';
import { button, tabs } from './controls.ts';
import { cssVars } from './cssVars.ts';
import { type DifferencesEvents, differencesView } from './differencesView.ts';
import { formatDuration } from './figures.ts';
import { icon, OUTCOMES } from './icons.ts';
import { COMPARED_KEYS } from './keys.ts';
import type { RunsTab, State } from './state.ts';
import type { RowsInSight } from './virtualRows.ts';

export function runsView(
  state: State,
  comparison: RunComparison,
  inSight: RowsInSight,
  events: DifferencesEvents,
): TemplateResult {
  const { diff } = comparison;
  return html`${partingView(state, comparison, events)}
    ${tabs<RunsTab>({
      label: 'What differs',
      active: state.runsTab,
      onChange: (tab) => events.dispatch({ type: 'runsTab.chosen', tab }),
      tabs: [
        {
          id: 'workbench',
          label: 'Workbench',
          count: diff.harness.length,
          view: () => workbenchTab(state, comparison, events),
        },
        {
          id: 'runs',
          label: 'Calls',
          count: diff.calls.filter(({ status }) => status !== 'equal').length,
          view: () => callsTab(state, comparison, inSight, events),
        },
      ],
    })}`;
}

function workbenchTab(
  state: State,
  { diff, harness_missing }: RunComparison,
  events: DifferencesEvents,
): TemplateResult {
  if (harness_missing !== null) return html`<p class="pad tone-warning">${harness_missing}</p>`;
  if (diff.harness.length === 0) return html`<p class="pad">Same workbench: nothing that was captured differs.</p>`;
  return html`<div class="compare-scroll">${differencesView({ differences: diff.harness, a: diff.a, b: diff.b, shown: state.moreShown }, events)}</div>`;
}

function partingView(state: State, comparison: RunComparison, { dispatch }: DifferencesEvents): TemplateResult {
  const { diff, heads, harness_missing } = comparison;
  const first = diff.first_divergence;
  const counts = html`<p class="quiet">Calls: ${callCounts(diff.calls)}.</p>`;
  if (first === null)
    return html`<div class="parting parting-none"><p><b>The runs do not part.</b> ${diff.calls.length === 0 ? '' : 'Every call of one has its equal in the other.'}</p>${counts}</div>`;
  const head = (first.b === null ? undefined : heads[first.b]) ?? (first.a === null ? undefined : heads[first.a]);
  const at = partingLine(comparedLines(comparison, state.unfolded));
  const show = (label: string, session_id: string, call_id: string | null) =>
    call_id === null
      ? nothing
      : button({ label, onPress: () => dispatch({ type: 'call.shown', session_id, call_id }) });
  return html`<div class="parting">
    <div class="parting-head">
      <p class="parting-where"><b>Where they part:</b> <span title=${headText(head ?? 'gone')}>${headText(head ?? 'gone')}</span></p>
      <div class="thing-acts">
        ${show('Open in A', diff.a, first.a)}${show('Open in B', diff.b, first.b)}
        ${at < 0 ? nothing : button({ label: 'Show in the list', name: 'show-parting', onPress: () => dispatch({ type: 'compared.moved', index: at }) })}
      </div>
    </div>
    ${
      first.explained_by.length === 0
        ? html`<p class="quiet">${unexplained(harness_missing)}</p>`
        : html`<p class="quiet">What could explain it, likeliest first:</p>
          <ol class="reasons">${first.explained_by.slice(0, 5).map(({ item, reason }) => html`<li><b>${item}</b> <span>${reason}</span></li>`)}</ol>`
    }
    ${counts}
  </div>`;
}

function callsTab(
  state: State,
  comparison: RunComparison,
  { items, heightPx, first, last }: RowsInSight,
  { dispatch }: DifferencesEvents,
): TemplateResult {
  const lines = comparedLines(comparison, state.unfolded);
  if (lines.length === 0) return html`<p class="pad quiet">Neither run called a tool.</p>`;
  const onKey = (event: KeyboardEvent) => {
    if (!COMPARED_KEYS.has(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    dispatch({ type: 'compared.key', key: event.key, shift: event.shiftKey, pageRows: last - first + 1 });
  };
  const name = (id: string) => {
    const head = state.sessions.get(id);
    const title = head ? sessionFace(head).title : id;
    return html`<span class="quiet" title=${title}>${title}</span>`;
  };
  const { diff } = comparison;
  return html`<div class="compared-head" aria-hidden="true"><span></span><span class="ellipsis">A ${name(diff.a)}</span><span class="ellipsis">B ${name(diff.b)}</span></div>
    <div
      class="compared" role="listbox" tabindex="0" aria-label="Calls of both runs. Enter opens the call of B, Shift and Enter that of A; equal calls are unfolded by it."
      aria-activedescendant=${state.comparedAt < 0 ? nothing : `compared-${state.comparedAt}`} @keydown=${onKey}
    >
      <div class="rows-height" ${cssVars({ '--rows-height': `${heightPx}px` })}></div>
      <div class="compared-rows">
        ${repeat(
          items,
          ({ slot }) => slot,
          ({ index, topPx }) => {
            const line = lines[index];
            return line === undefined
              ? nothing
              : lineView(state, comparison, line, index, topPx, lines.length, dispatch);
          },
        )}
      </div>
    </div>`;
}

const MARKS = { equal: '=', changed: '~', only_a: '−', only_b: '+' } as const;

function lineView(
  state: State,
  comparison: RunComparison,
  line: ComparedLine,
  index: number,
  topPx: number,
  total: number,
  dispatch: DifferencesEvents['dispatch'],
): TemplateResult {
  const cursor = index === state.comparedAt;
  const status = line.kind === 'fold' ? 'equal' : line.call.status;
  const shown = line.kind === 'call' ? headsOf(state, comparison, line) : null;
  return html`<div
    class="compared-line line-${line.kind} status-${status} ${line.kind === 'call' && line.parts ? 'parts' : ''} ${line.kind === 'fold' && line.open ? 'open' : ''} ${cursor ? 'cursor' : ''}"
    role="option" id=${`compared-${index}`} aria-selected=${String(cursor)} aria-posinset=${index + 1} aria-setsize=${total}
    aria-label=${lineSentence(line, shown)} ${cssVars({ '--row-top': `${topPx}px` })}
    @click=${() => dispatch(line.kind === 'fold' ? { type: 'compared.folded', key: line.key, open: !line.open } : { type: 'compared.moved', index })}
  >${lineCells(line, shown, comparison.diff, dispatch)}</div>`;
}

function headsOf(state: State, comparison: RunComparison, line: Extract<ComparedLine, { kind: 'call' }>): ShownHeads {
  const of = (side: 'a' | 'b') => shownHead(state, comparison, line, side);
  return { a: of('a'), b: of('b') };
}

function lineCells(
  line: ComparedLine,
  shown: ShownHeads | null,
  diff: RunComparison['diff'],
  dispatch: DifferencesEvents['dispatch'],
): TemplateResult {
  if (line.kind === 'fold')
    return html`<span class="line-mark">=</span><span class="line-fold quiet"><span class="fold-mark">${icon('chevron')}</span>${equalCalls(line.count)}</span>`;
  if (line.kind === 'aspect') {
    const { name, a, b } = line.aspect;
    if (a === null) return html`<span class="line-mark"></span><span class="line-fold quiet">${name}</span>`;
    return html`<span class="line-mark"></span>
      <span class="line-side side-a ellipsis" title=${a}><span class="quiet">${name}</span> ${a}</span>
      <span class="line-side side-b ellipsis" title=${b ?? ''}><span class="quiet aspect-again">${name}</span> ${b}</span>`;
  }
  const { call, parts } = line;
  const side = (name: 'a' | 'b', id: string | null, head: ShownHead | null, session_id: string) =>
    id === null || head === null
      ? html`<span class="line-side side-${name}"></span>`
      : html`<span class="line-side side-${name}" title=${headText(head)} @dblclick=${() => dispatch({ type: 'call.shown', session_id, call_id: id })}>${callFace(head)}</span>`;
  return html`<span class="line-mark" title=${parts ? 'Here the runs part' : ''}>${MARKS[call.status]}</span>
    ${side('a', call.a, shown?.a ?? null, diff.a)}${side('b', call.b, shown?.b ?? null, diff.b)}`;
}

function callFace(head: ShownHead): TemplateResult {
  if (typeof head === 'string') return html`<span class="quiet">${headText(head)}</span>`;
  const parsed = Outcome.safeParse(head.outcome);
  const outcome = parsed.success ? parsed.data : null;
  return html`${outcome === null ? nothing : html`<span class="status tone-${outcome}" title=${OUTCOMES[outcome].word}>${icon(OUTCOMES[outcome].icon)}</span>`}
    <b>${head.tool}</b><span class="line-summary ellipsis quiet">${head.summary ?? ''}</span><span class="line-time quiet">${formatDuration(head.duration_ms)}</span>`;
}
