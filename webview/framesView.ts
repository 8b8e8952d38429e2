/** Draws a call's frames: who sent what when, its redacted text, and the raw bytes behind an explicit question. */
import { html, nothing, type TemplateResult } from 'lit-html';
import type { CallDetail } from '../daemon/protocol/callDetail.ts';
import { bodyView } from './bodyView.ts';
import { button, progressRing } from './controls.ts';
import { formatBytes, formatClock, formatCount, formatCounted } from './figures.ts';
import { icon } from './icons.ts';
import type { Intent } from './intent.ts';
import { isReport } from './place.ts';
import type { DetailState, FrameState } from './state.ts';

type Frame = CallDetail['frames'][number];

const ROLES: Readonly<Record<Frame['role'], string>> = {
  request: 'Request',
  response: 'Answer',
  progress: 'Progress',
  log: 'Log',
  round: 'Round',
  late: 'Late answer',
};

interface FrameEvents {
  readonly dispatch: (intent: Intent) => void;
  readonly copy: (text: string, what: string) => void;
}

export function framesView(detail: DetailState, events: FrameEvents): TemplateResult {
  const frames = detail.detail?.frames ?? [];
  if (frames.length === 0) return html`<p class="quiet pad">The frames are no longer kept.</p>`;
  return html`<ol class="frames">${frames.map((frame) => frameItem(frame, detail, events))}</ol>`;
}

function frameItem(frame: Frame, detail: DetailState, events: FrameEvents): TemplateResult {
  const state = detail.frames.get(frame.key);
  const sent = frame.direction === 'c2s' ? 'agent to server' : 'server to agent';
  return html`<li class="frame">
    <div class="frame-head">
      <span class="frame-arrow" title=${sent}>${icon(frame.direction === 'c2s' ? 'out' : 'in')}<span class="sr-only">${sent}</span></span>
      <b>${ROLES[frame.role]}</b>
      <span class="quiet">${formatClock(frame.at)}</span>
      <span class="quiet">${formatBytes(frame.byte_length)}</span>
      <code class="quiet">#${frame.key}</code>
      ${button({
        label: state ? 'Hide' : 'Show',
        name: 'show-frame',
        expanded: state !== undefined,
        onPress: () =>
          events.dispatch(
            state ? { type: 'frame.closed', key: frame.key } : { type: 'frame.opened', key: frame.key, raw: false },
          ),
      })}
    </div>
    ${state ? frameBody(frame, state, detail, events) : nothing}
  </li>`;
}

function frameBody(frame: Frame, state: FrameState, detail: DetailState, events: FrameEvents): TemplateResult {
  const { view } = state;
  if (state.status === 'failed') return html`<p class="tone-error pad" role="alert">${state.failure}</p>`;
  if (view === null) return html`<div class="frame-loading">${progressRing('Loading frame')}</div>`;
  const total = view.total_chars;
  const shown = view.text?.length ?? 0;
  return html`<div class="frame-body">
    <div class="frame-note">
      ${
        view.raw
          ? html`<span class="raw-mark">Raw: may hold secrets</span>`
          : html`<span class="quiet">${isReport() ? 'As the bundle carries it' : view.redactions > 0 ? `${formatCounted(view.redactions, 'place')} masked` : 'Nothing masked'}</span>`
      }
      ${isReport() ? nothing : rawButton(frame, view.raw, events)}
    </div>
    ${detail.rawAsked === frame.key ? rawQuestion(frame, events) : nothing}
    ${bodyView({ text: view.text, name: 'frame', truncated: false, gone: isReport() ? 'The bundle carries no text of this frame.' : 'The bytes of this frame are no longer kept.' }, events)}
    ${
      view.truncated
        ? html`<div class="frame-more quiet">${formatCount(shown)}${total === null ? '' : ` of ${formatCount(total)}`} characters
          ${button({ label: 'Show more', onPress: () => events.dispatch({ type: 'frame.opened', key: frame.key, raw: view.raw }) })}</div>`
        : nothing
    }
  </div>`;
}

function rawButton(frame: Frame, raw: boolean, { dispatch }: FrameEvents): TemplateResult {
  return raw
    ? button({
        label: 'Hide raw',
        name: 'hide-raw',
        onPress: () => dispatch({ type: 'frame.opened', key: frame.key, raw: false }),
      })
    : button({ label: 'Show raw', name: 'show-raw', onPress: () => dispatch({ type: 'raw.asked', key: frame.key }) });
}

function rawQuestion(frame: Frame, { dispatch }: FrameEvents): TemplateResult {
  return html`<div class="warning" role="alertdialog" aria-label="Show raw">
    <p><b>Show the bytes as they stood on the wire?</b> Nothing is masked: tokens, keys and private content are readable to whoever sees this screen.</p>
    ${button({ label: 'Show raw bytes', look: 'primary', name: 'confirm-raw', onPress: () => dispatch({ type: 'frame.opened', key: frame.key, raw: true }) })}
    ${button({ label: 'Cancel', onPress: () => dispatch({ type: 'raw.asked', key: null }) })}
  </div>`;
}
