/** Draws what is worth a look in the session that is shown: by severity, each with its kind in words and its call. */
import { html, nothing, type TemplateResult } from 'lit-html';
import { FINDING_WORDS } from '../daemon/model/findingText.ts';
import type { Finding } from '../daemon/protocol/trail.ts';
import { button } from './controls.ts';
import { formatCounted, formatMinute } from './figures.ts';
import { piecesOf } from './foldView.ts';
import { bySeverity, findingView } from './harnessAside.ts';
import { readOf } from './readOf.ts';
import { emptySheet, failedRead, loadingRead } from './sheetNotice.ts';
import type { State } from './state.ts';
import type { SummaryEvents } from './summaryView.ts';

export function findingsView(state: State, events: SummaryEvents): TemplateResult {
  return html`<section class="sheet findings" aria-label="Findings">${content(state, events)}</section>`;
}

function content(state: State, events: SummaryEvents): TemplateResult {
  if (state.report !== null) return list(state.report.findings, state, events);
  const read = state.session === null ? null : readOf(state, { what: 'summary', id: state.session });
  if (read?.status === 'failed') return failedRead('The findings could not be read', read, events);
  if (read === null || read.document?.what !== 'summary') return loadingRead('Reading the findings…');
  return list(read.document.value.findings, state, events);
}

function list(findings: readonly Finding[], state: State, events: SummaryEvents): TemplateResult {
  if (findings.length === 0)
    return emptySheet({
      title: 'Nothing out of the ordinary',
      text: 'Repeated calls that must not be repeated, servers that do other than they say, tools that changed, authority that came with a repository: such things would stand here with their evidence.',
      command: null,
      events,
    });
  const of = (severity: Finding['severity']) => findings.filter((one) => one.severity === severity).length;
  const counts = [
    formatCounted(of('error'), 'error'),
    formatCounted(of('warning'), 'warning'),
    formatCounted(of('info'), 'note'),
  ].filter((text) => !text.startsWith('0'));
  return html`<header class="sheet-head">
      <div class="sheet-title"><h2>Findings</h2><span class="quiet">${counts.join(' · ')}</span></div>
    </header>
    <div class="sheet-main findings-list">${piecesOf({
      key: 'all-findings',
      list: bySeverity(findings),
      total: findings.length,
      shown: state.moreShown,
      dispatch: events.dispatch,
      draw: (finding) => findingLine(finding, events),
    })}</div>`;
}

function findingLine(finding: Finding, { dispatch }: SummaryEvents): TemplateResult {
  const { kind, call_id, session_id, since } = finding;
  return html`<div class="thing-head"><b>${FINDING_WORDS[kind]}</b><code class="quiet">${kind}</code><span class="quiet">${formatMinute(Date.parse(since))}</span></div>
    ${findingView(finding)}
    ${
      call_id === null
        ? nothing
        : html`<div class="thing-acts">${button({ label: 'Show the call', look: 'icon', name: 'link-act', content: 'Show the call', onPress: () => dispatch({ type: 'call.shown', session_id, call_id }) })}</div>`
    }`;
}
