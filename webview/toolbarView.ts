/** Draws the bar above the tree: the filter with its help, what is shown, the time scale, follow and pause. */
import { html, nothing, type TemplateResult } from 'lit-html';
import { button, checkBox, dropDown, textField } from './controls.ts';
import { formatCounted } from './figures.ts';
import { FILTER_EXAMPLES } from './filterHelp.ts';
import { icon } from './icons.ts';
import type { Intent } from './intent.ts';
import type { AxisScale, State } from './state.ts';

export interface ToolbarEvents {
  readonly dispatch: (intent: Intent) => void;
  /** Typed text is checked at once and put in force after a short rest, or with Enter. */
  readonly onFilter: (text: string, now: boolean) => void;
  readonly focusTree: () => void;
}

export function toolbarView(state: State, { dispatch, onFilter, focusTree }: ToolbarEvents): TemplateResult {
  const { tree } = state;
  return html`<div class="toolbar" role="toolbar" aria-label="Calls">
    ${
      state.layout === 'narrow' && state.report === null
        ? button({
            label: 'Back to the sessions',
            look: 'icon',
            content: icon('back'),
            onPress: () => dispatch({ type: 'screen.chosen', screen: 'sessions' }),
          })
        : nothing
    }
    <div class="filter">
      ${textField({
        label: 'Filter calls',
        name: `call-filter ${tree.filterError === null ? '' : 'invalid'}`,
        placeholder: 'Filter calls, e.g. tool:read_file is:failed  ( / )',
        value: tree.filterText,
        invalid: tree.filterError !== null,
        start: icon('search'),
        onInput: (text) => onFilter(text, false),
        onKey: (key, text) => {
          if (key === 'Escape' && text !== '') onFilter('', true);
          else if (key === 'Enter') onFilter(text, true);
          else focusTree();
        },
      })}
      ${button({
        label: 'How to filter',
        look: 'icon',
        name: 'filter-help',
        content: icon('help'),
        expanded: state.helpOpen,
        onPress: () => dispatch({ type: 'help.toggled', open: !state.helpOpen }),
      })}
      ${tree.filterError === null ? nothing : html`<div class="filter-error" role="alert">${tree.filterError}</div>`}
      ${state.helpOpen ? help(onFilter, dispatch) : nothing}
    </div>
    <div class="toggles">
      ${checkBox({
        label: 'Errors only',
        hint: 'Calls that failed, were denied, timed out or got lost',
        name: 'errors-only',
        checked: tree.errorsOnly,
        onChange: (on) => dispatch({ type: 'errors.toggled', on }),
      })}
      ${checkBox({
        label: 'Everything',
        hint: 'Also requests that are no tool calls, and notifications',
        name: 'everything',
        checked: tree.everything,
        onChange: (on) => dispatch({ type: 'everything.toggled', on }),
      })}
      ${dropDown<AxisScale>({
        label: 'Time scale',
        name: 'scale-choice',
        value: state.scale,
        options: [
          { value: 'session', label: 'Session' },
          { value: 'view', label: 'In view' },
        ],
        onChange: (scale) => dispatch({ type: 'scale.chosen', scale }),
      })}
      ${
        state.report !== null
          ? nothing
          : button({
              label: tree.follow ? 'Following new calls. Press to pause (f)' : 'Paused. Press to follow new calls (f)',
              look: tree.follow ? 'primary' : 'secondary',
              name: 'follow',
              pressed: tree.follow,
              content: html`<span class="follow-face">${icon(tree.follow ? 'follow' : 'paused')}<span class="label">${tree.follow ? 'Following' : 'Paused'}</span></span>`,
              onPress: () => dispatch({ type: 'follow.set', follow: !tree.follow }),
            })
      }
    </div>
    <span class="sr-only" role="status">${tree.rows !== null && tree.filter !== '' && !tree.stale ? `${formatCounted(tree.rows.total, 'row')} match` : ''}</span>
  </div>`;
}

function help(onFilter: ToolbarEvents['onFilter'], dispatch: ToolbarEvents['dispatch']): TemplateResult {
  const close = () => dispatch({ type: 'help.toggled', open: false });
  return html`<div class="popover" role="dialog" aria-label="How to filter">
    <header><h3>Filter</h3>${button({ label: 'Close', look: 'icon', content: icon('close'), onPress: close })}</header>
    <dl>
      ${FILTER_EXAMPLES.map(
        ({ text, means }) =>
          html`<dt>${button({
            label: `Filter by ${text}`,
            look: 'icon',
            content: html`<code>${text}</code>`,
            onPress: () => {
              onFilter(text, true);
              close();
            },
          })}</dt><dd>${means}</dd>`,
      )}
    </dl>
    <p class="quiet">Terms stand side by side: all must hold. A minus in front turns one round.</p>
  </div>`;
}
