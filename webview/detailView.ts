/** Draws what is known of the selection: a call with its tabs, a gap in the record, or the session as a whole. */
import { html, nothing, type TemplateResult } from 'lit-html';
import { isServerFailure } from '../daemon/model/connectionEnd.ts';
import { goneText } from '../daemon/model/goneText.ts';
import type { CallDetail } from '../daemon/protocol/callDetail.ts';
import { alteredView } from './alteredView.ts';
import { bodyView } from './bodyView.ts';
import { callOverview, copyable, section } from './callOverview.ts';
import { button, progressRing, tabs } from './controls.ts';
import type { DenialEvents } from './denialCard.ts';
import { formatBytes, formatCount, formatDuration, formatMoment } from './figures.ts';
import { framesView } from './framesView.ts';
import { icon, OUTCOMES } from './icons.ts';
import type { Intent } from './intent.ts';
import { eventSentence, gapSentence } from './rowFace.ts';
import { sessionOverview } from './sessionOverview.ts';
import { type DetailState, type State, selectedHead } from './state.ts';
import { serverAndTool } from './treeRowView.ts';

export interface DetailEvents extends DenialEvents {
  readonly dispatch: (intent: Intent) => void;
  readonly copy: (text: string, what: string) => void;
  readonly label: (text: string | null) => void;
  readonly pin: (pinned: boolean) => void;
  readonly exportSession: (session_id: string) => void;
}

export function detailView(state: State, nowMs: number, events: DetailEvents): TemplateResult {
  const { selection } = state;
  return html`<section class="detail" aria-label="Details">
    ${
      selection.kind === 'call'
        ? callDetail(state, nowMs, events)
        : selection.kind === 'gap'
          ? gapDetail(state, selection.gap_id, events)
          : selection.kind === 'event'
            ? eventDetail(state, selection.event_id, events)
            : sessionOverview(state, nowMs, events)
    }
  </section>`;
}

/** The head line of the pane with its way back. */
export function detailHead(
  content: TemplateResult,
  { dispatch }: DetailEvents,
  layout: State['layout'],
): TemplateResult {
  return html`<header class="pane-head detail-head">
    ${content}
    ${button({
      label: layout === 'narrow' ? 'Back to the calls (Escape)' : 'Close the details (Escape)',
      look: 'icon',
      name: 'close-detail',
      content: icon(layout === 'narrow' ? 'back' : 'close'),
      onPress: () => dispatch({ type: 'detail.closed' }),
    })}
  </header>`;
}

function callDetail(state: State, nowMs: number, events: DetailEvents): TemplateResult {
  const head = selectedHead(state);
  const detail = state.detail;
  const call = head ?? detail?.call ?? null;
  const outcome = call?.outcome ?? 'running';
  const startedAt = head?.started_at ?? (detail?.call ? Date.parse(detail.call.timestamp) : nowMs);
  const durationMs = call?.duration_ms ?? (outcome === 'running' && call ? nowMs - startedAt : null);
  const bytes = head ? head.request_bytes + (head.response_bytes ?? 0) : (detail?.call?.output.returned_bytes ?? null);
  const title = html`<div class="detail-title">
    ${call ? html`<span class="status tone-${outcome}">${icon(OUTCOMES[outcome].icon)}</span>` : nothing}
    <h2>${call ? serverAndTool(call.server, call.tool ?? call.method) : 'Call'}</h2>
    ${call ? html`<span class="quiet figures">${formatDuration(durationMs)} · ${formatBytes(bytes)}</span>` : nothing}
  </div>`;
  return html`${detailHead(title, events, state.layout)}${detail === null ? nothing : callBody(state, detail, nowMs, events)}`;
}

