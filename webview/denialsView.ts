/** Draws what policy refused in the session that is shown, or would have: how it judges, what is frozen, list and card. */
import { html, nothing, type TemplateResult } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import { decisionText, denialCounts, frozenText, reasonText } from '../daemon/model/denialText.ts';
import { drawCanonical, visible } from '../daemon/model/drawnPath.ts';
import { spelledDirection } from '../daemon/model/spelledDirection.ts';
import type { Denial, PolicyState } from '../daemon/protocol/denial.ts';
import { button } from './controls.ts';
import { cssVars } from './cssVars.ts';
import { type DenialCard, type DenialEvents, denialCard, drawn } from './denialCard.ts';
import { DENIAL_KEYS, denialAt, onceOf, shownDenials, shownPolicy, wouldBeRefused } from './denialList.ts';
import { formatClock, formatMinute } from './figures.ts';
import { freezeServer } from './freezeServer.ts';
import { icon } from './icons.ts';
import { lanesView } from './lanesView.ts';
import { onceRemark } from './onceRemark.ts';
import { askFreeze, askMode, askThaw, type PolicyAsk } from './policyAsk.ts';
import { readOf } from './readOf.ts';
import { emptySheet, failedRead, loadingRead } from './sheetNotice.ts';
import { type State, shownSession } from './state.ts';
import type { RowsInSight } from './virtualRows.ts';

export function denialsView(state: State, inSight: RowsInSight, nowMs: number, events: DenialEvents): TemplateResult {
  const denials = shownDenials(state);
  const policy = shownPolicy(state);
  return html`<section class="sheet denials" aria-label="Denials">
    <header class="sheet-head">
      <div class="sheet-title"><h2>Denials</h2><span class="quiet">${counts(denials, state)}</span></div>
      ${policy === null ? nothing : modeLine(policy, denials, events)}
      ${policy === null ? nothing : problems(policy)}
      ${freezes(policy, state, events)}
    </header>
    ${content(state, denials, policy, inSight, nowMs, events)}
  </section>`;
}

function counts(denials: readonly Denial[], state: State): string {
  const denied = denials.filter(({ decision }) => decision === 'deny').length;
  const older = (shownSession(state)?.denials ?? 0) - denials.length;
  return [denialCounts(denials.length, denied), older > 0 ? `${older} older: callgrove show` : '']
    .filter((text) => text !== '')
    .join(' · ');
}

function modeLine({ policy }: PolicyState, denials: readonly Denial[], events: DenialEvents): TemplateResult {
  const mode = policy.user.mode ?? 'observe';
  const other = mode === 'observe' ? 'enforce' : 'observe';
  return html`<p class="policy-line">
    <span><b>${mode === 'observe' ? 'Observing' : 'Enforcing'}</b> <span class="quiet">${mode === 'observe' ? 'what policy has something against is told, and goes on' : 'what policy has something against never reaches the server'}</span></span>
    ${asking(mode === 'observe' ? 'Enforce…' : 'Only observe…', 'act-mode', askMode(other, { server: null, rule: null }, wouldBeRefused(denials, null)), events)}
  </p>`;
}

function problems({ problems: list }: PolicyState): TemplateResult | typeof nothing {
  if (list.length === 0) return nothing;
  return html`<div class="warning" role="alert">${list.map((text) => html`<p>${visible(text)}</p>`)}<p class="quiet">What counted before goes on counting.</p></div>`;
}

/** What is frozen, to thaw, and what of this session may be frozen. */
function freezes(policy: PolicyState | null, state: State, events: DenialEvents): TemplateResult {
  const held = policy?.freezes ?? [];
  const head = shownSession(state);
  const isHeld = (kind: 'server' | 'session', target: string) =>
    held.some((one) => one.kind === kind && one.target === target);
  return html`<div class="freezes">
    ${held.map(
      (freeze) =>
        html`<p class="frozen-line" role="status">${icon('frozen')}<span><b>Frozen: ${visible(frozenText(freeze))}</b> <span class="quiet">by ${freeze.by}, ${formatMinute(Date.parse(freeze.at))}${freeze.reason === null ? '' : `: ${visible(freeze.reason)}`}</span></span>${asking('Thaw…', 'act-thaw', askThaw(freeze), events)}</p>`,
    )}
    ${
      head === null || state.report !== null
        ? nothing
        : html`<div class="freeze-acts" role="group" aria-label="Freeze">
            ${isHeld('session', head.session.session_id) ? nothing : asking('Freeze session…', 'act-freeze-session', askFreeze({ kind: 'session', target: head.session.session_id }), events)}
            ${head.servers
              .filter((server) => !isHeld('server', server))
              .slice(0, SERVERS)
              .map((server) => freezeServer(server, events))}
          </div>`
    }
    ${lanesView(state, held, events)}
  </div>`;
}

