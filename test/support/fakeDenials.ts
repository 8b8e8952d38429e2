/** Denials for the page: one of each look, with links, hostile names, tools and freezes, and the policy that they come from. */
import type { Denial, DenialList, LaneList, PolicyState } from '../../daemon/protocol/denial.ts';
import type { DenialReason } from '../../daemon/protocol/policy.ts';
import { fakeRecord } from './fakeRecord.ts';
import { fakeCall } from './fakeSessions.ts';

const ROOT = '/home/ada/shop';

interface Wanted {
  readonly reason: DenialReason;
  readonly tool?: string;
  readonly server?: string;
  readonly requested?: string;
  readonly canonical?: string | null;
  readonly symlinks?: string[];
  readonly rule?: string;
  readonly access?: 'read' | 'write';
  readonly enforced?: boolean;
  readonly remedy?: string;
}

export function fakeDenial(sessionId: string, n: number, wanted: Wanted): Denial {
  const { reason, tool = 'read_text_file', server = 'filesystem', access = 'read', enforced = false } = wanted;
  const row = fakeCall(sessionId, n, { tool, server });
  const record = fakeRecord(row.call);
  const requested = wanted.requested ?? null;
  return {
    denial_id: row.call.call_id.replace('call_', 'den_'),
    call_id: row.call.call_id,
    session_id: sessionId,
    principal: record.principal,
    tenant: null,
    server,
    tool,
    at: record.timestamp,
    requested_capability: requested === null ? `execute:${tool}` : `${access}:${requested}`,
    reason,
    rule: wanted.rule ?? `root:${ROOT}`,
    policy_bundle: `sha256:${'ab'.repeat(32)}`,
    mode: enforced ? 'enforce' : 'observe',
    decision: enforced ? 'deny' : 'would_deny',
    input_summary: {
      ...record.input_summary,
      requested_path: requested,
      cwd: ROOT,
      canonical_path: wanted.canonical ?? null,
      allowed_root: ROOT,
      symlinks: wanted.symlinks ?? [],
    },
    remedy: wanted.remedy ?? 'Read a path inside the workspace.',
    paths:
      requested === null
        ? []
        : [
            {
              argument: 'path',
              requested,
              canonical: wanted.canonical ?? null,
              access,
              symlinks: wanted.symlinks ?? [],
              flags: wanted.symlinks ? ['dangling_link'] : [],
              root_why: 'top of the git checkout at the variable CLAUDE_PROJECT_DIR',
              reason,
            },
          ],
  };
}

/** Oldest first. */
export function fullDenials(sessionId: string): DenialList {
  const of = (n: number, wanted: Wanted) => fakeDenial(sessionId, n, wanted);
  const denials = [
    of(1, { reason: 'read_outside_root', requested: '/home/ada/notes/todo.md', canonical: '/home/ada/notes/todo.md' }),
    of(2, {
      reason: 'credential_file',
      requested: '.env',
      canonical: `${ROOT}/.env`,
      rule: 'credential_file:**/.env',
      remedy: 'This file holds credentials: ask the user for what is needed, do not read or write it.',
    }),
    of(3, {
      reason: 'sibling_workspace',
      tool: 'list_directory',
      requested: '../shop-api/src',
      canonical: '/home/ada/shop-api/src',
      rule: 'sibling_workspace:/home/ada/shop-api',
    }),
    of(4, {
      reason: 'tool_not_allowed',
      server: 'github',
      tool: 'delete_repository',
      rule: 'tools.deny:delete_*',
      enforced: true,
      remedy: 'Use one of the tools that are listed.',
    }),
    of(5, {
      reason: 'server_frozen',
      server: 'postgres',
      tool: 'query',
      rule: 'freeze:frz_1',
      enforced: true,
      remedy: 'The user has stopped this server: go on without it, or ask the user.',
    }),
    of(6, {
      reason: 'parent_traversal',
      tool: 'write_file',
      access: 'write',
      enforced: true,
      requested: 'src/../../../ada/.bash\u202Erc<b>',
      canonical: '/home/ada/.bash\u202Erc<b>',
      remedy: 'Use a path inside the workspace, without ".." that leaves it.',
    }),
    of(7, {
      reason: 'symlink_escape',
      tool: 'write_file',
      access: 'write',
      enforced: true,
      requested: 'vendor/current/config/production/settings.toml',
      canonical: '/srv/deployments/shop/2026-11-20/config/production/settings.toml',
      symlinks: [`${ROOT}/vendor/current`, '/srv/deployments/shop/latest'],
      remedy: 'This path leads through a link out of the workspace: use a file that lies in the workspace itself.',
    }),
  ];
  return { denials, total: denials.length, once: [] };
}

export function fullPolicy(): PolicyState {
  const file = '/home/ada/.config/callgrove.jsonc';
  const origin = (line: number) => ({ from: 'user' as const, file, line, column: 3 });
  return {
    policy: {
      v: 1,
      user: {
        mode: 'observe',
        rules: { symlink_escape: 'enforce' },
        servers: { github: { mode: 'enforce', tools: { deny: ['delete_*'] } } },
      },
      origins: {
        '/mode': origin(4),
        '/rules/symlink_escape': origin(5),
        '/servers/github/mode': origin(8),
        '/servers/github/tools/deny/0': origin(9),
      },
      repositories: {},
      freezes: [],
      pinned: [],
      workspaces: [ROOT],
    },
    settings_file: file,
    problems: [],
    freezes: [
      {
        freeze_id: 'frz_1',
        kind: 'server',
        target: 'postgres',
        processes: [],
        by: 'ada',
        reason: 'it updates totals',
        at: '2026-11-20T14:01:00.000Z',
      },
    ],
  };
}

export function fullLanes(): LaneList {
  const lane = (name: string, fingerprint: string, servers: string[], open = 1) => ({
    lane: `${name}#${fingerprint}`,
    kind: 'variable' as const,
    name,
    fingerprint,
    servers,
    connections: servers.length,
    open,
  });
  return {
    lanes: [
      lane('DATABASE_URL', '07c2d411', ['postgres'], 0),
      lane('GITHUB_TOKEN', '3f9a21c0', ['filesystem', 'github', 'postgres'], 2),
      {
        ...lane('authorization', 'be55a001', ['linear']),
        kind: 'header',
        lane: 'header:authorization#be55a001',
      },
    ],
  };
}
