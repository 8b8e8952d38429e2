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

/** What had the focus before a dialog took it. One is open at a time. */
let opener: HTMLElement | null = null;

/** Modal, so that the keyboard stays in it until it is answered; then it goes back to where it was. */
export function openModal(element: Element | undefined): void {
  if (element === undefined) {
    const back = opener;
    opener = null;
    // Drawn away, a dialog gives nothing back by itself; what took the focus since keeps it.
    requestAnimationFrame(() => {
      const free = document.activeElement === null || document.activeElement === document.body;
      if (free && back?.isConnected) back.focus();
    });
    return;
  }
  if (!(element instanceof HTMLDialogElement) || element.open) return;
  const open = () => {
    if (!element.isConnected || element.open) return;
    opener = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    element.showModal();
  };
  if (element.isConnected) open();
  else requestAnimationFrame(open);
}
