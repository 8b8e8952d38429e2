/** Draws the harness of a session, or one capture of any: its version, what changed since last time, and its parts. */
import { html, nothing, type TemplateResult } from 'lit-html';
import type { CaptureHead, SessionHarness, StoredCapture } from '../daemon/protocol/captures.ts';
import { benchSections } from './benchSections.ts';
import { copyable } from './callOverview.ts';
import { captureBefore, listOf } from './compareChoice.ts';
import { button } from './controls.ts';
import type { DetailEvents } from './detailView.ts';
import { formatMinute } from './figures.ts';
import { foldView, piecesOf } from './foldView.ts';
import { harnessAside } from './harnessAside.ts';
import { harnessSections, type Verified } from './harnessSections.ts';
import { icon } from './icons.ts';
import { readOf } from './readOf.ts';
import type { Section, Tag, Thing } from './sheet.ts';
import { emptySheet, failedRead, loadingRead } from './sheetNotice.ts';
import type { State } from './state.ts';
import { isInEditor } from './vscodeHost.ts';

export interface HarnessEvents extends DetailEvents {
  readonly openFile: (root: string, file: NonNullable<Thing['file']>) => void;
}

export function harnessView(state: State, capture: string | null, events: HarnessEvents): TemplateResult {
  return html`<section class="sheet harness" aria-label="Harness">${content(state, capture, events)}</section>`;
}

function content(state: State, capture: string | null, events: HarnessEvents): TemplateResult {
  const ofSession = state.session === null ? null : readOf(state, { what: 'session', id: state.session });
  const ofCapture = capture === null ? null : readOf(state, { what: 'capture', id: capture });
  const harness = ofSession?.document?.what === 'session' ? ofSession.document.value : null;
  const wanted = ofCapture?.document?.what === 'capture' ? ofCapture.document.value : null;
  if (ofCapture?.status === 'failed') return failedRead('The capture could not be read', ofCapture, events);
  if (capture === null && ofSession?.status === 'failed')
    return failedRead('The harness could not be read', ofSession, events);
  const stored = capture === null ? (harness?.first ?? null) : wanted;
  if (stored !== null) return sheet(state, stored, harness, events);
  if (ofSession !== null && harness === null) return loadingRead('Reading the harness…');
  if (capture !== null && wanted === null) return loadingRead('Reading the capture…');
  return emptySheet({
    title: 'No harness was captured for this session',
    text: `A capture says which instructions, settings, servers, tools and files an agent woke up on. Sessions are captured at their start when the daemon runs.${state.report === null ? ' To take one of the workspace as it is now:' : ''}`,
    command: state.report !== null ? null : isInEditor() ? 'Callgrove: Capture Harness' : 'callgrove harness capture',
    events,
  });
}

function sheet(
  state: State,
  stored: StoredCapture,
  harness: SessionHarness | null,
  events: HarnessEvents,
): TemplateResult {
  const { head, capture } = stored;
  const sections = [
    ...harnessSections(capture.harness, capture.workbench, verifiedOf(state)),
    ...benchSections(capture.workbench),
  ];
  const { root } = capture.workbench.workspace;
  // A capture that was opened by its own address may be of another session.
  const own = harness !== null && head.session_id === harness.session_id ? harness : null;
  return html`
    <header class="sheet-head">
      <div class="sheet-title"><h2>Harness</h2>${copyable(head.harness_id, 'version', events)}</div>
      <p class="quiet ellipsis" title=${root}>${head.agent === 'unknown' ? '' : `${head.agent} in `}${root}, captured ${formatMinute(Date.parse(head.captured_at))}</p>
      ${sinceLine(state, head, own, events)}
    </header>
    <div class="sheet-body">
      <div class="sheet-main">${sections.map((section) => sectionView(section, root, state, events))}</div>
      ${own === null ? nothing : harnessAside(own, head.capture_id, state, events)}
    </div>`;
}

function verifiedOf(state: State): Verified {
  const document = readOf(state, { what: 'verified' })?.document ?? null;
  const verifications = document?.what === 'verified' ? document.value.verifications : [];
  return { verifications, callgrove: state.hello?.version ?? null };
}

function sinceLine(
  state: State,
  head: CaptureHead,
  own: SessionHarness | null,
  { dispatch }: HarnessEvents,
): TemplateResult {
  const { sentence, changes, capture_id, session_id } = head;
  const before = head.compared_with ?? captureBefore(listOf(state), head)?.capture_id ?? null;
  const compare =
    before === null || changes === 0 || state.report !== null
      ? nothing
      : button({
          label: sentence === null ? 'Compare with the one before' : 'Compare',
          look: 'primary',
          name: 'compare-since',
          onPress: () =>
            dispatch({
              type: 'view.chosen',
              view: { view: 'compare', pair: { of: 'captures', a: before, b: capture_id } },
            }),
        });
  if (sentence === null) {
    const why =
      session_id === null
        ? 'Taken outside of any session.'
        : 'The first capture of this agent here: there is none to compare it with.';
    return html`<p class="since since-same">${icon('bench')}<span>${why}</span>${session_id === null ? compare : nothing}</p>`;
  }
  const since = own?.first?.head.capture_id === capture_id ? 'Since last time' : 'Since the capture before';
  return html`<p class="since ${changes === 0 ? 'since-same' : ''}">
    ${icon(changes === 0 ? 'bench' : 'change')}<span><b>${since}:</b> ${sentence}</span>${compare}
  </p>`;
}

function sectionView(
  { key, title, things, total, none, open }: Section,
  root: string,
  state: State,
  events: HarnessEvents,
): TemplateResult {
  const alarms = things.flatMap(({ tags }) => tags).filter(({ tone }) => tone === 'warning' || tone === 'error');
  const [first] = [...alarms].sort((a, b) => Number(b.tone === 'error') - Number(a.tone === 'error'));
  const same = alarms.filter(({ text }) => text === first?.text).length;
  return foldView({
    key,
    title,
    count: total,
    open: open && things.length > 0,
    remark:
      first === undefined ? nothing : tagView({ ...first, text: same > 1 ? `${same} × ${first.text}` : first.text }),
    content:
      things.length === 0
        ? html`<p class="quiet">${none}</p>`
        : piecesOf({
            key: `harness:${key}`,
            list: things,
            total,
            shown: state.moreShown,
            dispatch: events.dispatch,
            draw: (thing) => thingView(thing, root, events),
          }),
  });
}

function thingView({ title, file, tags, about, notes }: Thing, root: string, events: HarnessEvents): TemplateResult {
  const name = html`<b class="thing-title">${title}</b>`;
  const head =
    file !== null && isInEditor()
      ? html`<button class="file-link" type="button" title=${`Open ${file.path}`} @click=${() => events.openFile(root, file)}>${name}</button>`
      : name;
  return html`<div class="thing-head">${head}${tags.map(tagView)}<span class="thing-about quiet">${about}</span></div>
    ${notes.map((note) => html`<p class="thing-note quiet">${note}</p>`)}`;
}

export function tagView({ text, tone, hint }: Tag): TemplateResult {
  return html`<span class="tag tag-${tone}" title=${hint === '' ? nothing : hint}>${text}</span>`;
}