/** More have the command line: a row of buttons is for few. */
const SERVERS = 6;

function asking(label: string, name: string, ask: PolicyAsk, { dispatch }: DenialEvents): TemplateResult {
  return button({ label, name, onPress: () => dispatch({ type: 'policy.asked', ask }) });
}

function content(
  state: State,
  denials: readonly Denial[],
  policy: PolicyState | null,
  inSight: RowsInSight,
  nowMs: number,
  events: DenialEvents,
): TemplateResult {
  const read = state.session === null ? null : readOf(state, { what: 'denials', id: state.session });
  if (read?.status === 'failed') return failedRead('The denials could not be read', read, events);
  if (read === null || read.document === null) return loadingRead('Reading the denials…');
  if (denials.length === 0)
    return emptySheet({
      title: 'Nothing was denied',
      text: `No call of this session reached where policy keeps it from, and none used a tool that is not allowed.${state.report === null ? ' What counts, with where each rule comes from:' : ''}`,
      command: state.report === null ? 'callgrove policy show' : null,
      events,
    });
  const at = denialAt(state, denials);
  const shown = denials[at];
  return html`<div class="denials-body">
    ${list(state, denials, at, inSight, events)}
    <div class="denials-card">${shown === undefined ? nothing : denialCard({ denial: shown, once: onceOf(state, shown.call_id), refused: wouldBeRefused(denials, shown.server), nowMs }, policy, events)}</div>
  </div>`;
}

function list(
  state: State,
  denials: readonly Denial[],
  at: number,
  { items, heightPx, first, last }: RowsInSight,
  { dispatch }: DenialEvents,
): TemplateResult {
  const onKey = (event: KeyboardEvent) => {
    if (!DENIAL_KEYS.has(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    dispatch({ type: 'denials.key', key: event.key, pageRows: last - first + 1 });
  };
  return html`<div
    class="denial-list" role="listbox" tabindex="0" aria-label="Denials, the newest first. Enter opens the call."
    aria-activedescendant=${at < 0 ? nothing : `denial-${at}`} @keydown=${onKey}
  >
    <div class="rows-height" ${cssVars({ '--rows-height': `${heightPx}px` })}></div>
    <div class="denial-rows">
      ${repeat(
        items,
        ({ slot }) => slot,
        ({ index, topPx }) => {
          const denial = denials[index];
          return denial === undefined
            ? nothing
            : row(
                { denial, once: onceOf(state, denial.call_id) },
                { index, topPx, total: denials.length, cursor: index === at },
                dispatch,
              );
        },
      )}
    </div>
  </div>`;
}

function row(
  { denial, once }: Pick<DenialCard, 'denial' | 'once'>,
  { index, topPx, total, cursor }: { index: number; topPx: number; total: number; cursor: boolean },
  dispatch: DenialEvents['dispatch'],
): TemplateResult {
  const { decision, reason, server, tool, call_id, session_id, input_summary: summary } = denial;
  const path = denial.paths.find((one) => one.reason !== null) ?? null;
  const to = path?.canonical ?? null;
  const mark = onceRemark({ denial, once, call_id });
  const words = [`${decisionText(denial)}: ${reasonText(reason)}`, mark?.text]
    .filter((text) => text !== undefined)
    .join(', ');
  return html`<div
    class="denial-row ${cursor ? 'cursor' : ''}" role="option" id=${`denial-${index}`} aria-selected=${String(cursor)}
    aria-posinset=${index + 1} aria-setsize=${total} ${cssVars({ '--row-top': `${topPx}px` })}
    @click=${() => dispatch({ type: 'view.chosen', view: { view: 'denials', call: call_id } })}
    @dblclick=${() => dispatch({ type: 'call.shown', session_id, call_id })}
  >
    <span class="status tone-${decision === 'deny' ? 'error' : 'warning'}" title=${decisionText(denial)}>${icon(decision === 'deny' ? 'denied' : 'partial')}<span class="sr-only">${decisionText(denial)}:</span></span>
    <span class="denial-tool ellipsis" title=${spelledDirection(`${server} · ${tool ?? ''}`)}><b>${spelledDirection(tool ?? 'request')}</b><span class="sr-only"> on ${spelledDirection(server)}</span></span>
    <span class="denial-why" title=${words}><span class="ellipsis">${reasonText(reason)}</span>${mark === null ? nothing : html`<span class="remark remark-plain">${mark.short}</span>`}</span>
    <code class="denial-path ellipsis" title=${to ?? ''}>${to === null ? visible(path?.requested ?? '') : drawn(drawCanonical(to, summary?.allowed_root ?? null))}</code>
    <time class="quiet">${formatClock(Date.parse(denial.at)).replace(/\.\d+$/, '')}</time>
  </div>`;
}
