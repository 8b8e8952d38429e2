/** Draws a heading that folds what stands below it, and long lists a piece at a time. The browser keeps what is folded. */
import { html, nothing, type TemplateResult } from 'lit-html';
import { badge, button } from './controls.ts';
import { formatCount } from './figures.ts';
import { icon } from './icons.ts';
import type { Intent } from './intent.ts';

/** So many of a list are drawn at first, and with each wish for more. */
export const PIECE = 100;

export interface Fold {
  readonly key: string;
  readonly title: string;
  readonly count: number | null;
  readonly open: boolean;
  /** Beside the title: what is worth a look without unfolding. */
  readonly remark?: TemplateResult | typeof nothing;
  readonly content: TemplateResult | readonly TemplateResult[] | typeof nothing;
}

export function foldView({ key, title, count, open, remark = nothing, content }: Fold): TemplateResult {
  return html`<details class="fold fold-${key}" ?open=${open}>
    <summary>
      <span class="fold-mark">${icon('chevron')}</span><h3>${title}</h3>
      ${count === null ? nothing : badge(formatCount(count))}${remark}
    </summary>
    <div class="fold-body">${content}</div>
  </details>`;
}

export interface Pieces<T> {
  /** Names the list: how much of it is shown is kept by it. */
  readonly key: string;
  readonly list: readonly T[];
  /** Entries in all, also those that were not kept. */
  readonly total: number;
  readonly shown: ReadonlyMap<string, number>;
  readonly draw: (entry: T) => TemplateResult;
  readonly dispatch: (intent: Intent) => void;
}

export function piecesOf<T>({ key, list, total, shown, draw, dispatch }: Pieces<T>): TemplateResult {
  const count = Math.min(list.length, shown.get(key) ?? PIECE);
  const more = list.length - count;
  return html`<ul class="things">${list.slice(0, count).map((entry) => html`<li class="thing">${draw(entry)}</li>`)}</ul>
    ${
      more > 0
        ? html`<p class="more">${button({
            label: `Show ${formatCount(Math.min(more, PIECE * 5))} more of ${formatCount(more)}`,
            name: 'more',
            onPress: () => dispatch({ type: 'more.shown', key, count: count + PIECE * 5 }),
          })}</p>`
        : total > list.length
          ? html`<p class="more quiet">${formatCount(total - list.length)} more were counted and not kept by name.</p>`
          : nothing
    }`;
}
