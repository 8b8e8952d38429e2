/** What stands in the place of a document that is not there: still loading, could not be read, or never made. */
import { html, nothing, type TemplateResult } from 'lit-html';
import { button, progressRing } from './controls.ts';
import { icon } from './icons.ts';
import type { Intent } from './intent.ts';
import { command } from './linkViews.ts';
import type { Read } from './state.ts';

interface NoticeEvents {
  readonly dispatch: (intent: Intent) => void;
  readonly copy: (text: string, what: string) => void;
}

export function loadingRead(text: string): TemplateResult {
  return html`<div class="notice" aria-busy="true">${progressRing('Loading')}<p class="quiet">${text}</p></div>`;
}

export function failedRead(title: string, { wish, failure }: Read, { dispatch }: NoticeEvents): TemplateResult {
  return html`<div class="notice" role="alert">
    <span class="notice-icon tone-error">${icon('error')}</span>
    <h3>${title}</h3><p class="quiet">${failure}</p>
    ${button({ label: 'Try again', name: 'try-again', onPress: () => dispatch({ type: 'read.again', wish }) })}
  </div>`;
}

export interface EmptySheet {
  readonly title: string;
  readonly text: string;
  /** What to run next; the page itself starts nothing. */
  readonly command: string | null;
  readonly events: NoticeEvents;
}

export function emptySheet({ title, text, command: run, events }: EmptySheet): TemplateResult {
  return html`<div class="notice">
    <span class="notice-icon quiet">${icon('bench')}</span>
    <h3>${title}</h3><p class="quiet">${text}</p>
    ${run === null ? nothing : command(run, events)}
  </div>`;
}
