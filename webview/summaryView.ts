/** Draws a session added up: what it did, what failed, where context and money went, and how to go on. */
import { html, nothing, type TemplateResult } from 'lit-html';
import { EFFECT_NOUNS } from '../daemon/model/callSentence.ts';
import { amountText, measureOf } from '../daemon/model/costText.ts';
import { errorClassText } from '../daemon/model/errorText.ts';
import { recoveryText } from '../daemon/model/recoveryText.ts';
import { runAgainText } from '../daemon/model/resumeText.ts';
import { spelledDirection } from '../daemon/model/spelledDirection.ts';
import type { RepeatedCall, SessionSummary, Share } from '../daemon/protocol/summary.ts';
import { copyable } from './callOverview.ts';
import { button } from './controls.ts';
import { cssVars } from './cssVars.ts';
import { formatCount, formatCounted, formatUsd, UNKNOWN } from './figures.ts';
import { foldView, piecesOf } from './foldView.ts';
import { icon, SESSION_STATES } from './icons.ts';
import type { Intent } from './intent.ts';
import { command } from './linkViews.ts';
import { readOf } from './readOf.ts';
import { emptySheet, failedRead, loadingRead } from './sheetNotice.ts';
import type { State } from './state.ts';

export interface SummaryEvents {
  readonly dispatch: (intent: Intent) => void;
  readonly copy: (text: string, what: string) => void;
}

export function summaryView(state: State, events: SummaryEvents): TemplateResult {
  return html`<section class="sheet session-summary" aria-label="Summary">${content(state, events)}</section>`;
}

function content(state: State, events: SummaryEvents): TemplateResult {
  const read = state.session === null ? null : readOf(state, { what: 'summary', id: state.session });
  if (read?.status === 'failed') return failedRead('The summary could not be read', read, events);
  if (read === null || read.document?.what !== 'summary') return loadingRead('Adding up…');
  const { value } = read.document;
  if (value.session.tool_calls === 0)
    return emptySheet({
      title: 'Nothing to add up yet',
      text: 'The summary says what the session’s tool calls changed, what failed and what they cost. It has none so far.',
      command: null,
      events,
    });
  return html`${head(value)}
    <div class="sheet-body"><div class="sheet-main">
      ${did(value, state, events)}${failures(value, state, events)}${shares(value)}
    </div><aside class="sheet-aside" aria-label="How to go on">${goingOn(value, state, events)}</aside></div>`;
}

function head({ session }: SessionSummary): TemplateResult {
  const look = SESSION_STATES[session.terminal_state];
  const files = session.side_effects_summary;
  const spent = files.spend_incurred_usd;
  return html`<header class="sheet-head">
    <div class="sheet-title"><span class="status tone-${look.tone}">${icon(look.icon)}</span><h2>Summary</h2><span class="quiet">${look.word}</span></div>
    <dl class="sums">
      ${sum('tool calls', session.tool_calls)}${sum('failed', session.failed_calls, 'error')}${sum('denied', session.denied_calls, 'error')}
      ${sum('files created', files.files_created)}${sum('changed', files.files_modified)}${sum('deleted', files.files_deleted)}
      ${files.messages_sent === null ? nothing : sum('messages sent', files.messages_sent)}
      ${files.api_calls_made === null ? nothing : sum('API calls', files.api_calls_made)}
      ${spent === null ? nothing : html`<div class="sum"><dt>spent</dt><dd>${formatUsd(spent)}</dd></div>`}
    </dl>
  </header>`;
}

function sum(name: string, count: number | null, tone?: string): TemplateResult {
  const look = count !== null && count > 0 && tone ? `tone-${tone}` : '';
  return html`<div class="sum ${look}"><dt>${name}</dt><dd>${count === null ? 'not known' : formatCount(count)}</dd></div>`;
}

function toCall(label: string, call_id: string, { session }: State, { dispatch }: SummaryEvents): TemplateResult {
  return button({
    label,
    look: 'icon',
    name: 'link-act',
    content: label,
    onPress: () => session !== null && dispatch({ type: 'call.shown', session_id: session, call_id }),
  });
}

const TAGS = { verified: 'good', observed: 'good', declared: 'plain', inferred: 'warning' } as const;
const TAG_HINTS = {
  verified: 'Looked at afterwards, and nothing else can have done it',
  observed: 'Seen to have happened while the call ran',
  declared: 'The server, its annotations or a catalog say so',
  inferred: 'By names and schemas: a guess',
} as const;

function did(summary: SessionSummary, state: State, events: SummaryEvents): TemplateResult {
  const { effects, unknown_effects } = summary;
  return foldView({
    key: 'effects',
    title: 'What it did',
    count: effects.length,
    open: true,
    content: html`${
      effects.length === 0
        ? html`<p class="quiet">${unknown_effects === 0 ? 'Nothing was changed.' : 'No change is known.'}</p>`
        : piecesOf({
            key: 'effects',
            list: effects,
            total: effects.length,
            shown: state.moreShown,
            dispatch: events.dispatch,
            draw: ({ kind, evidence, count, call_id }) =>
              html`<div class="thing-head"><span class="thing-title">${EFFECT_NOUNS[kind]}</span><span class="tag tag-${TAGS[evidence]}" title=${TAG_HINTS[evidence]}>${evidence}</span><span class="quiet">${formatCounted(count, 'call')}</span>${toCall('First call', call_id, state, events)}</div>`,
          })
    }
    ${unknown_effects === 0 ? nothing : html`<p class="quiet">What ${formatCounted(unknown_effects, 'call')} changed is not known.</p>`}`,
  });
}

