/** Draws the session as a whole: state, counts, where and by whom; its label and pin can be changed here. */
import { html, nothing, type TemplateResult } from 'lit-html';
import { denialCounts } from '../daemon/model/denialText.ts';
import { agentName, ORIGINS, originOf, sessionFace } from '../daemon/model/sessionFace.ts';
import type { Session } from '../daemon/protocol/record.ts';
import { copyable, section } from './callOverview.ts';
import { button, textField } from './controls.ts';
import { type DetailEvents, detailHead } from './detailView.ts';
import { formatCount, formatCounted, formatDuration, formatMoment } from './figures.ts';
import { icon, SESSION_STATES } from './icons.ts';
import { reportFindings } from './reportFindings.ts';
import { type State, shownSession } from './state.ts';

export function sessionOverview(state: State, nowMs: number, events: DetailEvents): TemplateResult {
  const head = shownSession(state);
  if (head === null) return html`${nothing}`;
  const { session } = head;
  const look = SESSION_STATES[session.terminal_state];
  const origin = originOf(head);
  const started = Date.parse(session.started_at);
  const ended = session.ended_at === null ? null : Date.parse(session.ended_at);
  const title = html`<div class="detail-title">
    <span class="status tone-${look.tone}">${icon(look.icon)}</span>
    <h2 class="ellipsis">${sessionFace(head).title}</h2>
    ${state.report === null ? changes(session, events) : nothing}
  </div>`;
  return html`${detailHead(title, events, state.layout)}
    <div class="overview">
      ${state.labelDraft === null ? nothing : labelField(state.labelDraft, events)}
      <div class="outcome tone-${look.tone}"><b>${look.word}</b></div>
      <div class="tiles">
        ${tile('calls', head.calls)}${tile('tool calls', session.tool_calls)}${tile('failed', session.failed_calls, 'error')}${
          // One place for both: what still runs is more urgent.
          session.denied_calls > 0 && head.running_calls === 0
            ? tile('denied', session.denied_calls, 'error')
            : tile('running', head.running_calls, 'running')
        }
      </div>
      ${
        head.gaps > 0 || session.frames_lost > 0
          ? html`<p class="warning">${formatCounted(Math.max(1, head.gaps), 'gap')} in the record: ${formatCounted(session.frames_lost, 'chunk')} could not be written. The traffic itself went through.</p>`
          : nothing
      }
      ${denialsPart(head.denials, session.denied_calls, events)}
      ${state.report === null ? nothing : reportFindings(state.report, events)}
      ${benchView(state, head.workbench, events)}
      ${section('When', [
        ['Started', formatMoment(started)],
        ['Ended', ended === null ? null : formatMoment(ended)],
        ['Open', head.open_connections > 0 ? formatCounted(head.open_connections, 'connection') : null],
        [
          'Lasted',
          formatDuration(
            Math.max(0, (ended ?? (session.terminal_state === 'running' ? nowMs : head.last_at)) - started),
          ),
        ],
        ['Begun by', session.split === 'idle' ? 'half an hour of silence before it' : null],
      ])}
      ${section('Where', [
        ['Origin', origin === null ? null : ORIGINS[origin]],
        ['Agent', agentName(head)],
        ['User', session.principal.user],
        ['Workspace', session.workspace],
        ['Repository', session.repo],
        ['Servers', head.servers.join(', ')],
        ['Title', session.label === null ? null : session.title],
      ])}
      ${section('Ids', [
        ['Session', copyable(session.session_id, 'session', events)],
        [
          'Conversation',
          session.conversation_id === null ? null : copyable(session.conversation_id, 'conversation', events),
        ],
      ])}
    </div>`;
}

function changes(session: Session, events: DetailEvents): TemplateResult {
  return html`${button({
    label: 'Export the session as a file for somebody else',
    look: 'icon',
    name: 'export',
    content: icon('export'),
    onPress: () => events.exportSession(session.session_id),
  })}
  ${button({
    label: session.pinned ? 'Unpin the session' : 'Pin the session: it stays on top and is not thrown away',
    look: 'icon',
    name: 'pin',
    pressed: session.pinned,
    content: icon(session.pinned ? 'pinned' : 'pin'),
    onPress: () => events.pin(!session.pinned),
  })}
  ${button({
    label: 'Give the session a name',
    look: 'icon',
    name: 'edit-label',
    content: icon('edit'),
    onPress: () => events.dispatch({ type: 'label.edited', text: session.label ?? '' }),
  })}`;
}

function benchView(state: State, sentence: string | null, { dispatch }: DetailEvents): TemplateResult {
  return html`<section class="facts"><h3>Harness</h3>
    <p>${sentence === null ? 'Nothing to compare with: no earlier session of this agent was captured here.' : `Since last time: ${sentence}`}</p>
    <div class="thing-acts">
      ${button({ label: 'Show the harness', name: 'show-harness', onPress: () => dispatch({ type: 'view.chosen', view: { view: 'harness', capture: null } }) })}
      ${state.report !== null ? nothing : button({ label: 'Compare with another session', name: 'compare-session', onPress: () => dispatch({ type: 'compare.kind', of: 'runs' }) })}
    </div>
  </section>`;
}

function denialsPart(denials: number, denied: number, { dispatch }: DetailEvents): TemplateResult | typeof nothing {
  if (denials === 0) return nothing;
  return html`<section class="facts"><h3>Policy</h3>
    <p>${denialCounts(denials, denied)}</p>
    <div class="thing-acts">${button({ label: 'Show the denials', name: 'show-denials', onPress: () => dispatch({ type: 'view.chosen', view: { view: 'denials', call: null } }) })}</div>
  </section>`;
}

function tile(name: string, count: number, tone?: string): TemplateResult {
  return html`<div class="tile ${count > 0 && tone ? `tone-${tone}` : ''}"><b>${formatCount(count)}</b><span>${name}</span></div>`;
}

function labelField(draft: string, events: DetailEvents): TemplateResult {
  const save = (text: string) => events.label(text.trim() === '' ? null : text.trim().slice(0, 200));
  return html`<div class="label-edit">
    ${textField({
      label: 'Name of the session',
      name: 'label-field',
      placeholder: 'Name; empty takes it away',
      value: draft,
      onInput: (text) => events.dispatch({ type: 'label.edited', text }),
      onKey: (key, text) => (key === 'Enter' ? save(text) : events.dispatch({ type: 'label.edited', text: null })),
    })}
    ${button({ label: 'Save', look: 'primary', onPress: () => save(draft) })}
    ${button({ label: 'Cancel', onPress: () => events.dispatch({ type: 'label.edited', text: null }) })}
  </div>`;
}
