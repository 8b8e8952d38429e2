/** Draws what stands beside a session's harness: what is worth a look, its captures over time, retries after a change. */

import { html, nothing, type TemplateResult } from 'lit-html';
import { ORIGINS } from '../daemon/model/originText.ts';
import { spelledDirection } from '../daemon/model/spelledDirection.ts';
import type { CaptureHead, SessionHarness } from '../daemon/protocol/captures.ts';
import type { ChangedRetry, Finding } from '../daemon/protocol/trail.ts';
import { button } from './controls.ts';
import { formatMinute } from './figures.ts';
import { foldView, piecesOf } from './foldView.ts';
import { icon } from './icons.ts';
import type { Intent } from './intent.ts';
import { isReport } from './place.ts';
import type { State } from './state.ts';

interface AsideEvents {
  readonly dispatch: (intent: Intent) => void;
}

const TONES: Readonly<Record<Finding['severity'], string>> = { info: 'cancelled', warning: 'warning', error: 'error' };

export function harnessAside(
  { captures, findings, changed_retries }: SessionHarness,
  shownId: string,
  state: State,
  events: AsideEvents,
): TemplateResult {
  const { dispatch } = events;
  const pieces = { shown: state.moreShown, dispatch };
  return html`<aside class="sheet-aside" aria-label="Beside this harness">
    ${
      findings.length === 0
        ? nothing
        : foldView({
            key: 'findings',
            title: 'Worth a look',
            count: findings.length,
            open: true,
            content: piecesOf({
              ...pieces,
              key: 'findings',
              list: bySeverity(findings),
              total: findings.length,
              draw: findingView,
            }),
          })
    }
    ${
      changed_retries.length === 0
        ? nothing
        : foldView({
            key: 'retries',
            title: 'Changed after a failure',
            count: changed_retries.length,
            open: true,
            content: piecesOf({
              ...pieces,
              key: 'retries',
              list: changed_retries,
              total: changed_retries.length,
              draw: (retry) => retryView(retry, state, events),
            }),
          })
    }
    ${foldView({
      key: 'captures',
      title: 'Captures of this session',
      count: captures.length,
      open: true,
      content: piecesOf({
        ...pieces,
        key: 'captures',
        list: captures,
        total: captures.length,
        draw: (head) =>
          captureView(head, { isFirst: head === captures[0], isShown: head.capture_id === shownId }, events),
      }),
    })}
  </aside>`;
}

export function bySeverity(findings: readonly Finding[]): Finding[] {
  const order = { error: 0, warning: 1, info: 2 };
  return [...findings].sort((a, b) => order[a.severity] - order[b.severity]);
}

export function findingView({ severity, evidence }: Finding): TemplateResult {
  const word = severity === 'info' ? 'note' : severity;
  return html`<div class="finding"><span class="status tone-${TONES[severity]}" title=${word}>${icon(severity === 'error' ? 'error' : 'partial')}</span><p><span class="sr-only">${word}: </span>${spelledDirection(evidence)}</p></div>`;
}

function retryView(
  { failed_call, retry_call, before, after, sentence, widened }: ChangedRetry,
  { session }: State,
  { dispatch }: AsideEvents,
): TemplateResult {
  const call = (label: string, call_id: string) =>
    button({
      label,
      onPress: () => session !== null && dispatch({ type: 'call.shown', session_id: session, call_id }),
    });
  return html`<p>After a call failed: ${sentence}.</p>
    ${widened.length === 0 ? nothing : html`<p class="tone-warning">The next attempt had more: ${widened.join(', ')}</p>`}
    <div class="thing-acts">
      ${call('Failed call', failed_call)}
      ${isReport() ? nothing : button({ label: 'What changed', onPress: () => dispatch({ type: 'view.chosen', view: { view: 'compare', pair: { of: 'captures', a: before, b: after } } }) })}
      ${retry_call === null ? nothing : call('Next attempt', retry_call)}
    </div>`;
}

function captureView(
  head: CaptureHead,
  { isFirst, isShown }: { isFirst: boolean; isShown: boolean },
  { dispatch }: AsideEvents,
): TemplateResult {
  const { capture_id, captured_at, origin, sentence, compared_with, changes } = head;
  // What a session began with is taken again when its servers have said which tools they have (captureQueue.ts).
  const why = origin === 'session' && !isFirst ? 'with the tools that were listed' : ORIGINS[origin];
  return html`<div class="capture ${isShown ? 'current' : ''}" aria-current=${isShown ? 'true' : nothing}>
    <div class="thing-head"><b>${formatMinute(Date.parse(captured_at))}</b><span class="quiet">${why}</span></div>
    ${sentence === null ? nothing : html`<p class="quiet">${sentence}</p>`}
    <div class="thing-acts">
      ${isShown ? html`<span class="quiet">shown here</span>` : button({ label: 'Show', name: 'show-capture', onPress: () => dispatch({ type: 'view.chosen', view: { view: 'harness', capture: capture_id } }) })}
      ${
        compared_with === null || changes === 0 || isReport()
          ? nothing
          : button({
              label: 'Compare with the one before',
              name: 'compare-capture',
              onPress: () =>
                dispatch({
                  type: 'view.chosen',
                  view: { view: 'compare', pair: { of: 'captures', a: compared_with, b: capture_id } },
                }),
            })
      }
    </div>
  </div>`;
}
