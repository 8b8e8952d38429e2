/** Draws what passed in place of what came: who was told what, what was left out, and the shapes of both. */
import { html, nothing, type TemplateResult } from 'lit-html';
import { spelledDirection } from '../daemon/model/spelledDirection.ts';
import type { CallDetail } from '../daemon/protocol/callDetail.ts';
import type { Call } from '../daemon/protocol/record.ts';
import { bodyView } from './bodyView.ts';
import { copyable, section } from './callOverview.ts';
import { formatCounted } from './figures.ts';
import { icon } from './icons.ts';

type Altered = NonNullable<CallDetail['altered']>;

interface AlteredEvents {
  readonly copy: (text: string, what: string) => void;
}

/** @param call its record; null where the page cannot read it: then the shapes are not told */
export function alteredView(altered: Altered, call: Call | null, events: AlteredEvents): TemplateResult {
  const { why, hidden, after, after_truncated } = altered;
  const count = call?.policy.surface_hidden ?? (hidden.length > 0 ? hidden.length : null);
  return html`<div class="altered">
    <p class="altered-line">${icon('swap')}<span>${why === 'denied' ? refused() : shortened(count)}</span></p>
    ${
      hidden.length === 0
        ? nothing
        : html`<section class="facts"><h3>Left out</h3><ul class="altered-hidden">${hidden.map((name) => html`<li><code>${spelledDirection(name)}</code></li>`)}${(count ?? 0) > hidden.length ? html`<li class="quiet">and ${formatCounted((count ?? 0) - hidden.length, 'more', 'more')}</li>` : nothing}</ul></section>`
    }
    ${call === null ? nothing : shapes(altered, call, events)}
    ${after === null ? nothing : html`<h3 class="altered-head">What the agent was shown</h3>${bodyView({ text: after, name: 'altered', truncated: after_truncated, gone: '' }, events)}`}
  </div>`;
}

function shortened(count: number | null): TemplateResult {
  const tools = count === null ? 'Tools were' : formatCounted(count, 'tool was', 'tools were');
  return html`<b>${tools} taken out of this list by policy.</b> The agent was shown the others. What the server had listed stands under Result.`;
}

function refused(): TemplateResult {
  return html`<b>Policy refused this call.</b> Nothing of it reached the server, and the answer is Callgrove’s own. What the agent sent stands under Arguments, what it was answered under Result.`;
}

/** Equal shapes are of one form, whatever the values. */
function shapes({ side }: Altered, { adapter }: Call, events: AlteredEvents): TemplateResult | typeof nothing {
  const [before, after] =
    side === 'request'
      ? [adapter.before?.request_shape ?? null, adapter.request_shape]
      : [adapter.before?.result_shape ?? null, adapter.result_shape];
  if (before === null && after === null) return nothing;
  const shape = (value: string | null, what: string, none: string) =>
    value === null ? html`<span class="quiet">${none}</span>` : copyable(value, what, events);
  const same = before !== null && before === after;
  return html`${section(side === 'request' ? 'Shape of the request' : 'Shape of the answer', [
    ['Before', shape(before, 'shape before', 'not known')],
    ['After', shape(after, 'shape after', side === 'request' ? 'nothing passed' : 'not known')],
  ])}
    <p class="quiet altered-hint">${same ? 'Both have the same form: only values differ. ' : ''}A shape stands for the names and kinds of what is in it, without values.</p>`;
}
