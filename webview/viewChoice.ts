/** Draws the choice between the page's views, and what changed since last time beside it. */
import { html, nothing, type TemplateResult } from 'lit-html';
import { SAME_WORKBENCH } from '../daemon/model/changeSentence.ts';
import { button } from './controls.ts';
import { formatCount } from './figures.ts';
import { icon } from './icons.ts';
import type { Intent } from './intent.ts';
import { type State, shownSession } from './state.ts';
import type { View } from './view.ts';

const VIEWS: readonly { readonly label: string; readonly hint: string; readonly view: View }[] = [
  { label: 'Calls', hint: 'What the agent called', view: { view: 'calls' } },
  { label: 'Harness', hint: 'What the session woke up on', view: { view: 'harness', capture: null } },
  { label: 'Denials', hint: 'What policy refused, or would have', view: { view: 'denials', call: null } },
  { label: 'Findings', hint: 'What is worth a look', view: { view: 'findings' } },
  { label: 'Summary', hint: 'What it did, what failed, what it cost, how to go on', view: { view: 'summary' } },
  { label: 'Compare', hint: 'Two sessions, two captures, or a fresh checkout', view: { view: 'compare', pair: null } },
];

/** A report has what was put in it to compare with, and something to say of itself. */
function viewsOf({ report }: State): typeof VIEWS {
  if (report === null) return VIEWS;
  const { diff, session } = report;
  const compare: View | null =
    diff === null ? null : { view: 'compare', pair: { of: 'runs', a: diff.diff.a, b: diff.diff.b } };
  return [
    ...VIEWS.filter(({ view }) => view.view !== 'compare' && (view.view !== 'summary' || session.sums !== null)),
    ...(compare === null ? [] : [{ label: 'Compare', hint: 'With another session', view: compare }]),
    { label: 'About this file', hint: 'What was redacted and left out, and how to check it', view: { view: 'about' } },
  ];
}

export function viewChoice(state: State, dispatch: (intent: Intent) => void): TemplateResult {
  const sentence = state.view.view === 'calls' ? (shownSession(state)?.workbench ?? null) : null;
  const counts: Partial<Record<View['view'], number>> = {
    denials: shownSession(state)?.denials ?? 0,
    findings: shownSession(state)?.session.findings ?? 0,
  };
  return html`<nav class="view-choice" aria-label="Views">
    ${
      state.layout === 'narrow' && state.view.view !== 'calls' && state.report === null
        ? button({
            label: 'Back to the sessions',
            look: 'icon',
            content: icon('back'),
            onPress: () => dispatch({ type: 'screen.chosen', screen: 'sessions' }),
          })
        : nothing
    }
    ${viewsOf(state).map(
      ({ label, hint, view }) =>
        html`<button
          type="button" class="view-tab view-${view.view}" title=${hint}
          aria-current=${view.view === state.view.view ? 'page' : nothing}
          @click=${() => dispatch({ type: 'view.chosen', view })}
        >${label}${countOf(counts[view.view])}</button>`,
    )}
    ${
      sentence === null
        ? nothing
        : html`<button type="button" class="view-sentence ellipsis" title=${`Since last time: ${sentence}`} @click=${() => dispatch({ type: 'view.chosen', view: { view: 'harness', capture: null } })}>${icon(sentence === SAME_WORKBENCH ? 'bench' : 'change')}<span class="ellipsis">${sentence}</span></button>`
    }
  </nav>`;
}

function countOf(count = 0): TemplateResult | typeof nothing {
  return count > 0 ? html`<span class="view-count">${formatCount(count)}</span>` : nothing;
}
