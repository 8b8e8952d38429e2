/** Draws what a report says of itself: what it holds, what was redacted and left out, how to check it, and its keys. */
import { html, type TemplateResult } from 'lit-html';
import type { ReportStart } from '../daemon/protocol/report.ts';
import { section } from './callOverview.ts';
import { formatCount, formatCounted, formatMoment } from './figures.ts';
import { command } from './linkViews.ts';
import { BODIES } from './reportHead.ts';

interface AboutEvents {
  readonly copy: (text: string, what: string) => void;
}

const KEYS: readonly (readonly [keys: readonly string[], means: string])[] = [
  [['↑', '↓'], 'from call to call'],
  [['←', '→'], 'fold and unfold'],
  [['Home', 'End'], 'to the session, to the last call'],
  [['Enter'], 'show the details'],
  [['/'], 'search and filter: words, or tool:write_file is:failed min:100ms'],
  [['Esc'], 'close the details; back to the calls'],
];

export function aboutView({ about }: ReportStart, events: AboutEvents): TemplateResult {
  const { redacted, redactions, cut, calls } = about;
  return html`<section class="sheet about" aria-label="About this file">
    <div class="about-body">
      <h2>What this is</h2>
      <p>What one coding agent did through its MCP servers in one session, as Callgrove recorded it. The file is complete in itself: it loads nothing, sends nothing, and runs no script but its own.</p>
      ${section('This file', [
        ['Made', `${formatMoment(Date.parse(about.made_at))} by Callgrove ${about.callgrove}`],
        [
          'Calls',
          calls.here === calls.total
            ? formatCount(calls.total)
            : `${formatCount(calls.here)} of ${formatCount(calls.total)}; all of them stand in calls.ndjson`,
        ],
        ['Bodies', BODIES[about.bodies]],
        ['Instructions', about.instructions ? 'with their words' : 'as digests, without their words'],
        ['Origin', about.imported ? 'an imported session: recorded on another machine' : null],
      ])}
      <section class="facts"><h3>Redacted</h3>
        ${
          redacted
            ? redactions.length === 0
              ? html`<p>Everything was searched for secrets and personal data; none was found.</p>`
              : html`<p>Masked before this file was written. The same value has the same placeholder everywhere.</p>${table(redactions)}`
            : html`<p class="warning">Nothing was redacted: this file may hold tokens, keys and private content.</p>`
        }
      </section>
      <section class="facts"><h3>Left out</h3>
        ${cut.length === 0 ? html`<p>Nothing.</p>` : html`<ul class="about-cut">${cut.map((sentence) => html`<li>${sentence}</li>`)}</ul>`}
      </section>
      <section class="facts"><h3>Check it</h3>
        <p>The bundle that this report came in names each of its files with its hash:</p>
        ${command('callgrove verify FILE.callgrove.zip', events)}
      </section>
      <section class="facts"><h3>Keys</h3>
        <dl class="about-keys">${KEYS.map(([keys, means]) => html`<dt>${keys.map((key) => html`<kbd>${key}</kbd>`)}</dt><dd>${means}</dd>`)}</dl>
      </section>
    </div>
  </section>`;
}

function table(redactions: ReportStart['about']['redactions']): TemplateResult {
  const most = Math.max(...redactions.map(({ count }) => count), 1);
  return html`<table class="about-rules"><thead class="sr-only"><tr><th>Rule</th><th>Places</th></tr></thead><tbody>
    ${redactions.map(
      ({ rule, count }) =>
        html`<tr><th scope="row">${rule}</th><td>${formatCounted(count, 'place')}</td><td aria-hidden="true"><meter min="0" max=${most} value=${count}></meter></td></tr>`,
    )}
  </tbody></table>`;
}
