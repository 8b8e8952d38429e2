/** Draws one denial in full: what was asked, where it leads and where it leaves the root, by which rule, and what to do. */
import { html, nothing, type TemplateResult } from 'lit-html';
import { decisionText, reasonText } from '../daemon/model/denialText.ts';
import { drawCanonical, drawRequested, type PathPiece, visible } from '../daemon/model/drawnPath.ts';
import { originText, ruleOrigin } from '../daemon/model/ruleOrigin.ts';
import type { Denial, PolicyState } from '../daemon/protocol/denial.ts';
import type { JudgedPath, OnceMark } from '../daemon/protocol/policy.ts';
import { copyable, section } from './callOverview.ts';
import { button } from './controls.ts';
import { freezeServer } from './freezeServer.ts';
import { icon } from './icons.ts';
import type { Intent } from './intent.ts';
import { command } from './linkViews.ts';
import { onceView } from './onceMark.ts';
import { isOpen } from './onceRemark.ts';
import { isReport } from './place.ts';
import { allowCommand, askAllow, askAllowOnce, askDeny, askMode, canBeAllowed, type PolicyAsk } from './policyAsk.ts';
import { isInEditor } from './vscodeHost.ts';

export interface DenialEvents {
  readonly dispatch: (intent: Intent) => void;
  readonly copy: (text: string, what: string) => void;
  /** A path of this machine, in the editor; the browser can open none. */
  readonly openFile: (root: string, file: { readonly place: 'extra'; readonly path: string }) => void;
}

export interface DenialCard {
  readonly denial: Denial;
  /** That it was allowed once; null where it was not. */
  readonly once: OnceMark | null;
  /** How many calls of its server would have been refused. */
  readonly refused: number | null;
  readonly nowMs: number;
}

/** @param policy null while it is not read: then the rule's origin is not told */
export function denialCard(card: DenialCard, policy: PolicyState | null, events: DenialEvents): TemplateResult {
  const { denial, once, nowMs } = card;
  const { decision, reason } = denial;
  return html`<div class="denial-card" aria-label="Denial">
    <p class="denial-headline tone-${decision === 'deny' ? 'error' : 'warning'}">
      ${icon('denied')}<b>${decisionText(denial)}: it ${reasonText(reason)}</b>
    </p>
    <p class="quiet">${decision === 'deny' ? 'The server never saw this call.' : 'The policy observes: the call went on.'} ${denial.remedy ?? ''}</p>
    ${denial.paths.filter((path) => path.reason !== null || denial.paths.length === 1).map((path) => pathView(path, denial))}
    ${onceView(once, denial, nowMs, events)}
    ${section('Why', facts(denial, policy, events))}
    ${actions(card, policy, events)}
    ${isReport() ? nothing : html`<div class="denial-allow"><span class="quiet">What would allow it:</span>${command(allowCommand(denial), events)}</div>`}
  </div>`;
}

type Entry = readonly [term: string, value: TemplateResult | string | null];

function facts(denial: Denial, state: PolicyState | null, events: DenialEvents): Entry[] {
  const { reason, rule, input_summary: summary, server, principal, mode } = denial;
  const agent = principal.agent?.name ?? null;
  const why = denial.paths.find((path) => path.reason !== null)?.root_why ?? null;
  const found = state && ruleOrigin(state.policy, { server, agent, root: summary?.allowed_root ?? null }, reason);
  return [
    ['Rule', rule === null ? null : html`<code>${visible(rule)}</code>`],
    [
      'Set by',
      found === null
        ? null
        : html`<span>${originText(found.origin)}${found.pointer === '' ? nothing : html` <code>${found.pointer}</code>`}</span>`,
    ],
    ['Mode', mode],
    [
      'Root',
      summary === null
        ? null
        : summary.allowed_root === null
          ? 'none that can be proven'
          : html`<span><code>${visible(summary.allowed_root)}</code>${why === null ? nothing : html` <span class="quiet">${why}</span>`}</span>`,
    ],
    ['Working folder', summary?.cwd == null ? null : html`<code>${visible(summary.cwd)}</code>`],
    ['Capability', denial.requested_capability === null ? null : visible(denial.requested_capability)],
    ['Policy', denial.policy_bundle === null ? null : copyable(denial.policy_bundle, 'policy bundle', events)],
  ];
}

