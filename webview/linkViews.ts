/** What the page says about its link to the daemon: full screens before anything came, a banner once there is something to keep. */
import { html, nothing, type TemplateResult } from 'lit-html';
import type { Link } from './bridge.ts';
import { button, progressRing } from './controls.ts';
import { icon } from './icons.ts';
import type { State } from './state.ts';
import { isInEditor } from './vscodeHost.ts';

export interface LinkEvents {
  readonly retry: () => void;
  readonly copy: (text: string, what: string) => void;
}

const REFUSALS: Readonly<
  Record<Extract<Link, { kind: 'refused' }>['reason'], { title: string; text: string; command: string }>
> = {
  signed_out: {
    title: 'This link is no longer valid',
    text: 'The daemon was started anew, or this tab was opened without a link. Get a fresh one:',
    command: 'callgrove ui',
  },
  code_used: {
    title: 'This link was used before',
    text: 'A link opens the page once. Get a fresh one:',
    command: 'callgrove ui',
  },
  forbidden: {
    title: 'The daemon refused this address',
    text: 'Callgrove answers only its own page on this machine. Open it with:',
    command: 'callgrove ui',
  },
  version: {
    title: 'Page and daemon are of different versions',
    text: 'Reload this page. If that does not help, start the daemon anew:',
    command: 'callgrove daemon stop',
  },
};

export function command(text: string, { copy }: Pick<LinkEvents, 'copy'>): TemplateResult {
  return html`<div class="command"><code>${text}</code>${button({ label: `Copy “${text}”`, look: 'icon', name: 'copy', content: icon('copy'), onPress: () => copy(text, 'command') })}</div>`;
}

/** The whole page's state while there is nothing to show, or null. */
export function wholePage(state: State, nowMs: number, events: LinkEvents): TemplateResult | null {
  const { link } = state;
  if (link.kind === 'refused') return hero('error', refusal(link.reason, events));
  if (state.hello === null) {
    if (link.kind !== 'waiting') {
      return hero(
        'loading',
        html`${progressRing('Connecting')}<h1>Connecting to Callgrove…</h1><p class="quiet">The page reads from the daemon on this machine.</p>`,
      );
    }
    return hero(
      'error',
      html`<h1>The daemon does not answer</h1>
      <p class="quiet">Nothing is lost: calls are still recorded, and show here once it is up.</p>
      ${command('callgrove daemon start', events)}
      <p class="quiet">${waitText(link.retry_at, nowMs)}</p>
      ${button({ label: 'Try now', look: 'primary', name: 'retry', onPress: events.retry })}`,
    );
  }
  // A capture or a comparison may be there without any session.
  if (state.view.view !== 'calls') return null;
  // A session that the URL names is shown even where lists leave it out.
  return state.sessions.size === 0 || state.session === null ? hero('empty', empty(events)) : null;
}

function refusal(reason: keyof typeof REFUSALS, events: LinkEvents): TemplateResult {
  const { title, text, command: run } = REFUSALS[reason];
  return html`<h1>${title}</h1><p class="quiet">${text}</p>${command(run, events)}`;
}

function empty(events: LinkEvents): TemplateResult {
  if (isInEditor()) {
    return html`<h1>No calls yet</h1>
      <p class="quiet">Callgrove is running and waits for an agent. Put it in front of your MCP servers:</p>
      <ol class="steps">
        <li><b>Run the editor’s command</b> and say yes to the change that it shows:${command('Callgrove: Trace This Workspace’s Servers', events)}</li>
        <li><b>Restart the agent</b> and let it use one of its tools.</li>
        <li><b>Watch the calls arrive</b> on this page, as they happen.</li>
      </ol>`;
  }
  return html`<h1>No calls yet</h1>
    <p class="quiet">Callgrove is running and waits for an agent. Put it in front of your MCP servers:</p>
    <ol class="steps">
      <li><b>In your project’s folder</b>, let it put itself before the servers in your agents’ own files:${command('callgrove wrap', events)}<span class="quiet"><code>--dry-run</code> shows the change first, <code>callgrove unwrap</code> takes it back byte for byte.</span></li>
      <li><b>Restart the agent</b> and let it use one of its tools.</li>
      <li><b>Watch the calls arrive</b> on this page, as they happen.</li>
    </ol>`;
}

function hero(kind: string, content: TemplateResult): TemplateResult {
  return html`<main class="hero hero-${kind}"><div class="hero-box"><span class="brand-mark">${icon('mark')}</span>${content}</div></main>`;
}

/** The strip over data that is no longer live, or nothing. */
export function banner(state: State, nowMs: number, { retry }: LinkEvents): TemplateResult | typeof nothing {
  const { link } = state;
  if (link.kind === 'open' || link.kind === 'refused' || state.hello === null) return nothing;
  return html`<div class="banner" role="alert">
    ${icon('partial')}
    <span><b>Not connected.</b> What you see is from before. ${link.kind === 'waiting' ? waitText(link.retry_at, nowMs) : 'Connecting…'}</span>
    ${button({ label: 'Try now', name: 'retry', onPress: retry })}
  </div>`;
}

function waitText(retryAt: number, nowMs: number): string {
  const seconds = Math.max(0, Math.ceil((retryAt - nowMs) / 1000));
  return seconds === 0 ? 'Trying again…' : `Next try in ${seconds} s.`;
}
