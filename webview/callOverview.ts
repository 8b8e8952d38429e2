/** Draws the first tab of a call: what became of it layer by layer, when, by whom, and the ids that join it to others. */
import { html, nothing, type TemplateResult } from 'lit-html';
import { callSentence } from '../daemon/model/callSentence.ts';
import { omittedText, spendText, tokensText } from '../daemon/model/costText.ts';
import { errorClassText, errorSourceText, recoveryText } from '../daemon/model/errorText.ts';
import { goneText } from '../daemon/model/goneText.ts';
import { httpText } from '../daemon/model/httpText.ts';
import { hopsText, identityText } from '../daemon/model/identityText.ts';
import { spelledDirection } from '../daemon/model/spelledDirection.ts';
import type { Transport } from '../daemon/protocol/callDetail.ts';
import type { CallHead } from '../daemon/protocol/feed.ts';
import type { Call, Layers } from '../daemon/protocol/record.ts';
import { button } from './controls.ts';
import { type DenialEvents, denialCard } from './denialCard.ts';
import { denialOf, onceOf, shownDenials, shownPolicy, wouldBeRefused } from './denialList.ts';
import { formatBytes, formatCounted, formatDuration, formatMoment } from './figures.ts';
import { icon, OUTCOMES } from './icons.ts';
import { onceView } from './onceMark.ts';
import { remarksOf } from './rowFace.ts';
import { type DetailState, type State, selectedHead } from './state.ts';

type OverviewEvents = DenialEvents;

type Entry = readonly [term: string, value: TemplateResult | string | null];

export function callOverview(state: State, detail: DetailState, nowMs: number, events: OverviewEvents): TemplateResult {
  const head = selectedHead(state);
  const { call } = detail;
  const base = head ?? call;
  if (!base) return html`<p class="quiet pad">This call has no record that this page can read.</p>`;
  const startedAt = head?.started_at ?? (call ? Date.parse(call.timestamp) : nowMs);
  const note = base.outcome_note;
  return html`<div class="overview">
    <div class="outcome tone-${base.outcome}">
      <b>${OUTCOMES[base.outcome].word}</b>${note === null ? nothing : html`<span>${note}</span>`}
    </div>
    ${call === null ? nothing : sentence(call)}
    ${base.error_message === null || base.outcome === 'success' ? nothing : html`<p class="error-box">${spelledDirection(base.error_message)}</p>`}
    ${detail.detail && detail.detail.gone.length > 0 ? html`<p class="warning">${goneText(detail.detail)}</p>` : nothing}
    ${layers(base.layers, base.outcome === 'running')}
    ${head === null ? nothing : remarks(head)}
    ${call === null ? nothing : section('Error', errorFacts(call))}
    ${lastWords(detail.detail?.last_words ?? null)}
    ${denialPart(state, detail.call_id, nowMs, events)}
    ${head?.denial ? nothing : onceView(head?.once ?? null, base, nowMs, events)}
    ${section('Timing', timing(base.outcome === 'running', startedAt, base.duration_ms, nowMs, head, call))}
    ${section('Transport', transport(detail.detail?.transport ?? null))}
    ${call === null ? nothing : section('Who', who(call))}
    ${call === null ? nothing : section('Identity and cost', identityAndCost(call))}
    ${call === null ? nothing : section('Ids', ids(call, events))}
    ${section(
      'Join keys',
      Object.entries(detail.detail?.join ?? {}).map(([name, value]) => [name, copyable(value, name, events)] as const),
    )}
  </div>`;
}

function sentence(call: Call): TemplateResult | typeof nothing {
  const text = callSentence(call);
  return text === null ? nothing : html`<p class="did">${spelledDirection(text)}</p>`;
}

function denialPart(
  state: State,
  callId: string,
  nowMs: number,
  events: OverviewEvents,
): TemplateResult | typeof nothing {
  const denial = denialOf(state, callId);
  if (denial === null) return nothing;
  const once = onceOf(state, callId);
  return denialCard(
    { denial, once, refused: wouldBeRefused(shownDenials(state), denial.server), nowMs },
    shownPolicy(state),
    events,
  );
}

function layers(of: Layers, running: boolean): TemplateResult {
  const step = (name: string, layer: Layers['rpc'], ok: string, failed: string) => {
    const tone = layer === null ? (running ? 'running' : 'none') : layer === 'ok' ? 'success' : 'error';
    const word = layer === null ? (running ? 'waiting' : 'not reached') : layer === 'ok' ? ok : failed;
    return html`<li class="layer layer-${tone}">
      <span class="tone-${tone === 'none' ? 'cancelled' : tone}">${icon(tone === 'none' ? 'cancelled' : tone)}</span>
      <div><b>${name}</b><span class="quiet">${word}</span></div>
    </li>`;
  };
  return html`<ol class="layers" aria-label="Outcome by layer">
    ${step('Transport', of.transport, 'delivered', 'broken')}
    ${step('Protocol', of.rpc, 'answered', 'JSON-RPC error')}
    ${step('Tool', of.tool, 'did it', 'says it failed')}
  </ol>`;
}

