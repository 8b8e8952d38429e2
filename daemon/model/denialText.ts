/** Why policy refused a call, or would have: the words of page and editor. */
import type { CallHead } from '../protocol/feed.ts';
import type { DenialReason, Freeze } from '../protocol/policy.ts';
import { spelledDirection } from './spelledDirection.ts';

/** What the call does that is refused; the call itself is left out: `reads outside the root`. */
const REASONS: Readonly<Record<DenialReason, string>> = {
  invalid_path: 'names a path that cannot be read as one',
  parent_traversal: 'climbs out of the root by “..”',
  symlink_escape: 'leaves the root through a link',
  sibling_workspace: 'reaches into another workspace',
  hidden_config: 'touches git’s or an agent’s own files',
  host_mount: 'reaches a device, a mount or a process’s files',
  credential_file: 'touches a file that holds credentials',
  write_outside_root: 'writes outside the root',
  read_outside_root: 'reads outside the root',
  write_not_allowed: 'writes where that is not allowed',
  unprovable_root: 'leads where nobody can prove',
  tool_not_allowed: 'uses a tool that is not allowed',
  contract_changed: 'uses a tool that changed and was not accepted',
  server_frozen: 'goes to a frozen server',
  session_frozen: 'belongs to a frozen session',
  lane_frozen: 'uses frozen credentials',
  policy_unavailable: 'cannot be judged: the policy is unreadable',
};

export function reasonText(reason: DenialReason): string {
  return REASONS[reason];
}

type Judged = Pick<NonNullable<CallHead['denial']>, 'decision' | 'reason'>;

/** `Denied` or `Would be denied`. */
export function decisionText({ decision }: Pick<Judged, 'decision'>): string {
  return decision === 'deny' ? 'Denied' : 'Would be denied';
}

/** `would be denied: reads outside the root`. */
export function denialRemark(judged: Judged): string {
  return `${judged.decision === 'deny' ? 'denied' : 'would be denied'}: ${reasonText(judged.reason)}`;
}

/** `the server “fs”`, `this session`, `the credentials GITHUB_TOKEN#3f9a`. */
export function frozenText(freeze: Pick<Freeze, 'kind' | 'target'>): string {
  const { kind } = freeze;
  const target = spelledDirection(freeze.target);
  if (kind === 'server') return `the server “${target}”`;
  return kind === 'session' ? `the session ${target}` : `the credentials ${target}`;
}

/** `3 denied, 12 would be`; empty where there is none. @param denied of `denials` those that were refused */
export function denialCounts(denials: number, denied: number): string {
  const would = Math.max(0, denials - denied);
  return [denied > 0 ? `${denied} denied` : null, would > 0 ? `${would} would be denied` : null]
    .filter((part) => part !== null)
    .join(', ');
}
