/** Draws the list of sessions: pinned first, then the newest; filtered by the words typed above it. */
import { html, nothing, type TemplateResult } from 'lit-html';
import { guard } from 'lit-html/directives/guard.js';
import { repeat } from 'lit-html/directives/repeat.js';
import { SAME_WORKBENCH } from '../daemon/model/changeSentence.ts';
import { denialCounts } from '../daemon/model/denialText.ts';
import { ORIGINS, originOf, sessionFace, visibleSessions } from '../daemon/model/sessionFace.ts';
import type { SessionHead } from '../daemon/protocol/feed.ts';
import { badge, textField } from './controls.ts';
import { formatAgo, formatCount, formatCounted } from './figures.ts';
import { icon, SESSION_STATES } from './icons.ts';
import type { Intent } from './intent.ts';
import type { State } from './state.ts';

export function sessionListView(state: State, nowMs: number, dispatch: (intent: Intent) => void): TemplateResult {
  const tick = Math.floor(nowMs / 10_000);
  return html`<section class="sessions" aria-label="Sessions">
    ${guard([state.sessions, state.session, state.sessionFilter, state.totalSessions, state.hello, tick], () => list(state, nowMs, dispatch))}
  </section>`;
}

function list(state: State, nowMs: number, dispatch: (intent: Intent) => void): TemplateResult {
  const heads = visibleSessions(state.sessions.values(), state.sessionFilter);
  const listed = state.totalSessions - [...state.sessions.values()].filter(({ folded }) => folded).length;
  const at = heads.findIndex((head) => head.session.session_id === state.session);
  const onKey = (event: KeyboardEvent) => {
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: heads.length - 1 }[event.key];
    if (event.key === 'Enter' && at >= 0) dispatch({ type: 'screen.chosen', screen: 'tree' });
    if (to === undefined) return;
    event.preventDefault();
    const head = heads[Math.max(0, Math.min(to, heads.length - 1))];
    if (head) dispatch({ type: 'session.chosen', session_id: head.session.session_id });
  };
  return html`
    <header class="pane-head">
      <h2>Sessions</h2>
      ${badge(formatCount(listed), formatCounted(listed, 'session'))}
    </header>
    <div class="sessions-filter">
      ${textField({
        label: 'Filter sessions',
        name: 'session-filter',
        placeholder: 'Title, agent, branch, server…',
        value: state.sessionFilter,
        start: icon('search'),
        onInput: (text) => dispatch({ type: 'sessions.filtered', text }),
        onKey: (key) => {
          if (key === 'Escape') dispatch({ type: 'sessions.filtered', text: '' });
          else document.querySelector<HTMLElement>('.session-list')?.focus();
        },
      })}
    </div>
    <div
      class="session-list" role="listbox" tabindex="0" aria-label="Sessions"
      aria-activedescendant=${at >= 0 ? `session-${at}` : nothing}
      @keydown=${onKey}
    >
      ${repeat(
        heads,
        (head) => head.session.session_id,
        (head, index) => row(head, index, index === at, nowMs, dispatch),
      )}
      ${
        heads.length === 0 && state.sessionFilter !== ''
          ? html`<p class="quiet pad">No session matches “${state.sessionFilter}”.</p>`
          : nothing
      }
      ${
        state.totalSessions > state.sessions.size && state.sessionFilter === ''
          ? html`<p class="quiet pad">${formatCount(state.totalSessions - state.sessions.size)} older: <code>callgrove sessions --all</code></p>`
          : nothing
      }
    </div>
  `;
}

function row(
  head: SessionHead,
  index: number,
  selected: boolean,
  nowMs: number,
  dispatch: (intent: Intent) => void,
): TemplateResult {
  const { session } = head;
  const face = sessionFace(head);
  const look = SESSION_STATES[session.terminal_state];
  const origin = originOf(head);
  return html`<div
    class="session" role="option" id=${`session-${index}`} aria-selected=${String(selected)} title=${face.hint}
    @click=${() => dispatch({ type: 'session.chosen', session_id: session.session_id })}
  >
    <span class="status tone-${look.tone}" title=${look.word}>${icon(look.icon)}</span>
    <div class="session-text">
      <div class="session-title">
        <span class="ellipsis">${face.title}</span>
        ${session.pinned ? html`<span class="pinned" title="Pinned">${icon('pinned')}</span>` : nothing}
        <time class="quiet">${formatAgo(head.last_at, nowMs)}</time>
      </div>
      <div class="session-sub ellipsis quiet">${face.place}</div>
      ${
        head.workbench === null
          ? nothing
          : html`<div class="session-bench ellipsis quiet" title=${`Since last time: ${head.workbench}`}>${icon(head.workbench === SAME_WORKBENCH ? 'bench' : 'change')}<span class="ellipsis">${head.workbench}</span></div>`
      }
      <div class="session-counts">
        ${origin === null ? nothing : html`<span class="tag" title=${ORIGINS[origin]}>${origin}</span>`}
        <span>${formatCounted(head.calls, 'call')}</span>
        ${session.failed_calls > 0 ? html`<span class="tone-error">${formatCount(session.failed_calls)} failed</span>` : nothing}
        ${head.denials > 0 ? html`<span class="tone-warning">${denialCounts(head.denials, session.denied_calls)}</span>` : nothing}
        ${head.running_calls > 0 ? html`<span class="tone-running">${formatCount(head.running_calls)} running</span>` : nothing}
        ${
          head.gaps > 0 || session.frames_lost > 0
            ? html`<span class="tone-warning" title="Some traffic could not be recorded">${icon('gap')} gaps</span>`
            : nothing
        }
      </div>
    </div>
    <span class="sr-only">${look.word}</span>
  </div>`;
}