/** The path as it was asked for over the path that it leads to, with the links between. */
export function pathView(path: JudgedPath, denial: Denial): TemplateResult {
  const { cwd = null, allowed_root: root = null } = denial.input_summary ?? {};
  const { requested, canonical, symlinks, access, argument, flags } = path;
  return html`<div class="escape">
    <span class="escape-term">${access === 'write' ? 'Writes' : 'Reads'}</span>
    <code class="escape-path" title=${`Argument ${argument}`}>${drawn(drawRequested(requested, { cwd, root, symlinks }))}</code>
    ${symlinks.map(
      (link) =>
        html`<span class="escape-term">${icon('link')}Link</span><code class="escape-path part-link">${visible(link)}</code>`,
    )}
    <span class="escape-term">Leads to</span>
    <code class="escape-path">${canonical === null ? html`<i>nobody can tell</i>` : drawn(drawCanonical(canonical, root))}</code>
    ${flags.length === 0 ? nothing : html`<span class="escape-term">Met</span><span class="quiet">${flags.map((flag) => flag.replaceAll('_', ' ')).join(', ')}</span>`}
  </div>`;
}

const SPOKEN: Readonly<Partial<Record<PathPiece['part'], string>>> = {
  leaves: 'leaves the root: ',
  link: 'link: ',
};

export function drawn(pieces: readonly PathPiece[]): TemplateResult {
  return html`${pieces.map(({ text, part }) => {
    const said = SPOKEN[part];
    return html`${said === undefined ? nothing : html`<span class="sr-only">${said}</span>`}<span class="part-${part}" title=${part === 'leaves' ? 'Here it leaves the root' : nothing}>${text}</span>`;
  })}`;
}

function actions(
  { denial, once, refused, nowMs }: DenialCard,
  policy: PolicyState | null,
  { dispatch, openFile }: DenialEvents,
): TemplateResult {
  const settings = policy?.settings_file ?? null;
  const ask = (label: string, name: string, asked: PolicyAsk) =>
    button({ label, name, onPress: () => dispatch({ type: 'policy.asked', ask: asked }) });
  const file = denial.paths.find(({ reason }) => reason !== null)?.canonical ?? null;
  const { server, reason, session_id, call_id } = denial;
  const isFreeze = reason === 'server_frozen' || reason === 'session_frozen' || reason === 'lane_frozen';
  return html`<div class="denial-acts" role="group" aria-label="What to do">
    ${button({ label: 'Open call', name: 'open-call', onPress: () => dispatch({ type: 'call.shown', session_id, call_id }) })}
    ${file === null || !isInEditor() ? nothing : button({ label: 'Open file', onPress: () => openFile(denial.input_summary?.allowed_root ?? '/', { place: 'extra', path: file }) })}
    ${denial.decision === 'deny' && canBeAllowed(denial) && !isReport() && !isOpen(once, nowMs) ? ask('Allow once…', 'act-once', askAllowOnce(denial)) : nothing}
    ${isReport() || !canBeAllowed(denial) ? nothing : ask('Always allow…', 'act-allow', askAllow(denial, settings))}
    ${isFreeze || isReport() ? nothing : ask('Always deny…', 'act-deny', askDeny(denial, settings))}
    ${denial.mode === 'enforce' || isFreeze || isReport() ? nothing : ask('Enforce for this server…', 'act-enforce', askMode('enforce', { server, rule: null }, refused))}
    ${reason === 'server_frozen' || isReport() ? nothing : freezeServer(server, { dispatch })}
  </div>`;
}