function remarks(head: CallHead): TemplateResult | typeof nothing {
  // What policy had against it, and by whose leave it passed, have parts of their own.
  const list = remarksOf({ ...head, denial: null, once: null });
  if (list.length === 0) return nothing;
  return html`<ul class="remarks">${list.map((remark) => html`<li><span class="remark remark-${remark.tone}">${remark.text}</span> ${remark.hint}</li>`)}</ul>`;
}

/** What kind of error it is, what helps and how that is known. */
function errorFacts({ error }: Call): Entry[] {
  if (error === null) return [];
  return [
    ['Kind', errorClassText(error)],
    ['Class', html`<code>${error.error_class}</code>`],
    ['What helps', recoveryText(error)],
    ['Code', error.error_code === null ? null : html`<code>${spelledDirection(error.error_code)}</code>`],
    ['Failure', error.failure_class?.replaceAll('_', ' ') ?? null],
    ['Read from', errorSourceText(error)],
  ];
}

/** Of a server that died: the end of its stderr. */
function lastWords(text: string | null): TemplateResult | typeof nothing {
  if (text === null) return nothing;
  return html`<section class="facts"><h3>Last words of the server (stderr)</h3><pre class="error-box">${spelledDirection(text)}</pre></section>`;
}

function timing(
  running: boolean,
  startedAt: number,
  durationMs: number | null,
  nowMs: number,
  head: CallHead | null,
  call: Call | null,
): Entry[] {
  const progress = head?.progress ?? call?.progress ?? null;
  return [
    ['Started', formatMoment(startedAt)],
    ['Took', running ? `${formatDuration(nowMs - startedAt)} so far` : formatDuration(durationMs)],
    ['Request', head === null ? null : formatBytes(head.request_bytes)],
    ['Answer', head === null ? formatBytes(call?.output.returned_bytes ?? null) : formatBytes(head.response_bytes)],
    [
      'Progress',
      progress === null
        ? null
        : `${formatCounted(progress.count, 'report')}${progress.message === null ? '' : `, last: ${progress.message}`}`,
    ],
  ];
}

function transport(of: Transport | null): Entry[] {
  if (of === null) return [];
  return [
    ['URL', html`<code>${of.url}</code>`],
    ...of.exchanges.map((one): Entry => [one.reconnects > 0 ? 'Resumed' : 'Request', httpText(one)]),
  ];
}

function who(call: Call): Entry[] {
  const { agent, user } = call.principal;
  return [
    [
      'Agent',
      agent === null
        ? call.agent_id
        : `${agent.name}${agent.version === null ? '' : ` ${agent.version}`}${agent.pid === null ? '' : ` (pid ${agent.pid})`}`,
    ],
    ['User', user],
    ['Server', call.tool_version === null ? call.server : `${call.server} (${call.tool_version.replace('/', ' ')})`],
    ['Asked by', call.direction === 'c2s' ? 'the agent' : 'the server'],
    ['Method', html`<code>${call.method}</code>`],
    ['Protocol', call.protocol_version],
    ['Workspace', call.workspace],
  ];
}

function identityAndCost(call: Call): Entry[] {
  return [
    ['Identity', identityText(call)],
    ['Cost', spendText(call)],
    ['Tokens', tokensText(call)],
    ['Left out', omittedText(call)],
    ['Through', hopsText(call)],
  ];
}

function ids(call: Call, events: OverviewEvents): Entry[] {
  const id = (value: string | null, name: string): Entry => [
    name,
    value === null ? null : copyable(value, name.toLowerCase(), events),
  ];
  return [
    id(call.call_id, 'Call'),
    id(call.parent_call_id, 'Caused by'),
    [
      'Caused by',
      call.parent_candidates.length === 0
        ? null
        : html`one of ${call.parent_candidates.map((one) => html`<code>${one}</code> `)}`,
    ],
    id(call.session_id, 'Session'),
    id(call.connection_id, 'Connection'),
    id(call.turn_id, 'Turn'),
    id(call.trace_id, 'Trace'),
  ];
}

/** A list of terms; what is not known is left out, and a list of nothing is not drawn. */
export function section(title: string, entries: readonly Entry[]): TemplateResult | typeof nothing {
  const known = entries.filter(([, value]) => value !== null && value !== '');
  if (known.length === 0) return nothing;
  return html`<section class="facts"><h3>${title}</h3><dl>${known.map(([term, value]) => html`<dt>${term}</dt><dd>${value}</dd>`)}</dl></section>`;
}

export function copyable(value: string, what: string, { copy }: Pick<OverviewEvents, 'copy'>): TemplateResult {
  return html`<code class="id">${value}</code>${button({ label: `Copy ${what}`, look: 'icon', name: 'copy', content: icon('copy'), onPress: () => copy(value, what) })}`;
}
