/** Draws what is worth a look in a session whose report is shown: the findings, each with its way to the call. */
import { html, nothing, type TemplateResult } from 'lit-html';
import type { ReportStart } from '../daemon/protocol/report.ts';
import type { Finding } from '../daemon/protocol/trail.ts';
import { button } from './controls.ts';
import { bySeverity, findingView } from './harnessAside.ts';
import type { Intent } from './intent.ts';

/** More stand in their own view: here is the beginning. */
const SHOWN = 5;

export function reportFindings(
  { findings, session: { session } }: ReportStart,
  { dispatch }: { readonly dispatch: (intent: Intent) => void },
): TemplateResult | typeof nothing {
  const { first_failing_call, session_id } = session;
  if (findings.length === 0 && first_failing_call === null) return nothing;
  const call = (label: string, call_id: string) =>
    button({ label, name: 'to-call', onPress: () => dispatch({ type: 'call.shown', session_id, call_id }) });
  const line = (finding: Finding) =>
    html`<li>${findingView(finding)}${finding.call_id === null ? nothing : html`<div class="thing-acts">${call('Show the call', finding.call_id)}</div>`}</li>`;
  const more = findings.length - SHOWN;
  return html`<section class="facts"><h3>Worth a look</h3>
    ${first_failing_call === null ? nothing : html`<div class="thing-acts">${call('Show the first failing call', first_failing_call)}</div>`}
    ${findings.length === 0 ? nothing : html`<ul class="report-findings">${bySeverity(findings).slice(0, SHOWN).map(line)}</ul>`}
    ${more > 0 ? html`<p class="quiet">and ${more} more under Findings</p>` : nothing}
  </section>`;
}
