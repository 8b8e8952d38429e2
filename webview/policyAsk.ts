/**
 * What the page may do about policy, as questions to the user first: each says what will happen before anything does.
 * Pure words and actions; the dialog and the sending stand elsewhere.
 */
import { frozenText, reasonText } from '../daemon/model/denialText.ts';
import type { Action } from '../daemon/protocol/api.ts';
import type { Denial } from '../daemon/protocol/denial.ts';
import type { Freeze } from '../daemon/protocol/policy.ts';

export type PolicyAction = Extract<Action, { act: 'freeze' | 'thaw' | 'allow' | 'deny' | 'mode' }>;

export interface PolicyAsk {
  readonly action: PolicyAction;
  readonly title: string;
  /** What will happen, one sentence each. */
  readonly says: readonly string[];
  /** The button that does it. */
  readonly yes: string;
  /** Who freezes or thaws may say why: it stands in the trail. */
  readonly wantsReason: boolean;
  /** The same on the command line; null where a line of the settings is the only other way. */
  readonly command: string | null;
}

export function askFreeze(of: Pick<Freeze, 'kind' | 'target'>): PolicyAsk {
  const what = frozenText(of);
  const others = { server: 'Other servers go on.', session: 'Other sessions go on.', lane: 'Other credentials go on.' };
  return {
    action: { act: 'freeze', ...of, reason: null },
    title: `Freeze ${what}?`,
    says: [
      `From the next request on, everything that goes to ${what} is refused, in the agents that run now, too.`,
      `A call that is under way is not stopped. ${others[of.kind]}`,
      'It stays frozen, over restarts, until it is thawed.',
    ],
    yes: 'Freeze',
    wantsReason: true,
    command: `callgrove freeze ${of.kind} ${quoted(of.target)}`,
  };
}

export function askThaw(of: Pick<Freeze, 'kind' | 'target'>): PolicyAsk {
  return {
    action: { act: 'thaw', ...of, reason: null },
    title: `Thaw ${frozenText(of)}?`,
    says: ['The next request goes through again.', 'The trail keeps who froze and thawed it, and what was refused.'],
    yes: 'Thaw',
    wantsReason: true,
    command: `callgrove thaw ${of.kind} ${quoted(of.target)}`,
  };
}

/** @param settings where the user's own settings stand; null while that is not read */
export function askAllow(denial: Denial, settings: string | null): PolicyAsk {
  return {
    action: { act: 'allow', call_id: denial.call_id, once: false },
    title: 'Always allow this?',
    says: [
      `Your own settings${settings === null ? '' : ` (${settings})`} get the narrowest rule that would have let this call through: ${whatIsAllowed(denial)}.`,
      `It counts for the server “${denial.server}” from the next request on. This call itself is not repeated.`,
    ],
    yes: 'Allow from now on',
    wantsReason: false,
    command: allowCommand(denial),
  };
}

/** Only what was refused, and by what a rule says, can pass once. */
export function askAllowOnce(denial: Denial): PolicyAsk {
  return {
    action: { act: 'allow', call_id: denial.call_id, once: true },
    title: 'Allow this once?',
    says: [
      `The next request like it passes, if it comes within ten minutes: ${whatIsAllowed(denial)}, by ${denial.tool ?? 'the same request'} of “${denial.server}”.`,
      'Then the rule counts again. Your settings stay as they are. This call itself is not repeated: the agent has to ask again.',
    ],
    yes: 'Allow once',
    wantsReason: false,
    command: `callgrove policy allow ${denial.call_id} --once`,
  };
}

/** What would allow a denied call. */
export function allowCommand({ call_id, reason, server, session_id }: Denial): string {
  if (reason === 'server_frozen') return `callgrove thaw server ${quoted(server)}`;
  if (reason === 'session_frozen') return `callgrove thaw session ${session_id}`;
  if (reason === 'lane_frozen') return 'callgrove thaw';
  return reason === 'contract_changed'
    ? `callgrove policy accept ${quoted(server)}`
    : `callgrove policy allow ${call_id}`;
}

/** No rule allows what was frozen, or what changed and was not accepted. */
export function canBeAllowed({ reason }: Pick<Denial, 'reason'>): boolean {
  return !/_frozen$|^contract_changed$/.test(reason);
}

export function askDeny(denial: Denial, settings: string | null): PolicyAsk {
  return {
    action: { act: 'deny', call_id: denial.call_id },
    title: 'Always deny this?',
    says: [
      `Your own settings${settings === null ? '' : ` (${settings})`} get a rule that keeps this out: ${whatIsAllowed(denial)}. It counts whatever else allows it.`,
      'In observe mode such a call is told and goes on; in enforce mode the server never sees it.',
    ],
    yes: 'Deny from now on',
    wantsReason: false,
    command: null,
  };
}

/** @param refused what of the session that is shown would have been refused; null where that is not known */
export function askMode(
  mode: 'observe' | 'enforce' | 'off',
  of: { readonly server: string | null; readonly rule: Denial['reason'] | null },
  refused: number | null,
): PolicyAsk {
  const where = of.server === null ? 'for every server' : `for the server “${of.server}”`;
  const what = of.rule === null ? 'what policy has something against' : `a call that ${reasonText(of.rule)}`;
  const says = {
    enforce: [
      `From the next request on, ${what} is refused ${where}: the server never sees it, and the agent reads why.`,
      ...(refused === null || refused === 0
        ? []
        : [`Of this session ${refused === 1 ? '1 call' : `${refused} calls`} would have been refused.`]),
      'It is a guard rail, not a sandbox: programs of yours can go round it.',
    ],
    observe: [`From the next request on, ${what} is only told ${where}: the call goes on.`],
    off: [`From the next request on, ${what} is not judged ${where}, and no longer listed.`],
  }[mode];
  return {
    action: { act: 'mode', mode, server: of.server, rule: of.rule },
    title: { enforce: 'Switch to enforce?', observe: 'Only observe?', off: 'Turn this rule off?' }[mode],
    says: [...says, 'Your own settings keep it.'],
    yes: { enforce: 'Enforce', observe: 'Observe', off: 'Turn off' }[mode],
    wantsReason: false,
    command: null,
  };
}

/** The reason that a user typed goes with a freeze or thaw, cut to what it may be. */
export function withReason(action: PolicyAction, reason: string): PolicyAction {
  const text = reason.trim().slice(0, 500);
  return (action.act === 'freeze' || action.act === 'thaw') && text !== '' ? { ...action, reason: text } : action;
}

/** What a rule about this call is about: the path where one was refused, else the tool. */
function whatIsAllowed({ paths, tool, server }: Denial): string {
  const path = paths.find(({ reason }) => reason !== null);
  if (path) return `to ${path.access === 'write' ? 'write' : 'read'} ${path.canonical ?? path.requested}`;
  return tool === null ? `requests to “${server}”` : `the tool “${tool}” of “${server}”`;
}

function quoted(text: string): string {
  return /^[\w@%+=:,./#-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
