/** What a call shows of having been allowed once: a sentence that leads to the other call. */
import { html, nothing, type TemplateResult } from 'lit-html';
import type { OnceMark } from '../daemon/protocol/policy.ts';
import { button } from './controls.ts';
import { icon } from './icons.ts';
import type { Intent } from './intent.ts';
import { givenBy, isOpen, minute } from './onceRemark.ts';

interface OnceEvents {
  readonly dispatch: (intent: Intent) => void;
}

/** @param of the call at which it is shown */
export function onceView(
  once: OnceMark | null,
  of: { readonly call_id: string; readonly session_id: string },
  nowMs: number,
  { dispatch }: OnceEvents,
): TemplateResult | typeof nothing {
  if (once === null) return nothing;
  const isPassed = once.passed === of.call_id;
  const other = isPassed ? once.refused : once.passed;
  return html`<p class="once-line">
    ${icon(isPassed || once.passed !== null ? 'success' : 'timeout')}<span>${isPassed ? passedText(once) : refusedText(once, nowMs)}</span>
    ${
      other === null
        ? nothing
        : button({
            label: isPassed ? 'Open the refused call' : 'Open the call that passed',
            name: 'open-other',
            onPress: () => dispatch({ type: 'call.shown', session_id: of.session_id, call_id: other }),
          })
    }
  </p>`;
}

function passedText({ refused, by, at }: OnceMark): TemplateResult {
  if (refused === null) return html`<b>Passed because it was allowed once</b>, after a call like it had been refused.`;
  return html`<b>Passed because it was allowed once</b> by ${by ?? 'somebody'} at ${minute(at)}, after a call like it had been refused.`;
}

function refusedText(once: OnceMark, nowMs: number): TemplateResult {
  const given = html`<b>${givenBy(once.by)}</b> at ${minute(once.at)}`;
  if (once.passed !== null) return html`${given}, and used: a later call passed by it. The rule counts again.`;
  if (isOpen(once, nowMs))
    return html`${given}: the next request like it passes, until ${minute(once.until)}. None has yet.`;
  return html`${given} until ${minute(once.until)}: no call passed by it. The rule counts again.`;
}
