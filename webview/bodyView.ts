/** Draws a body — arguments, result, error, a frame — as coloured, bounded text that can be copied. Text only. */
import { html, nothing, type TemplateResult } from 'lit-html';
import { guard } from 'lit-html/directives/guard.js';
import { spelledDirection } from '../daemon/model/spelledDirection.ts';
import { button } from './controls.ts';
import { formatCount } from './figures.ts';
import { icon } from './icons.ts';
import { jsonTokens, prettyJson } from './jsonTokens.ts';

/** Characters that are drawn at most: more makes the browser slow, and nobody reads it. Copying takes all of it. */
const DRAWN_CHARS = 300_000;

export interface Body {
  readonly text: string | null;
  /** What it is, for the copy button and for finding it. */
  readonly name: string;
  readonly truncated: boolean;
  /** Said where there is no text. */
  readonly gone: string;
}

export function bodyView(body: Body, { copy }: { copy: (text: string, what: string) => void }): TemplateResult {
  const { text, name, truncated, gone } = body;
  if (text === null) return html`<p class="quiet pad">${gone}</p>`;
  if (text === '') return html`<p class="quiet pad">Empty.</p>`;
  return html`<div class="body body-${name}">
    <div class="body-bar">
      <span class="quiet">${formatCount(text.length)} characters${truncated ? ', cut' : ''}</span>
      ${button({ label: `Copy ${name}`, look: 'icon', name: 'copy', content: icon('copy'), onPress: () => copy(text, name) })}
    </div>
    <pre tabindex="0" aria-label=${name}>${guard([text], () => colours(text))}</pre>
    ${truncated ? html`<p class="note">Shown in part: the whole is larger than what is kept for looking. All of it stands in the frames.</p>` : nothing}
  </div>`;
}

function colours(text: string): TemplateResult[] | TemplateResult {
  const shown = spelledDirection(prettyJson(text).slice(0, DRAWN_CHARS));
  const pieces = jsonTokens(shown).map(({ kind, text: piece }) => html`<span class="json-${kind}">${piece}</span>`);
  return shown.length < text.length
    ? html`${pieces}<span class="quiet">… ${formatCount(text.length - shown.length)} more characters</span>`
    : pieces;
}
