/**
 * The commands about policy: freeze and thaw, always allow a call, observe or enforce. Each says what will happen and
 * asks before anything does; the daemon does it, and says what it did. Nothing here starts a program.
 */
import { window, workspace } from 'vscode';
import { decisionText, frozenText, reasonText } from '../daemon/model/denialText.ts';
import { visible } from '../daemon/model/drawnPath.ts';
import type { Action } from '../daemon/protocol/api.ts';
import type { Denial, Lane, PolicyState } from '../daemon/protocol/denial.ts';
import type { SessionHead } from '../daemon/protocol/feed.ts';
import { askDaemon } from './askDaemon.ts';
import { readEndpoint } from './endpoint.ts';
import type { PagePanels } from './pagePanels.ts';
import { figuresText } from './sessionFigures.ts';

export interface PolicyCommands {
  /** @param node a session of the tree; without one it is chosen */
  freezeSession(node: unknown): Promise<void>;
  freezeServer(): Promise<void>;
  /** A credential of the session's connections. @param node a session of the tree; without one the running one here */
  freezeLane(node: unknown): Promise<void>;
  thaw(): Promise<void>;
  allowOnce(): Promise<void>;
  allowCall(): Promise<void>;
  setMode(): Promise<void>;
  openDenials(node: unknown): void;
}

export interface PolicyParts {
  readonly daemonFile: string;
  readonly panels: Pick<PagePanels, 'open'>;
  /** The session that a node names, else the running one here. */
  readonly sessionOf: (node: unknown) => string | null;
  readonly heads: () => Iterable<SessionHead>;
  readonly onActed: () => void;
}

type Target = Extract<Action, { act: 'freeze' }>;

export function policyCommands({ daemonFile, panels, sessionOf, heads, onActed }: PolicyParts): PolicyCommands {
  const act = async (action: Action) => {
    const answer = await askDaemon(await readEndpoint(daemonFile), { ask: 'act', action });
    onActed();
    if (answer.type === 'failed') void window.showErrorMessage(`That did not work: ${answer.message}`);
    else if (answer.type === 'acted') void window.showInformationMessage(answer.sentence ?? 'Done.');
  };
  const policy = async (): Promise<PolicyState | null> => {
    const answer = await askDaemon(await readEndpoint(daemonFile), { ask: 'document', wish: { what: 'policy' } });
    if (answer.type === 'document' && answer.document.what === 'policy') return answer.document.value;
    void window.showErrorMessage(
      answer.type === 'failed' ? `The policy could not be read: ${answer.message}` : 'The policy could not be read.',
    );
    return null;
  };
  const freeze = async (target: Omit<Target, 'act' | 'reason'>) => {
    const reason = await askReason(`Why is ${frozenText(target)} frozen?`);
    if (reason === null) return;
    const detail = 'From the next request on it is refused, in the agents that run now, too, until it is thawed.';
    if (await agreed(`Freeze ${frozenText(target)}?`, detail, 'Freeze'))
      await act({ act: 'freeze', ...target, reason });
  };

  const newest = () => [...heads()].sort((a, b) => b.last_at - a.last_at)[0];
  /** Of the session at hand; says so where there is none. */
  const chosenDenial = async (
    title: string,
    none: string,
    fits: (denial: Denial) => boolean,
  ): Promise<Denial | null> => {
    const session = sessionOf(null) ?? newest()?.session.session_id;
    const denials = (session === undefined ? [] : await denialsOf(daemonFile, session)).filter(fits);
    if (denials.length > 0) return pick(title, denials.toReversed(), denialItem);
    void window.showInformationMessage(none);
    return null;
  };

  return {
    async freezeSession(node) {
      const open = [...heads()].filter(({ open_connections, running_calls }) => open_connections + running_calls > 0);
      const id = sessionOf(node) ?? (await pick('Which session?', open, sessionItem))?.session.session_id ?? null;
      if (id !== null) await freeze({ kind: 'session', target: id });
    },
    async freezeServer() {
      const servers = [...new Set([...heads()].flatMap((head) => head.servers))].toSorted();
      const server = await pick('Which server?', servers, (label) => ({ label }));
      if (server !== null) await freeze({ kind: 'server', target: server });
    },
    async freezeLane(node) {
      const session = sessionOf(node) ?? newest()?.session.session_id;
      const lanes = session === undefined ? [] : await lanesOf(daemonFile, session);
      if (lanes.length === 0)
        return void window.showInformationMessage('This session’s servers were started without credentials.');
      const lane = await pick('Which credential?', lanes, (one) => ({
        label: `${one.kind === 'header' ? 'header ' : ''}${one.name}`,
        description: `#${one.fingerprint}`,
        detail: one.servers.join(', '),
      }));
      if (lane !== null) await freeze({ kind: 'lane', target: lane.lane });
    },
    async thaw() {
      const state = await policy();
      if (state === null) return;
      if (state.freezes.length === 0) return void window.showInformationMessage('Nothing is frozen.');
      const freeze = await pick('What is thawed?', state.freezes, (one) => ({
        label: frozenText(one),
        description: `by ${one.by}, ${new Date(one.at).toLocaleString()}`,
        detail: one.reason ?? '',
      }));
      if (freeze === null) return;
      const { kind, target } = freeze;
      const detail = 'The next request goes through again. The trail keeps what was refused meanwhile.';
      if (await agreed(`Thaw ${frozenText(freeze)}?`, detail, 'Thaw'))
        await act({ act: 'thaw', kind, target, reason: null });
    },
    async allowOnce() {
      if (!mayChangeSettings()) return;
      const denial = await chosenDenial(
        'Which call may be made once?',
        'No call was refused in this session that could be allowed once.',
        ({ decision, reason }) => decision === 'deny' && !/_frozen$|^contract_changed$/.test(reason),
      );
      if (denial === null) return;
      const detail = 'The next request like it passes, if it comes within ten minutes. Then the rule counts again.';
      if (await agreed(`Allow ${denialItem(denial).description} once?`, detail, 'Allow Once'))
        await act({ act: 'allow', call_id: denial.call_id, once: true });
    },
    async allowCall() {
      if (!mayChangeSettings()) return;
      const denial = await chosenDenial(
        'Which call is allowed from now on?',
        'Nothing was denied in this session.',
        () => true,
      );
      if (denial === null) return;
      const where = (await policy())?.settings_file ?? 'your settings';
      const detail = `The narrowest rule that would have let it through is written to ${where}. It counts from the next request on.`;
      if (await agreed(`Always allow ${denialItem(denial).description}?`, detail, 'Allow'))
        await act({ act: 'allow', call_id: denial.call_id, once: false });
    },
    async setMode() {
      if (!mayChangeSettings()) return;
      const servers = [...new Set([...heads()].flatMap((head) => head.servers))].toSorted();
      const where = await pick('For which server?', [null, ...servers], (server) => ({
        label: server ?? 'Every server',
      }));
      if (where === null && servers.length === 0) return;
      const mode = await pick('What happens to a call that policy has something against?', MODES, (one) => ({
        label: one.label,
        detail: one.detail,
      }));
      if (mode === null) return;
      const title = `${mode.label} for ${where === null ? 'every server' : `“${where}”`}?`;
      if (await agreed(title, mode.detail, mode.label))
        await act({ act: 'mode', mode: mode.mode, server: where, rule: null });
    },
    openDenials(node) {
      const session = sessionOf(node);
      panels.open({ session, call: null, view: { view: 'denials', call: null } });
    },
  };
}