function failures({ failures: list }: SessionSummary, state: State, events: SummaryEvents): TemplateResult {
  return foldView({
    key: 'failures',
    title: 'What failed',
    count: list.length,
    open: list.length > 0,
    content:
      list.length === 0
        ? html`<p class="quiet">Nothing failed.</p>`
        : piecesOf({
            key: 'failures',
            list,
            total: list.length,
            shown: state.moreShown,
            dispatch: events.dispatch,
            draw: ({ error_class, failure_class, count, call_id }) =>
              html`<div class="thing-head"><span class="thing-title">${errorClassText({ error_class, auth_cause: null })}</span><code class="quiet">${error_class}</code>${failure_class === null ? nothing : html`<span class="tag tag-warning">${failure_class.replaceAll('_', ' ')}</span>`}<span class="quiet">${formatCounted(count, 'call')}</span>${toCall('First call', call_id, state, events)}</div>`,
          }),
  });
}

const BY = [
  ['server', 'By server'],
  ['tool', 'By tool'],
  ['lane', 'By identity'],
] as const;

function shares({ by, tokenizer }: SessionSummary): TemplateResult {
  const filled = BY.filter(([name]) => by[name].length > 0);
  const inBytes = filled.some(([name]) => measureOf(by[name]) === 'bytes');
  const tables = filled.map(([name, title]) => shareTable(title, by[name]));
  return foldView({
    key: 'shares',
    title: 'Where context and money went',
    count: null,
    open: true,
    content: html`<div class="shares">${tables}</div>
      ${tokenizer === null ? nothing : html`<p class="quiet">Tokens are counted by ${tokenizer}; another model’s may be more or fewer.${inBytes ? ' Pictures, sound and answers too long to count stand in bytes, and the bars are of bytes where there are any.' : ''}</p>`}`,
  });
}

/** Rows that a table shows: what is small is one row. */
const ROWS = 8;

function shareTable(title: string, list: readonly Share[]): TemplateResult {
  const bar = measureOf(list);
  const hasPrice = list.some(({ usd }) => usd !== null);
  const most = Math.max(1, ...list.map((share) => share[bar] ?? 0));
  const sorted = [...list].sort((a, b) => (b[bar] ?? 0) - (a[bar] ?? 0));
  const more = sorted.length - ROWS;
  return html`<table class="share"><caption>${title}</caption>
    <tbody>${sorted.slice(0, ROWS).map((share) => {
      const { name, usd, calls, failed } = share;
      const length = `${Math.round(((share[bar] ?? 0) / most) * 100)}%`;
      return html`<tr><th scope="row" class="ellipsis" title=${spelledDirection(name)}>${spelledDirection(name)}</th>
        <td class="share-bar" aria-hidden="true"><span ${cssVars({ '--length': length })}></span></td>
        <td class="figure amount">${amountText(share, formatCount) ?? UNKNOWN}</td>
        <td class="figure price">${hasPrice ? (usd === null ? '–' : formatUsd(usd)) : nothing}</td>
        <td class="figure quiet counts">${formatCounted(calls, 'call')}${failed > 0 ? html`, <span class="tone-error">${formatCount(failed)} failed</span>` : nothing}</td></tr>`;
    })}</tbody></table>
    ${more > 0 ? html`<p class="quiet">and ${formatCount(more)} smaller</p>` : nothing}`;
}

function goingOn(
  { session, repeats, recovered_by }: SessionSummary,
  { report }: State,
  events: SummaryEvents,
): TemplateResult {
  const { retry, last_good_checkpoint, session_id } = session;
  const calls = (title: string, list: readonly RepeatedCall[], all: readonly string[]) =>
    list.length === 0
      ? nothing
      : html`<h4>${title} <span class="quiet">${formatCount(all.length)}${retry.cut ? ' or more' : ''}</span></h4>
        <ul class="going-on">${list.map((one) => html`<li>${repeatedCall(one, session_id, events)}</li>`)}</ul>`;
  return foldView({
    key: 'going-on',
    title: 'How to go on',
    count: null,
    open: true,
    content: html`<p>${runAgainText(retry.plain_retry_safe)} ${recoveryText(session.recovery_status, recovered_by)}</p>
      <h4>Last good checkpoint</h4>
      <p class="checkpoint-line">${last_good_checkpoint === null ? html`<span class="quiet">None: no call succeeded before the first failure.</span>` : copyable(last_good_checkpoint, 'checkpoint', events)}</p>
      ${calls('Look first', repeats.verify_first, retry.verify_first)}${calls('Done: skip', repeats.skip, retry.skip)}${calls('Safe to repeat', repeats.safe_to_repeat, retry.safe_to_repeat)}
      ${report === null ? command('callgrove show --resume', events) : nothing}`,
  });
}

function repeatedCall(
  { call_id, server, tool, summary }: RepeatedCall,
  session_id: string,
  { dispatch }: SummaryEvents,
): TemplateResult {
  const words = spelledDirection(`${server} · ${tool ?? '?'}`);
  const about = spelledDirection(summary ?? '');
  return html`<span class="ellipsis" title=${`${words} ${about}`}>${spelledDirection(server)} · <b>${spelledDirection(tool ?? '?')}</b> <span class="quiet">${about}</span></span>${button(
    {
      label: `Show ${words}`,
      look: 'icon',
      name: 'link-act',
      content: 'Show',
      onPress: () => dispatch({ type: 'call.shown', session_id, call_id }),
    },
  )}`;
}
