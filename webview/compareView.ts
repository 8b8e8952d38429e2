/** Draws the comparison: what is compared with what, to choose, and what came of it. */
import { html, nothing, type TemplateResult } from 'lit-html';
import { NO_DIFFERENCE } from '../daemon/model/comparisonText.ts';
import type { HarnessDiff } from '../daemon/protocol/comparison.ts';
import { type Choice, captureChoices, freshChoices, listOf, sessionChoices } from './compareChoice.ts';
import { button, dropDown } from './controls.ts';
import { type DifferencesEvents, differencesView } from './differencesView.ts';
import { formatCounted } from './figures.ts';
import { freshView } from './freshView.ts';
import { icon } from './icons.ts';
import { pairWish, readOf } from './readOf.ts';
import { runsView } from './runsView.ts';
import { emptySheet, failedRead, loadingRead } from './sheetNotice.ts';
import type { State } from './state.ts';
import type { Pair } from './view.ts';
import type { RowsInSight } from './virtualRows.ts';
import { isInEditor } from './vscodeHost.ts';

export interface CompareEvents extends DifferencesEvents {
  readonly copy: (text: string, what: string) => void;
}

const KINDS: readonly { readonly value: Pair['of']; readonly label: string }[] = [
  { value: 'runs', label: 'Two sessions' },
  { value: 'captures', label: 'Two captures' },
  { value: 'fresh', label: 'A fresh checkout' },
];

export function compareView(
  state: State,
  pair: Pair | null,
  inSight: RowsInSight,
  events: CompareEvents,
): TemplateResult {
  return html`<section class="sheet compare" aria-label="Compare">
    <header class="sheet-head"><div class="sheet-title"><h2>Compare</h2>${state.report === null ? html`${kindChoice(state, pair, events)}${pair === null ? nothing : sides(state, pair, events)}` : nothing}</div></header>
    ${pair === null ? nothingToCompare(state, events) : outcome(state, pair, inSight, events)}
  </section>`;
}

function kindChoice(state: State, pair: Pair | null, { dispatch }: CompareEvents): TemplateResult {
  return dropDown<Pair['of']>({
    label: 'What is compared',
    name: 'compare-kind',
    value: pair?.of ?? state.compareOf,
    options: KINDS,
    onChange: (of) => dispatch({ type: 'compare.kind', of }),
  });
}

function sides(state: State, pair: Pair, { dispatch }: CompareEvents): TemplateResult {
  const show = (next: Pair | null) => next && dispatch({ type: 'view.chosen', view: { view: 'compare', pair: next } });
  const list = listOf(state);
  if (pair.of === 'fresh')
    return choice('Fresh checkout', freshChoices(list, [pair.fresh]), pair.fresh, (fresh) =>
      show({ of: 'fresh', fresh }),
    );
  const { a, b } = pair;
  const options = pair.of === 'runs' ? sessionChoices(state.sessions.values(), [a, b]) : captureChoices(list, [a, b]);
  return html`<span class="side-choice"><b aria-hidden="true">A</b>${choice('A, the earlier one', options, a, (id) => show({ of: pair.of, a: id, b }))}</span>
    ${button({ label: 'Swap A and B', look: 'icon', name: 'swap', content: icon('swap'), onPress: () => show({ of: pair.of, a: b, b: a }) })}
    <span class="side-choice"><b aria-hidden="true">B</b>${choice('B, the later one', options, b, (id) => show({ of: pair.of, a, b: id }))}</span>`;
}

function choice(
  label: string,
  options: readonly Choice[],
  value: string,
  onChange: (id: string) => void,
): TemplateResult {
  return dropDown<string>({ label, name: 'side-of', value, options, onChange });
}

function outcome(state: State, pair: Pair, inSight: RowsInSight, events: CompareEvents): TemplateResult {
  const read = readOf(state, pairWish(pair));
  if (read === null) return loadingRead('Waiting for the daemon…');
  const found = read.document;
  if (read.status === 'failed') return failedRead('These could not be compared', read, events);
  if (found === null) return loadingRead('Comparing…');
  if (found.what === 'fresh') return freshView(state, found.value, events);
  if (found.what === 'runs') return runsView(state, found.value, inSight, events);
  return found.what === 'captures' ? capturesView(state, found.value, events) : html`${nothing}`;
}

function capturesView(state: State, { a, b, differences }: HarnessDiff, events: CompareEvents): TemplateResult {
  if (differences.length === 0) {
    return html`<div class="notice"><span class="notice-icon tone-success">${icon('success')}</span>
      <h3>Same workbench</h3><p class="quiet">There is ${NO_DIFFERENCE} in anything that both captures know of.</p></div>`;
  }
  return html`<p class="compare-count quiet">${formatCounted(differences.length, 'difference')}, the likeliest to matter first</p>
    <div class="compare-scroll">${differencesView({ differences, a, b, shown: state.moreShown }, events)}</div>`;
}

function nothingToCompare(state: State, events: CompareEvents): TemplateResult {
  const editor = isInEditor();
  const list = readOf(state, { what: 'list' });
  if (list?.status === 'failed') return failedRead('The captures could not be listed', list, events);
  if (state.compareOf === 'runs')
    return emptySheet({
      title: 'There are no two sessions yet',
      text: 'Let your agent do its task twice through Callgrove: then both runs stand here side by side, and where they part.',
      command: null,
      events,
    });
  if (listOf(state) === null) return loadingRead('Reading the captures…');
  if (state.compareOf === 'captures')
    return emptySheet({
      title: 'There are no two captures of one workspace yet',
      text: 'Sessions are captured at their start. To take one of the workspace as it is now:',
      command: editor ? 'Callgrove: Capture Harness' : 'callgrove harness capture',
      events,
    });
  return emptySheet({
    title: 'No fresh checkout was compared yet',
    text: 'It shows what your folder has that a colleague’s checkout would not have. Nothing is written into your folder:',
    command: editor ? 'Callgrove: Compare with a Fresh Checkout' : 'callgrove harness fresh',
    events,
  });
}
