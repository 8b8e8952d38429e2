/** One sentence for each reason: what would be allowed instead. It names nothing of the host that was not asked for. */
import type { DenialReason } from '../protocol/policy.ts';

const REMEDIES: Readonly<Record<DenialReason, string>> = {
  invalid_path: 'Name one file or folder inside the workspace, in plain text.',
  parent_traversal: 'Use a path inside the workspace, without ".." that leaves it.',
  symlink_escape: 'This path leads through a link out of the workspace: use a file that lies in the workspace itself.',
  sibling_workspace: 'This is another workspace: ask the user to open it, or work on files of this one.',
  hidden_config: "Git's own files and agents' settings are changed by the user, not by tools: ask the user.",
  host_mount: 'Devices, mounts and process files are out of reach: use files inside the workspace.',
  credential_file: 'This file holds credentials: ask the user for what is needed, do not read or write it.',
  write_outside_root: 'Write to a path inside the workspace.',
  read_outside_root: 'Read a path inside the workspace.',
  write_not_allowed: 'This place may not be written to: write to another path inside the workspace.',
  unprovable_root: 'Use an absolute path inside the workspace.',
  tool_not_allowed: 'Use one of the tools that are listed.',
  contract_changed:
    "The server's tools have changed and the user has not accepted that yet: ask the user, or use another tool.",
  server_frozen: 'The user has stopped this server: go on without it, or ask the user.',
  session_frozen: 'The user has stopped this session: wait for the user.',
  lane_frozen: 'The user has stopped the credentials that this server uses: go on without it, or ask the user.',
  policy_unavailable: 'The policy cannot be read: ask the user.',
};

export function remedyFor(reason: DenialReason): string {
  return REMEDIES[reason];
}
