/** Draws the question before a change of policy: what will happen, why (where that is asked for), yes or no. Escape is no. */
import { html, nothing, type TemplateResult } from 'lit-html';
import { ref } from 'lit-html/directives/ref.js';
import { button, textField } from './controls.ts';
import type { Intent } from './intent.ts';
import { type PolicyAction, type PolicyAsk, withReason } from './policyAsk.ts';

export interface PolicyEvents {
  readonly dispatch: (intent: Intent) => void;
  readonly policy: (action: PolicyAction) => void;
}

export function policyDialog(
  ask: PolicyAsk | null,
  reason: string,
  { dispatch, policy }: PolicyEvents,
): TemplateResult | typeof nothing {
  if (ask === null) return nothing;
  const close = () => dispatch({ type: 'policy.asked', ask: null });
  const agree = () => {
    close();
    policy(withReason(ask.action, reason));
  };
  return html`<dialog
    class="policy-dialog" aria-labelledby="policy-title" aria-describedby="policy-says" ${ref(openModal)}
    @cancel=${(event: Event) => {
      event.preventDefault();
      close();
    }}
    @keydown=${(event: KeyboardEvent) => event.stopPropagation()}
  >
    <h2 id="policy-title">${ask.title}</h2>
    <div id="policy-says">${ask.says.map((sentence) => html`<p>${sentence}</p>`)}</div>
    ${
      ask.wantsReason
        ? textField({
            label: 'Why (stands in the trail)',
            name: 'policy-reason',
            placeholder: 'Why? It stands in the trail.',
            value: reason,
            onInput: (text) => dispatch({ type: 'policy.reason', text }),
            onKey: (key) => (key === 'Enter' ? agree() : key === 'Escape' ? close() : undefined),
          })
        : nothing
    }
    ${ask.command === null ? nothing : html`<p class="quiet policy-command">On the command line: <code>${ask.command}</code></p>`}
    <div class="policy-buttons">
      ${button({ label: 'Cancel', name: 'policy-no', onPress: close })}
      ${button({ label: ask.yes, look: 'primary', name: 'policy-yes', onPress: agree })}
    </div>
  </dialog>`;
}

/** Modal, so that the keyboard stays in it until it is answered. */
export function openModal(element: Element | undefined): void {
  if (element instanceof HTMLDialogElement && element.isConnected && !element.open) element.showModal();
  else if (element instanceof HTMLDialogElement && !element.open)
    requestAnimationFrame(() => element.isConnected && !element.open && element.showModal());
}
