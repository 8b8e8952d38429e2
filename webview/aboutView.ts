/** Draws what a report says of itself: what it holds, what was redacted and left out, how to check it, and its keys. */
import { html, nothing, type TemplateResult } from 'lit-html';
import { redactedRules } from '../daemon/model/redactedRules.ts';
import type { BodyLevel } from '../daemon/protocol/bundle.ts';
import type { ReportLoose, ReportStart } from '../daemon/protocol/report.ts';
import { section } from './callOverview.ts';
import { formatBytes, formatCount, formatCounted, formatMoment } from './figures.ts';
import { command } from './linkViews.ts';

interface AboutEvents {
  readonly copy: (text: string, what: string) => void;
}

type About = ReportStart['about'];

const KEPT: Readonly<Record<BodyLevel, string>> = {
  full: 'each as it was sent',
  head: 'of each its beginning, at most 2 KiB',
  shape: 'of each its names and types, without values',
  none: 'their sizes and times, without their texts',
};

const KEYS: readonly (readonly [keys: readonly string[], means: string])[] = [
  [['↑', '↓'], 'from call to call'],
  [['←', '→'], 'fold and unfold what a call caused'],
  [['Home', 'End'], 'to the session, to the last call'],
  [['Enter'], 'show the details'],
  [['/'], 'search: any words, or tool:write_file is:failed min:100ms'],
  [['Esc'], 'close the details; back to the calls'],
];

export function aboutView(report: ReportStart, events: AboutEvents): TemplateResult {
  const { about, calls_here } = report;
  const { counts, options, source, adapters } = about;
  const recorded = adapters.map(({ name, version }) => `${name} ${version ?? 'of unknown version'}`).join(', ');
  return html`<section class="sheet about" aria-label="About this file"><div class="about-body" tabindex="0">
    <section class="facts">
      <h2>What this is</h2>
      <p>What one coding agent did through its MCP servers in one session, as Callgrove recorded it. This file is whole in itself: it loads nothing, sends nothing, and runs no script but its own. Everything that agent and servers said is shown as text.</p>
    </section>
    ${section('This file', [
      ['Made', `${formatMoment(Date.parse(about.created_at))}, by Callgrove ${about.callgrove}`],
      ['Recorded by', recorded],
      [
        'Calls',
        calls_here === counts.calls
          ? formatCount(calls_here)
          : `the first ${formatCount(calls_here)} of ${formatCount(counts.calls)}; the others stand in the bundle’s calls.ndjson`,
      ],
      ['Messages', `${formatCount(counts.frames)}: ${KEPT[options.bodies]}`],
      ['Instructions', options.with_instructions ? 'with their words' : 'named by their digests, without their words'],
      ['Origin', source.kind === 'imported' ? 'an imported session: it was recorded elsewhere' : null],
    ])}
    ${redacted(about)}
    ${looseFrames(report)}
    <section class="facts"><h3>Left out</h3>
      ${about.cut.length === 0 ? html`<p>Nothing.</p>` : html`<ul class="about-cut">${about.cut.map(({ what, count, why }) => html`<li>${formatCount(count)} ${what}: ${why}</li>`)}</ul>`}
    </section>
    <section class="facts"><h3>Check it</h3>
      <p>The bundle that this report belongs to names each of its files with its hash:</p>
      ${command('callgrove verify FILE.callgrove.zip', events)}
    </section>
    <section class="facts"><h3>Keys</h3>
      <dl class="about-keys">${KEYS.map(([keys, means]) => html`<dt>${keys.map((key) => html`<kbd>${key}</kbd>`)}</dt><dd>${means}</dd>`)}</dl>
    </section>
  </div></section>`;
}

const ROLES: Readonly<Record<ReportLoose['role'], string>> = {
  request: 'asked in the handshake',
  response: 'answered in the handshake',
  notification: 'notification',
  unasked_answer: 'an answer that nobody asked for',
  malformed: 'no whole message',
  noise: 'no message of the protocol',
  stderr: 'said on stderr',
  progress: 'progress',
  log: 'log',
  round: 'a question between',
  late: 'a late answer',
};

function looseFrames({ loose, session: { connections } }: ReportStart): TemplateResult | typeof nothing {
  if (loose.length === 0) return nothing;
  const serverOf = (id: string) => connections.find(({ connection_id }) => connection_id === id)?.server ?? '?';
  return html`<section class="facts about-loose"><h3>Messages of no call</h3>
    <p>Handshakes, notifications, and what servers said beside the protocol${loose.length < LOOSE_SHOWN ? '' : ': the first of them; the others stand in the bundle’s frames.ndjson'}.</p>
    ${loose.map(
      ({ connection_id, role, direction, at, bytes, body }) =>
        html`<details><summary><b>${serverOf(connection_id)}</b> <span>${direction === 'c2s' ? 'the agent: ' : ''}${ROLES[role]}</span> <span class="quiet">${formatMoment(Date.parse(at))} · ${formatBytes(bytes)}</span></summary><pre>${body ?? 'Its text is not in this file.'}</pre></details>`,
    )}
  </section>`;
}

const LOOSE_SHOWN = 100;

function redacted({ redacted: is, redaction }: About): TemplateResult {
  if (!is)
    return html`<section class="facts"><h3>Not redacted</h3>
      <p class="warning">Nothing was masked for this file: it may hold tokens, keys and private content. Do not pass it on.</p></section>`;
  const found = redactedRules(redaction);
  if (found.length === 0)
    return html`<section class="facts"><h3>Redacted</h3><p>Everything was searched for secrets and personal data. None was found.</p></section>`;
  return html`<section class="facts"><h3>Redacted</h3>
    <p>Masked before this file was written. The same value has the same placeholder everywhere.</p>
    <table class="about-rules"><thead><tr><th scope="col">Rule</th><th scope="col">Found</th><th scope="col">In</th></tr></thead><tbody>
      ${found.map(({ rule, count, members }) => html`<tr><th scope="row">${rule}</th><td>${formatCounted(count, 'place')}</td><td class="quiet">${members.join(', ')}</td></tr>`)}
    </tbody></table></section>`;
}
