/** Draws the question before a session leaves the machine: what is to be in the file, and what would be, to the byte. */
import { html, nothing, type TemplateResult } from 'lit-html';
import { ref } from 'lit-html/directives/ref.js';
import { redactedRules } from '../daemon/model/redactedRules.ts';
import type { BodyLevel, BundlePreview } from '../daemon/protocol/bundle.ts';
import type { ExportWish } from './bridge.ts';
import { button, checkBox, dropDown, progressRing } from './controls.ts';
import type { Exporting } from './exportReducer.ts';
import { formatBytes, formatCounted } from './figures.ts';
import type { Intent } from './intent.ts';
import { openModal } from './policyDialog.ts';

export interface ExportEvents {
  readonly dispatch: (intent: Intent) => void;
  readonly saveExport: (session_id: string, wish: ExportWish) => void;
}

const BODIES: readonly { readonly value: BodyLevel; readonly label: string }[] = [
  { value: 'head', label: 'Beginnings (2 KiB)' },
  { value: 'full', label: 'Whole' },
  { value: 'shape', label: 'Shapes, no values' },
  { value: 'none', label: 'None' },
];

export function exportDialog(exporting: Exporting | null, events: ExportEvents): TemplateResult | typeof nothing {
  if (exporting === null) return nothing;
  const { dispatch, saveExport } = events;
  const { session_id, wish, status, preview, failure } = exporting;
  const close = () => dispatch({ type: 'export.asked', session_id: null });
  return html`<dialog
    class="policy-dialog export-dialog" aria-labelledby="export-title" ${ref(openModal)}
    @cancel=${(event: Event) => {
      event.preventDefault();
      close();
    }}
    @keydown=${(event: KeyboardEvent) => event.stopPropagation()}
  >
    <h2 id="export-title">Export this session</h2>
    <p>One file for somebody else: the calls, the harness and a report that opens in any browser, secrets and personal data masked.</p>
    <div class="export-wish">
      <span>Messages</span>
      ${dropDown<BodyLevel>({
        label: 'How much of each message',
        name: 'export-bodies',
        value: wish.bodies,
        options: BODIES,
        onChange: (bodies) => dispatch({ type: 'export.wished', wish: { ...wish, bodies } }),
      })}
      ${checkBox({
        label: 'Texts of instruction files',
        hint: 'Else their hashes stand in the file',
        name: 'export-instructions',
        checked: wish.with_instructions,
        onChange: (on) => dispatch({ type: 'export.wished', wish: { ...wish, with_instructions: on } }),
      })}
    </div>
    <div class="export-preview" aria-busy=${String(status === 'preparing')} aria-live="polite">
      ${status === 'failed' ? html`<p class="tone-error" role="alert">${failure}</p>` : nothing}
      ${preview === null ? (status === 'failed' ? nothing : html`<div class="export-wait">${progressRing('Preparing')}<span class="quiet">Putting it together…</span></div>`) : previewView(preview, status === 'preparing')}
    </div>
    <div class="policy-buttons">
      ${button({ label: 'Cancel', name: 'export-no', onPress: close })}
      ${
        status === 'ready' && preview !== null
          ? button({
              label: `Download (${formatBytes(preview.bytes)})`,
              look: 'primary',
              name: 'export-yes',
              onPress: () => saveExport(session_id, wish),
            })
          : html`<span class="quiet export-later">${status === 'saving' ? 'Saving…' : status === 'preparing' ? 'Preparing…' : ''}</span>`
      }
    </div>
  </dialog>`;
}

function previewView({ manifest }: BundlePreview, stale: boolean): TemplateResult {
  const { members, redaction, cut, counts } = manifest;
  const rules = redactedRules(redaction);
  return html`<div class=${stale ? 'export-stale' : ''}>
    <h3>What would leave this machine</h3>
    <p class="quiet">${formatCounted(counts.calls, 'call')}, ${formatCounted(counts.frames, 'message')}</p>
    <table class="export-table"><thead class="sr-only"><tr><th scope="col">File</th><th scope="col">Size</th></tr></thead><tbody>
      ${members.map(({ name, bytes }) => html`<tr><th scope="row">${name}</th><td>${formatBytes(bytes)}</td></tr>`)}
    </tbody></table>
    <h3>Masked</h3>
    ${
      rules.length === 0
        ? html`<p class="quiet">Everything was searched; there was nothing to mask.</p>`
        : html`<table class="export-table"><thead class="sr-only"><tr><th scope="col">Rule</th><th scope="col">Places</th></tr></thead><tbody>
            ${rules.map(({ rule, count }) => html`<tr><th scope="row">${rule}</th><td>${formatCounted(count, 'place')}</td></tr>`)}
          </tbody></table>`
    }
    ${cut.length === 0 ? nothing : html`<h3>Left out</h3><ul class="about-cut">${cut.map(({ what, count, why }) => html`<li>${count} ${what}: ${why}</li>`)}</ul>`}
  </div>`;
}
