/** The page's pictures: one 16 × 16 drawing each, in the colour of the text around it. Meaning is always told in words too. */
import { html, svg, type TemplateResult } from 'lit-html';
import type { Outcome, TerminalState } from '../daemon/protocol/record.ts';

const SHAPES = {
  success: svg`<circle cx="8" cy="8" r="6.5" fill="none" stroke="currentColor" stroke-width="1.3"/><path d="M5 8.2 7.2 10.4 11 6" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round"/>`,
  error: svg`<circle cx="8" cy="8" r="7" fill="currentColor"/><path d="m5.6 5.6 4.8 4.8m0-4.8-4.8 4.8" stroke="var(--cg-surface)" stroke-width="1.6" stroke-linecap="round"/>`,
  denied: svg`<circle cx="8" cy="8" r="6.3" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="m3.7 12.3 8.6-8.6" stroke="currentColor" stroke-width="1.5"/>`,
  cancelled: svg`<circle cx="8" cy="8" r="6.3" fill="none" stroke="currentColor" stroke-width="1.4"/><path d="M5 8h6" stroke="currentColor" stroke-width="1.6" stroke-linecap="round"/>`,
  timeout: svg`<circle cx="8" cy="8" r="6.3" fill="none" stroke="currentColor" stroke-width="1.4"/><path d="M8 4.4V8l2.4 1.8" fill="none" stroke="currentColor" stroke-width="1.4" stroke-linecap="round"/>`,
  lost: svg`<circle cx="8" cy="8" r="6.3" fill="none" stroke="currentColor" stroke-width="1.4" stroke-dasharray="2.2 2"/><path d="M6.3 6.4a1.8 1.8 0 1 1 2.5 1.7c-.6.3-.8.6-.8 1.1" fill="none" stroke="currentColor" stroke-width="1.3" stroke-linecap="round"/><circle cx="8" cy="11.2" r=".8" fill="currentColor"/>`,
  running: svg`<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="1.6" opacity=".28"/><path d="M8 2a6 6 0 0 1 6 6" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round"/>`,
  partial: svg`<path d="M8 1.8 14.8 14H1.2Z" fill="none" stroke="currentColor" stroke-width="1.4" stroke-linejoin="round"/><path d="M8 6.2v3.6" stroke="currentColor" stroke-width="1.5" stroke-linecap="round"/><circle cx="8" cy="11.8" r=".9" fill="currentColor"/>`,
  gap: svg`<path d="M1.5 8h3M11.5 8h3" stroke="currentColor" stroke-width="1.6" stroke-linecap="round"/><path d="m6 11.5 1-3-1-1 1-3m3 7 1-3-1-1 1-3" fill="none" stroke="currentColor" stroke-width="1.2" stroke-linejoin="round"/>`,
  end: svg`<path d="M8 1.8v5.4" stroke="currentColor" stroke-width="1.5" stroke-linecap="round"/><path d="M4.7 4.2a5.3 5.3 0 1 0 6.6 0" fill="none" stroke="currentColor" stroke-width="1.4" stroke-linecap="round"/>`,
  chevron: svg`<path d="m6 4 4 4-4 4" fill="none" stroke="currentColor" stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round"/>`,
  back: svg`<path d="M13 8H3m4-4L3 8l4 4" fill="none" stroke="currentColor" stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round"/>`,
  asks: svg`<path d="M14 5v3.5a1.5 1.5 0 0 1-1.5 1.5H3m3.2-3.2L3 10l3.2 3.2" fill="none" stroke="currentColor" stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round"/>`,
  turn: svg`<path d="M2.5 3.5h11v7h-6l-3 2.5v-2.5h-2z" fill="none" stroke="currentColor" stroke-width="1.3" stroke-linejoin="round"/>`,
  pin: svg`<path d="M9.5 1.8 14.2 6.5l-1.5.4-2.4 2.4-.3 2.9-1 .6-5.8-5.8.6-1 2.9-.3L9.1 3.3zM5.8 10.2 2 14" fill="none" stroke="currentColor" stroke-width="1.2" stroke-linejoin="round" stroke-linecap="round"/>`,
  pinned: svg`<path d="M9.5 1.8 14.2 6.5l-1.5.4-2.4 2.4-.3 2.9-1 .6-5.8-5.8.6-1 2.9-.3L9.1 3.3zM5.8 10.2 2 14" fill="currentColor" stroke="currentColor" stroke-width="1.2" stroke-linejoin="round" stroke-linecap="round"/>`,
  copy: svg`<rect x="5.5" y="5.5" width="8" height="8.5" rx="1" fill="none" stroke="currentColor" stroke-width="1.2"/><path d="M3.5 10.5h-1v-8.5h8v1.5" fill="none" stroke="currentColor" stroke-width="1.2" stroke-linejoin="round"/>`,
  close: svg`<path d="m4 4 8 8m0-8-8 8" stroke="currentColor" stroke-width="1.4" stroke-linecap="round"/>`,
  search: svg`<circle cx="7" cy="7" r="4.3" fill="none" stroke="currentColor" stroke-width="1.3"/><path d="m10.3 10.3 3.5 3.5" stroke="currentColor" stroke-width="1.4" stroke-linecap="round"/>`,
  help: svg`<circle cx="8" cy="8" r="6.3" fill="none" stroke="currentColor" stroke-width="1.2"/><path d="M6.2 6.3a1.9 1.9 0 1 1 2.6 1.8c-.6.3-.8.6-.8 1.2" fill="none" stroke="currentColor" stroke-width="1.3" stroke-linecap="round"/><circle cx="8" cy="11.3" r=".8" fill="currentColor"/>`,
  follow: svg`<path d="M8 2.5v8m-3.5-3L8 11l3.5-3.5M3.5 13.5h9" fill="none" stroke="currentColor" stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round"/>`,
  paused: svg`<path d="M5.5 3.5v9m5-9v9" stroke="currentColor" stroke-width="1.8" stroke-linecap="round"/>`,
  export: svg`<path d="M8 9.5v-7.5m-3 2.8L8 2l3 2.8M3 8.5v5h10v-5" fill="none" stroke="currentColor" stroke-width="1.3" stroke-linecap="round" stroke-linejoin="round"/>`,
  edit: svg`<path d="m3 11.2-.5 2.3 2.3-.5 8-8-1.8-1.8z" fill="none" stroke="currentColor" stroke-width="1.2" stroke-linejoin="round"/>`,
  in: svg`<path d="M13.5 8H3m4-4L3 8l4 4" fill="none" stroke="currentColor" stroke-width="1.3" stroke-linecap="round" stroke-linejoin="round"/>`,
  out: svg`<path d="M2.5 8H13M9 4l4 4-4 4" fill="none" stroke="currentColor" stroke-width="1.3" stroke-linecap="round" stroke-linejoin="round"/>`,
  change: svg`<path d="M4 8h8" stroke="currentColor" stroke-width="1.5" stroke-linecap="round"/><path d="M8 1.8 14.2 8 8 14.2 1.8 8z" fill="none" stroke="currentColor" stroke-width="1.3" stroke-linejoin="round"/>`,
  bench: svg`<path d="M1.8 5.5h12.4M3.5 5.5v8m9-8v8M6 9h4M5 2.5h6" fill="none" stroke="currentColor" stroke-width="1.3" stroke-linecap="round"/>`,
  swap: svg`<path d="M2.5 5.5h10M9.8 2.8l2.7 2.7-2.7 2.7M13.5 10.5h-10m2.7-2.7-2.7 2.7 2.7 2.7" fill="none" stroke="currentColor" stroke-width="1.2" stroke-linecap="round" stroke-linejoin="round"/>`,
  link: svg`<path d="M6.8 9.2a2.6 2.6 0 0 0 3.7 0l2.2-2.2a2.6 2.6 0 0 0-3.7-3.7l-.8.8m1 2.7a2.6 2.6 0 0 0-3.7 0L3.3 9a2.6 2.6 0 0 0 3.7 3.7l.8-.8" fill="none" stroke="currentColor" stroke-width="1.3" stroke-linecap="round"/>`,
  frozen: svg`<path d="M8 1.5v13M2.4 4.7l11.2 6.6M2.4 11.3l11.2-6.6M6.2 2.6 8 4.4l1.8-1.8M6.2 13.4 8 11.6l1.8 1.8" fill="none" stroke="currentColor" stroke-width="1.2" stroke-linecap="round" stroke-linejoin="round"/>`,
  thawed: svg`<path d="M8 1.8C5.4 5 3.8 7.2 3.8 9.6a4.2 4.2 0 0 0 8.4 0C12.2 7.2 10.6 5 8 1.8Z" fill="none" stroke="currentColor" stroke-width="1.3" stroke-linejoin="round"/>`,
  checkpoint: svg`<path d="M4 14.5V2m0 .8h8.2L10 5.9 12.2 9H4" fill="none" stroke="currentColor" stroke-width="1.3" stroke-linecap="round" stroke-linejoin="round"/>`,
  mark: svg`<path d="M8 14.5V8.5M8 11.5 4.8 9M8 9.8 11.5 7" fill="none" stroke="currentColor" stroke-width="1.4" stroke-linecap="round"/><circle cx="8" cy="4" r="2.5" fill="currentColor"/><circle cx="3.8" cy="7.6" r="2" fill="currentColor" opacity=".75"/><circle cx="12.4" cy="6" r="2" fill="currentColor" opacity=".75"/>`,
};

