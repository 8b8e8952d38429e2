/** What stands in the tree's place when it has no rows: still loading, an error, nothing recorded, or nothing that matches. */
import { html, nothing, type TemplateResult } from 'lit-html';
import { button, progressRing } from './controls.ts';
import { icon } from './icons.ts';
import type { Intent } from './intent.ts';
import { type State, shownSession } from './state.ts';
import { effectiveFilter } from './wants.ts';

export function treeNotice(state: State, dispatch: (intent: Intent) => void): TemplateResult | typeof nothing {
  const { tree } = state;
  if (tree.failure !== null) {
    return html`<div class="notice" role="alert">
      <span class="notice-icon tone-error">${icon('error')}</span>
      <h3>The calls could not be read</h3>
      <p>${tree.failure}</p>
    </div>`;
  }
  if (tree.rows === null)
    return html`<div class="notice">${progressRing('Loading calls')}<p class="quiet">Reading the session…</p></div>`;
  if (tree.rows.total > 0) return nothing;
  if (tree.filterError === null && effectiveFilter(tree.filter, tree.errorsOnly) !== '') {
    return html`<div class="notice">
      <span class="notice-icon quiet">${icon('search')}</span>
      <h3>${tree.filter === '' ? 'No call failed' : 'No call matches'}</h3>
      <p class="quiet">${tree.filter === '' ? 'Every call of this session went through.' : html`Nothing in this session matches <code>${tree.filter}</code>${tree.errorsOnly ? ' among the failed calls' : ''}.`}</p>
      ${button({
        label: 'Show all calls',
        onPress: () => {
          dispatch({ type: 'filter.typed', text: '', error: null });
          dispatch({ type: 'filter.applied' });
          if (tree.errorsOnly) dispatch({ type: 'errors.toggled', on: false });
        },
      })}
    </div>`;
  }
  const head = shownSession(state);
  const hidden = (head?.calls ?? 0) > 0;
  const open = (head?.open_connections ?? 0) > 0;
  return html`<div class="notice">
    <span class="notice-icon quiet">${icon('mark')}</span>
    <h3>No tool calls ${open ? 'yet' : 'in this session'}</h3>
    <p class="quiet">${open ? 'The agent is connected. Its first call shows here the moment it is sent.' : 'The agent connected, looked around and left.'}</p>
    ${hidden && !tree.everything ? button({ label: 'Show every request', onPress: () => dispatch({ type: 'everything.toggled', on: true }) }) : nothing}
  </div>`;
}