const MODES = [
  { mode: 'observe' as const, label: 'Observe', detail: 'It is told, and goes on.' },
  {
    mode: 'enforce' as const,
    label: 'Enforce',
    detail:
      'It is refused, and the server never sees it. A guard rail, not a sandbox: programs of yours can go round it.',
  },
];

/** A call that was denied, or would have been, of one session; the oldest first. */
export async function denialsOf(daemonFile: string, session: string): Promise<readonly Denial[]> {
  const wish = { what: 'denials' as const, id: session };
  const answer = await askDaemon(await readEndpoint(daemonFile), { ask: 'document', wish });
  return answer.type === 'document' && answer.document.what === 'denials' ? answer.document.value.denials : [];
}

async function lanesOf(daemonFile: string, session: string): Promise<readonly Lane[]> {
  const wish = { what: 'lanes' as const, id: session };
  const answer = await askDaemon(await readEndpoint(daemonFile), { ask: 'document', wish });
  return answer.type === 'document' && answer.document.what === 'lanes' ? answer.document.value.lanes : [];
}

function denialItem(denial: Denial) {
  const path = denial.paths.find(({ reason }) => reason !== null);
  return {
    label: `${denial.server} · ${denial.tool ?? 'request'}`,
    description: visible(path?.canonical ?? path?.requested ?? denial.requested_capability ?? ''),
    detail: `${decisionText(denial)}: it ${reasonText(denial.reason)}`,
  };
}

function sessionItem(head: SessionHead) {
  return { label: head.session.label ?? head.session.title, description: figuresText(head) };
}

/** @returns null where nothing was chosen */
async function pick<Value>(
  title: string,
  values: readonly Value[],
  item: (value: Value) => { label: string; description?: string; detail?: string },
): Promise<Value | null> {
  const items = values.map((value) => ({ ...item(value), value }));
  // It is asked after something was read: what takes the focus meanwhile must not close it.
  const options = { title, matchOnDescription: true, matchOnDetail: true, ignoreFocusOut: true };
  const chosen = await window.showQuickPick(items, options);
  return chosen?.value ?? null;
}

async function agreed(message: string, detail: string, yes: string): Promise<boolean> {
  return (await window.showWarningMessage(message, { modal: true, detail }, yes)) === yes;
}

/** Empty is no reason; undefined: not any more. */
async function askReason(title: string): Promise<string | null> {
  const said = await window.showInputBox({
    title,
    prompt: 'It stands in the trail. It may be left empty.',
    // As the list before it.
    ignoreFocusOut: true,
  });
  return said === undefined ? null : said.trim().slice(0, 500);
}

/** In a restricted workspace this extension changes no file. Freezing is not a change of settings: it is always allowed. */
function mayChangeSettings(): boolean {
  if (workspace.isTrusted) return true;
  void window.showInformationMessage('In a restricted workspace Callgrove changes no settings.');
  return false;
}
