/** Every reason that policy judges by, in the order in which they are tried: frozen, contract, tool, then paths. */
import type { DenialReason } from '../protocol/policy.ts';

/** A table with an entry for every reason; types say when one is missing here. */
export function byReason<Value>(of: (reason: DenialReason) => Value): Record<DenialReason, Value> {
  return {
    policy_unavailable: of('policy_unavailable'),
    server_frozen: of('server_frozen'),
    session_frozen: of('session_frozen'),
    lane_frozen: of('lane_frozen'),
    contract_changed: of('contract_changed'),
    tool_not_allowed: of('tool_not_allowed'),
    invalid_path: of('invalid_path'),
    parent_traversal: of('parent_traversal'),
    symlink_escape: of('symlink_escape'),
    sibling_workspace: of('sibling_workspace'),
    hidden_config: of('hidden_config'),
    host_mount: of('host_mount'),
    credential_file: of('credential_file'),
    write_outside_root: of('write_outside_root'),
    read_outside_root: of('read_outside_root'),
    write_not_allowed: of('write_not_allowed'),
    unprovable_root: of('unprovable_root'),
  };
}

export const DENIAL_REASONS: readonly DenialReason[] = Object.values(byReason((reason) => reason));
