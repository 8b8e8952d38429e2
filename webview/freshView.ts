/** Draws a comparison with a fresh checkout: what is hidden first, then what set-up would give or gave, and the tests. */
import { html, nothing, type TemplateResult } from 'lit-html';
import { groupName } from '../daemon/model/comparisonText.ts';
import {
  FRESH_SECTIONS,
  type FreshSection,
  NOTHING_HIDDEN,
  passesOnce,
  setupText,
  TEST_ENDED,
} from '../daemon/model/freshText.ts';
import type { StoredFresh } from '../daemon/protocol/captures.ts';
import type { FreshItem, FreshResult } from '../daemon/protocol/comparison.ts';
import { button } from './controls.ts';
import type { DifferencesEvents } from './differencesView.ts';
import { formatMinute } from './figures.ts';
import { foldView, piecesOf } from './foldView.ts';
import { icon } from './icons.ts';
import type { State } from './state.ts';

const TONES: Readonly<Record<FreshSection['tone'], string>> = { bad: 'error', warn: 'warning', dim: 'cancelled' };

export function freshView(
  state: State,
  { head, result, warm, fresh }: StoredFresh,
  { dispatch }: DifferencesEvents,
): TemplateResult {
  return html`<div class="compare-scroll fresh">
    <div class="fresh-head">
      <div>
        <p><b>A fresh checkout of ${result.ref}</b><span class="quiet">, ${setupText(result)}</span></p>
        <p class="quiet">${head.root}, ${formatMinute(Date.parse(head.at))}</p>
      </div>
      ${
        warm === null || fresh === null
          ? nothing
          : button({
              label: 'Compare both captures',
              name: 'compare-fresh-captures',
              onPress: () =>
                dispatch({
                  type: 'view.chosen',
                  view: {
                    view: 'compare',
                    pair: { of: 'captures', a: warm.head.capture_id, b: fresh.head.capture_id },
                  },
                }),
            })
      }
    </div>
    ${result.test === null ? nothing : testView(result.test)}
    ${FRESH_SECTIONS.map((section) => sectionView(section, result, state, dispatch))}
  </div>`;
}

function sectionView(
  { key, heading, tone }: FreshSection,
  result: FreshResult,
  state: State,
  dispatch: DifferencesEvents['dispatch'],
): TemplateResult | typeof nothing {
  const items = result[key];
  if (items.length === 0 && key !== 'hidden') return nothing;
  if (items.length === 0)
    return html`<p class="fresh-clean tone-success">${icon('success')}<b>${NOTHING_HIDDEN}</b></p>`;
  return foldView({
    key: `fresh-${key}`,
    title: heading,
    count: items.length,
    open: tone !== 'dim',
    content: piecesOf({
      key: `fresh:${key}`,
      list: items,
      total: items.length,
      shown: state.moreShown,
      dispatch,
      draw: (item) => itemView(item, tone),
    }),
  });
}

function itemView({ group, item, detail }: FreshItem, tone: FreshSection['tone']): TemplateResult {
  return html`<div class="thing-head"><b class="thing-title tone-${TONES[tone]}">${item}</b><span class="tag tag-plain">${groupName(group)}</span></div>
    <p class="thing-note quiet">${detail}</p>`;
}

function testView(test: NonNullable<FreshResult['test']>): TemplateResult {
  const tone = { passed: 'success', failed: 'error', not_run: 'warning' } as const;
  const side = (name: string, ended: keyof typeof tone) =>
    html`<div class="tile"><b class="tone-${tone[ended]}">${TEST_ENDED[ended]}</b><span>${name}</span></div>`;
  const once = passesOnce(test);
  return html`<div class="fresh-test">
    <p>Tests: <code>${test.command}</code></p>
    <div class="tiles tiles-2">${side('here', test.warm)}${side('in the fresh checkout', test.fresh)}</div>
    ${
      once === null
        ? nothing
        : once.items.length === 0
          ? html`<p class="warning">${once.text}</p>`
          : html`<p class="warning">It passes once <b>${once.items.join(' and ')}</b> ${once.text}.</p>`
    }
  </div>`;
}
