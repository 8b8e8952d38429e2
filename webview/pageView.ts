/** Draws the whole page from the state: the screens and banners of the link, the three panes, the handles between them. */
import { html, nothing, type TemplateResult } from 'lit-html';
import { aboutView } from './aboutView.ts';
import { type CompareEvents, compareView } from './compareView.ts';
import { button } from './controls.ts';
import { cssVars } from './cssVars.ts';
import type { DenialEvents } from './denialCard.ts';
import { denialsView } from './denialsView.ts';
import { type DetailEvents, detailView } from './detailView.ts';
import { type ExportEvents, exportDialog } from './exportDialog.ts';
import { findingsView } from './findingsView.ts';
import { type HarnessEvents, harnessView } from './harnessView.ts';
import { icon } from './icons.ts';
import { banner, type LinkEvents, wholePage } from './linkViews.ts';
import { type PolicyEvents, policyDialog } from './policyDialog.ts';
import { reportHead } from './reportHead.ts';
import { sessionListView } from './sessionListView.ts';
import { splitter } from './splitter.ts';
import { type State, shownSession } from './state.ts';
import { summaryView } from './summaryView.ts';
import { type ToolbarEvents, toolbarView } from './toolbarView.ts';
import { lagText, treeView } from './treeView.ts';
import { viewChoice } from './viewChoice.ts';
import type { RowsInSight } from './virtualRows.ts';

export type PageEvents = DetailEvents &
  LinkEvents &
  ToolbarEvents &
  HarnessEvents &
  CompareEvents &
  DenialEvents &
  PolicyEvents &
  ExportEvents;

/** What is in sight of the page's long lists. */
export interface ListsInSight {
  readonly tree: RowsInSight;
  readonly compared: RowsInSight;
  readonly denials: RowsInSight;
}

/** @param dataMs the moment the data is of: now, or when the link broke, so that nothing grows that is not seen */
export function pageView(
  state: State,
  lists: ListsInSight,
  nowMs: number,
  dataMs: number,
  events: PageEvents,
): TemplateResult {
  return html`${wholePage(state, nowMs, events) ?? panes(state, lists, nowMs, dataMs, events)}
    <div class="sr-only" role="status" aria-live="polite">${state.announcement}</div>`;
}

function panes(state: State, lists: ListsInSight, nowMs: number, dataMs: number, events: PageEvents): TemplateResult {
  const { layout, screen, panes: sizes, link } = state;
  const { dispatch } = events;
  const narrow = layout === 'narrow';
  const { view } = state;
  const detailShown = view.view === 'calls' && (narrow ? screen === 'detail' : state.detailOpen);
  const classes = `page layout-${layout} screen-${screen} ${detailShown ? 'with-detail' : ''} ${link.kind === 'open' ? '' : 'offline'}`;
  const vars = cssVars({
    '--sessions-width': `${sizes.sessions}px`,
    '--detail-width': `${sizes.detailWidth}px`,
    '--detail-height': `${sizes.detailHeight}px`,
  });
  return html`<div class=${classes} ${vars}>
    ${state.report === null ? topBar(state) : reportHead(state.report, shownSession(state), dispatch)}
    ${banner(state, nowMs, events)}
    ${
      state.notice === null
        ? nothing
        : html`<div class="banner" role="alert">${icon('partial')}<span>${state.notice}</span>${button({ label: 'Close', look: 'icon', content: icon('close'), onPress: () => dispatch({ type: 'notice.closed' }) })}</div>`
    }
    ${
      state.done === null
        ? nothing
        : html`<div class="banner banner-done" role="status">${icon('success')}<span>${state.done}</span>${button({ label: 'Close', look: 'icon', content: icon('close'), onPress: () => dispatch({ type: 'notice.closed' }) })}</div>`
    }
    <main class="panes">
      ${state.report !== null || (narrow && screen !== 'sessions') ? nothing : sessionListView(state, nowMs, dispatch)}
      ${
        narrow || state.report !== null
          ? nothing
          : splitter({
              label: 'Width of the sessions',
              name: 'split-sessions',
              orientation: 'vertical',
              px: sizes.sessions,
              minPx: 180,
              maxPx: 520,
              sign: 1,
              onResize: (px) => dispatch({ type: 'pane.resized', pane: 'sessions', px }),
            })
      }
      ${narrow && screen !== 'tree' ? nothing : html`<div class="views">${viewChoice(state, dispatch)}${inFront(state, lists, dataMs, events)}</div>`}
      ${detailShown && !narrow ? detailSplitter(state, events) : nothing}
      ${detailShown ? detailView(state, dataMs, events) : nothing}
    </main>
    ${policyDialog(state.policyAsk, state.policyReason, events)}
    ${exportDialog(state.exporting, events)}
  </div>`;
}

function inFront(
  state: State,
  { tree, compared, denials }: ListsInSight,
  dataMs: number,
  events: PageEvents,
): TemplateResult {
  const { view, report } = state;
  if (view.view === 'about') return report === null ? html`` : aboutView(report, events);
  if (view.view === 'harness') return harnessView(state, view.capture, events);
  if (view.view === 'denials') return denialsView(state, denials, dataMs, events);
  if (view.view === 'summary') return summaryView(state, events);
  if (view.view === 'findings') return findingsView(state, events);
  if (view.view === 'compare') return compareView(state, view.pair, compared, events);
  return html`<section class="calls" aria-label="Calls">${toolbarView(state, events)}${treeView(state, tree, dataMs, events.dispatch)}</section>`;
}

function topBar(state: State): TemplateResult {
  const { link } = state;
  const lag = lagText(state);
  const word = link.kind === 'open' ? 'Live' : link.kind === 'waiting' ? 'Reconnecting' : 'Connecting';
  return html`<header class="topbar">
    <h1 class="brand"><span class="brand-mark">${icon('mark')}</span>Callgrove</h1>
    <span class="spacer"></span>
    ${lag === null ? nothing : html`<span class="quiet" title="Reading the journal is this far behind">${lag}</span>`}
    <span class="link link-${link.kind}" title=${state.hello === null ? '' : `Callgrove ${state.hello.version}`}><span class="dot"></span>${word}</span>
  </header>`;
}

function detailSplitter({ layout, panes }: State, { dispatch }: PageEvents): TemplateResult {
  if (layout === 'wide') {
    return splitter({
      label: 'Width of the details',
      name: 'split-detail',
      orientation: 'vertical',
      px: panes.detailWidth,
      minPx: 280,
      maxPx: 900,
      sign: -1,
      onResize: (px) => dispatch({ type: 'pane.resized', pane: 'detailWidth', px }),
    });
  }
  return splitter({
    label: 'Height of the details',
    name: 'split-detail',
    orientation: 'horizontal',
    px: panes.detailHeight,
    minPx: 140,
    maxPx: 700,
    sign: -1,
    onResize: (px) => dispatch({ type: 'pane.resized', pane: 'detailHeight', px }),
  });
}