export type IconName = keyof typeof SHAPES;

export function icon(name: IconName): TemplateResult {
  return html`<svg class="icon icon-${name}" viewBox="0 0 16 16" aria-hidden="true">${SHAPES[name]}</svg>`;
}

/** The icon and the word for what became of a call. */
export const OUTCOMES: Readonly<Record<Outcome, { readonly icon: IconName; readonly word: string }>> = {
  success: { icon: 'success', word: 'Succeeded' },
  error: { icon: 'error', word: 'Failed' },
  denied: { icon: 'denied', word: 'Denied' },
  cancelled: { icon: 'cancelled', word: 'Cancelled' },
  timeout: { icon: 'timeout', word: 'Timed out' },
  lost: { icon: 'lost', word: 'Lost' },
  running: { icon: 'running', word: 'Running' },
};

/** The icon, the colour's class and the word for the state of a session. */
export const SESSION_STATES: Readonly<
  Record<TerminalState, { readonly icon: IconName; readonly tone: Outcome | 'partial'; readonly word: string }>
> = {
  running: { icon: 'running', tone: 'running', word: 'Running' },
  success: { icon: 'success', tone: 'success', word: 'Succeeded' },
  partial_success: { icon: 'partial', tone: 'partial', word: 'Ended with failures' },
  failed: { icon: 'error', tone: 'error', word: 'Failed' },
  cancelled: { icon: 'cancelled', tone: 'cancelled', word: 'Cancelled' },
  lost: { icon: 'lost', tone: 'lost', word: 'Lost' },
};
