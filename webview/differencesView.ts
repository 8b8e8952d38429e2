/** Draws differences of a workbench: grouped, both sides beside one another, with the text's own changes where people read text. */
import { html, nothing, type TemplateResult } from 'lit-html';
import { NOT_SET } from '../daemon/model/changeSentence.ts';
import { groupName } from '../daemon/model/comparisonText.ts';
import { type Difference, DifferenceGroup } from '../daemon/protocol/comparison.ts';
import { button } from './controls.ts';
import { foldView, piecesOf } from './foldView.ts';
import { icon } from './icons.ts';
import type { Intent } from './intent.ts';
import { isInEditor } from './vscodeHost.ts';

export interface DifferencesEvents {
  readonly dispatch: (intent: Intent) => void;
  readonly openDiff: (a: string, b: string, difference: Difference) => void;
}

export interface DifferencesShown {
  readonly differences: readonly Difference[];
  /** What an editor asks for both texts by: captures, versions or sessions. */
  readonly a: string;
  readonly b: string;
  readonly shown: ReadonlyMap<string, number>;
}

export function differencesView(
  { differences, a, b, shown }: DifferencesShown,
  events: DifferencesEvents,
): TemplateResult {
  const groups = DifferenceGroup.options.flatMap((group) => {
    const list = differences.filter((one) => one.group === group);
    return list.length === 0 ? [] : [{ group, list }];
  });
  return html`<div class="differences">
    <div class="sides" aria-hidden="true"><span>A</span><span>B</span></div>
    ${groups.map(({ group, list }) =>
      foldView({
        key: group,
        title: groupName(group),
        count: list.length,
        open: true,
        content: piecesOf({
          key: `difference:${group}`,
          list,
          total: list.length,
          shown,
          dispatch: events.dispatch,
          draw: (one) => differenceView(one, a, b, events),
        }),
      }),
    )}
  </div>`;
}

function differenceView(one: Difference, a: string, b: string, events: DifferencesEvents): TemplateResult {
  const { item, before, after, why_it_matters, text_diff } = one;
  return html`<div class="difference">
    <div class="thing-head"><b class="thing-title">${item}</b><span class="thing-about quiet">${why_it_matters}</span>
      ${
        text_diff !== null && isInEditor()
          ? button({ label: 'Open in the diff editor', name: 'open-diff', onPress: () => events.openDiff(a, b, one) })
          : nothing
      }
    </div>
    <div class="both">${side('A', before, 'before')}${side('B', after, 'after')}</div>
    ${text_diff === null ? nothing : textDiffView(text_diff, item)}
  </div>`;
}

function side(name: string, text: string | null, kind: 'before' | 'after'): TemplateResult {
  const none = text === null || text === NOT_SET;
  const words = text ?? 'not there';
  return html`<div class="side side-${kind} ${none ? 'side-none' : ''}"><span class="side-name">${name}</span><span class="side-text">${words}</span></div>`;
}

/** A unified diff as text, each line in its colour and with its sign. */
export function textDiffView(diff: string, name: string): TemplateResult {
  const lines = diff.replace(/\n$/, '').split('\n').slice(2);
  const kindOf = (line: string) =>
    line.startsWith('+') ? 'added' : line.startsWith('-') ? 'removed' : line.startsWith('@@') ? 'hunk' : 'same';
  return html`<details class="text-diff" open>
    <summary><span class="fold-mark">${icon('chevron')}</span>What changed in the text</summary>
    <pre tabindex="0" aria-label=${`Changes of ${name}`}>${lines.map((line) => html`<span class="diff-line diff-${kindOf(line)}">${line === '' ? ' ' : line}</span>`)}</pre>
  </details>`;
}
