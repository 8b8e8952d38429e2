/** Draws what stands above a report: whose session it was, when and where, and what kind of file this is. */
import { html, nothing, type TemplateResult } from 'lit-html';
import { agentName, sessionFace } from '../daemon/model/sessionFace.ts';
import { spelledDirection } from '../daemon/model/spelledDirection.ts';
import type { BodyLevel } from '../daemon/protocol/bundle.ts';
import type { SessionHead } from '../daemon/protocol/feed.ts';
import type { ReportStart } from '../daemon/protocol/report.ts';
import { formatCount, formatCounted, formatDuration, formatMinute } from './figures.ts';
import { icon, SESSION_STATES } from './icons.ts';
import type { Intent } from './intent.ts';

const BODIES: Readonly<Record<BodyLevel, string>> = {
  full: 'whole messages',
  head: 'beginnings of messages',
  shape: 'shapes of messages',
  none: 'no messages',
};

/** @param head null for the moment before the first data is there */
export function reportHead(
  { about, session: { session } }: ReportStart,
  head: SessionHead | null,
  dispatch: (intent: Intent) => void,
): TemplateResult {
  const look = SESSION_STATES[session.terminal_state];
  const title = spelledDirection(session.label ?? session.title);
  return html`<header class="report-head">
    <div class="report-title">
      <p class="report-brand"><span class="brand-mark">${icon('mark')}</span><b>Callgrove</b><span class="quiet">what an agent did in one session</span></p>
      <h1 class="ellipsis" title=${title}>${title}</h1>
      <ul class="report-facts">
        <li class="report-state tone-${look.tone}">${icon(look.icon)}<b>${look.word}</b></li>
        ${head === null ? nothing : facts(head).map((fact) => html`<li>${spelledDirection(fact)}</li>`)}
      </ul>
    </div>
    <button
      type="button" class="report-seal ${about.redacted ? '' : 'report-unsealed'}" title="What was redacted and left out"
      @click=${() => dispatch({ type: 'view.chosen', view: { view: 'about' } })}
    >
      <b>${about.redacted ? 'Redacted' : 'Not redacted'}</b>
      <span>${seal(about)}</span>
    </button>
  </header>`;
}

function facts(head: SessionHead): string[] {
  const { session } = head;
  const started = Date.parse(session.started_at);
  const list = [
    formatCounted(head.calls, 'call'),
    session.failed_calls > 0 ? `${formatCount(session.failed_calls)} failed` : null,
    head.denials > 0 ? formatCounted(head.denials, 'denial') : null,
    formatDuration(Math.max(0, head.last_at - started)),
    agentName(head),
    sessionFace(head).place.split(' · ').slice(1).join(' '),
    formatMinute(started),
  ];
  return list.filter((fact): fact is string => fact !== null && fact !== '');
}

function seal({ redacted, redaction, options, source }: ReportStart['about']): string {
  const places = redaction.reduce((sum, { count }) => sum + count, 0);
  const found = !redacted ? null : places === 0 ? 'nothing found' : formatCounted(places, 'place');
  const from = source.kind === 'imported' ? 'imported' : null;
  return [found, BODIES[options.bodies], from].filter((part) => part !== null).join(' · ');
}
