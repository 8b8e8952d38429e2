/** Draws what stands above a report: whose session it was, when and where, and what kind of file this is. */
import { html, nothing, type TemplateResult } from 'lit-html';
import { agentName, sessionFace } from '../daemon/model/sessionFace.ts';
import { spelledDirection } from '../daemon/model/spelledDirection.ts';
import type { BodyMode, ReportStart } from '../daemon/protocol/report.ts';
import { formatCount, formatCounted, formatDuration, formatMinute } from './figures.ts';
import { icon, SESSION_STATES } from './icons.ts';
import type { Intent } from './intent.ts';

export const BODIES: Readonly<Record<BodyMode, string>> = {
  full: 'whole bodies',
  head: 'beginnings of bodies',
  shape: 'shapes of bodies',
  none: 'no bodies',
};

export function reportHead(report: ReportStart, dispatch: (intent: Intent) => void): TemplateResult {
  const { head, about } = report;
  const { session } = head;
  const look = SESSION_STATES[session.terminal_state];
  const started = Date.parse(session.started_at);
  const ended = session.ended_at === null ? head.last_at : Date.parse(session.ended_at);
  const found = about.redactions.reduce((sum, { count }) => sum + count, 0);
  const facts = [
    agentName(head),
    session.workspace,
    formatMinute(started),
    formatDuration(Math.max(0, ended - started)),
    formatCounted(head.calls, 'call'),
    session.failed_calls > 0 ? `${formatCount(session.failed_calls)} failed` : null,
    head.denials > 0 ? formatCounted(head.denials, 'denial') : null,
  ].filter((fact): fact is string => fact !== null && fact !== '');
  return html`<header class="report-head">
    <div class="report-brand"><span class="brand"><span class="brand-mark">${icon('mark')}</span>Callgrove</span><span class="quiet">report of a session</span></div>
    <div class="report-title">
      <h1 class="ellipsis" title=${spelledDirection(sessionFace(head).title)}>${spelledDirection(sessionFace(head).title)}</h1>
      <p class="report-facts">
        <span class="report-state tone-${look.tone}">${icon(look.icon)}${look.word}</span>
        ${facts.map((fact) => html`<span class="report-fact">${spelledDirection(fact)}</span>`)}
      </p>
    </div>
    <button
      type="button" class="report-seal ${about.redacted ? '' : 'report-open'}" title="What was redacted and left out"
      @click=${() => dispatch({ type: 'view.chosen', view: { view: 'about' } })}
    >
      <b>${about.redacted ? 'Redacted' : 'Not redacted'}</b>
      <span class="quiet">${about.redacted ? `${found === 0 ? 'nothing found' : formatCounted(found, 'place')} · ` : ''}${BODIES[about.bodies]}</span>
      ${about.imported ? html`<span class="quiet">from an imported session</span>` : nothing}
    </button>
  </header>`;
}