function callBody(state: State, detail: DetailState, nowMs: number, events: DetailEvents): TemplateResult {
  if (detail.detail === null) {
    return detail.status === 'failed'
      ? html`<div class="notice" role="alert"><h3>The details could not be read</h3><p class="quiet">${detail.failure}</p>
          ${button({ label: 'Try again', onPress: () => events.dispatch({ type: 'detail.retried' }) })}</div>`
      : html`<div class="notice">${progressRing('Loading details')}<p class="quiet">Reading the call…</p></div>`;
  }
  const { detail: read } = detail;
  const { altered } = read;
  const failed = read.error !== null;
  const missing = (state.tab === 'error' && !failed) || (state.tab === 'altered' && altered === null);
  const active = missing ? 'overview' : state.tab;
  return tabs({
    label: 'Details of the call',
    active,
    onChange: (tab) => events.dispatch({ type: 'tab.chosen', tab }),
    tabs: [
      { id: 'overview', label: 'Overview', view: () => callOverview(state, detail, nowMs, events) },
      {
        id: 'arguments',
        label: 'Arguments',
        view: () =>
          bodyView(
            {
              text: read.arguments,
              name: 'arguments',
              truncated: false,
              gone: goneOr(read, 'request', 'No arguments were sent.'),
            },
            events,
          ),
      },
      {
        id: 'result',
        label: 'Result',
        view: () =>
          bodyView(
            { text: read.result, name: 'result', truncated: read.result_truncated, gone: resultGone(state, detail) },
            events,
          ),
      },
      ...(failed
        ? [
            {
              id: 'error' as const,
              label: 'Error',
              view: () => bodyView({ text: read.error, name: 'error', truncated: false, gone: '' }, events),
            },
          ]
        : []),
      ...(altered === null
        ? []
        : [{ id: 'altered' as const, label: 'Altered', view: () => alteredView(altered, detail.call, events) }]),
      { id: 'frames', label: 'Frames', count: read.frames.length, view: () => framesView(detail, events) },
    ],
  });
}

function resultGone(state: State, detail: DetailState): string {
  const outcome = selectedHead(state)?.outcome ?? detail.call?.outcome;
  if (outcome === 'running') return 'No answer yet. It shows here when it comes.';
  if (outcome === 'lost') return 'No answer was seen. The request may have reached the server.';
  const otherwise = outcome === 'error' ? 'The call failed: see Error.' : 'There was no result.';
  return detail.detail === null ? otherwise : goneOr(detail.detail, 'response', otherwise);
}

/** Why a side is not shown: its bytes are gone, or what else there is to say. */
function goneOr(read: CallDetail, role: 'request' | 'response', otherwise: string): string {
  return goneText({ gone: read.gone.filter((side) => side.role === role) }) || otherwise;
}

function gapDetail(state: State, gapId: string, events: DetailEvents): TemplateResult {
  const row = state.tree.rows?.byKey.get(gapId);
  const title = html`<div class="detail-title"><span class="status tone-warning">${icon('gap')}</span><h2>Gap in the record</h2></div>`;
  return html`${detailHead(title, events, state.layout)}
    <div class="pad prose">
      <p>${row?.kind === 'gap' ? gapSentence(row) : 'This part of the traffic was not recorded.'}</p>
      <p class="quiet">The traffic itself went through: the agent and the server noticed nothing. Calls whose request or answer stood in the gap may look lost or are missing here.</p>
    </div>`;
}

function eventDetail(state: State, eventId: string, events: DetailEvents): TemplateResult {
  const row = state.tree.rows?.byKey.get(eventId);
  const event = row?.kind === 'event' ? row : null;
  const tone = event && isServerFailure(event) ? 'error' : 'cancelled';
  const title = html`<div class="detail-title"><span class="status tone-${tone}">${icon('end')}</span><h2>${event ? event.server : 'Server'} disconnected</h2></div>`;
  if (event === null) return html`${detailHead(title, events, state.layout)}`;
  const { exit } = event;
  return html`${detailHead(title, events, state.layout)}
    <div class="overview">
      <div class="outcome tone-${tone}"><b>${eventSentence(event)}</b></div>
      ${event.lost_calls === 0 ? nothing : html`<p class="quiet">Requests that were open then have no answer. They may have been carried out.</p>`}
      ${section('End', [
        ['At', formatMoment(event.at)],
        ['Exit code', exit?.code == null ? null : String(exit.code)],
        ['Signal', exit?.signal ?? null],
        ['Not started', exit?.error ?? null],
        ['Asked for', event.stopped ? 'yes: it had been told to stop' : null],
        ['Requests lost', event.lost_calls === 0 ? null : formatCount(event.lost_calls)],
      ])}
      ${section('Ids', [['Connection', copyable(event.connection_id, 'connection', events)]])}
    </div>`;
}
