/** A capture with nothing in it but what a test says. */
import { createHash } from 'node:crypto';
import type { AgentSetting, ConfiguredServer, HarnessVersion, InstructionFile } from '../../daemon/protocol/harness.ts';
import type { Capture, GitState, Workbench } from '../../daemon/protocol/workbench.ts';

export const digestOf = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`;
export const blobOf = (text: string) => createHash('sha1').update(`blob ${text.length}\0${text}`).digest('hex');

export const EMPTY_GIT: GitState = {
  head: '1'.repeat(40),
  branch: 'main',
  remote: null,
  dirty: [],
  dirty_total: 0,
  submodules: [],
  linked_worktree: false,
  worktrees: 1,
};

export function fakeCapture(
  harness: Partial<HarnessVersion> = {},
  workbench: Partial<Workbench> = {},
  texts: readonly string[] = [],
): Capture {
  return {
    v: 1,
    harness: {
      harness_id: `hv_${'0'.repeat(24)}`,
      instruction_source: [],
      fixture_pack: { folders: [], files: [], files_total: 0, bytes_total: 0, digest: null },
      route_card: null,
      tool_contract: {},
      test_command: null,
      agent_settings: [],
      servers: [],
      dependencies: [],
      environment: { tools: [], variables: [] },
      ...harness,
    },
    workbench: {
      captured_at: '2026-11-20T10:00:00.000Z',
      workspace: { root: '/w', cwd: '/w', proof: 'git' },
      agent: 'claude-code',
      workspace_digest: null,
      user_facts: {
        os: 'linux',
        arch: 'x64',
        user: 'ada',
        home: '/home/ada',
        locale: 'C',
        zone: 'UTC',
        path: ['/usr/bin'],
        path_of: 'agent',
      },
      fingerprints: {},
      fingerprint_key: 'k1',
      git: EMPTY_GIT,
      untracked: [],
      untracked_total: 0,
      ignored_present: [],
      ignored_total: 0,
      installed: [],
      servers: [],
      test_result: null,
      missing: [],
      ...workbench,
    },
    texts: Object.fromEntries(texts.map((text) => [digestOf(text), text])),
  };
}

export function instruction(path: string, text: string, rest: Partial<InstructionFile> = {}): InstructionFile {
  return {
    agent: 'claude-code',
    place: 'repository',
    path,
    kind: 'instructions',
    counts: 'yes',
    why: 'the project file',
    scope: null,
    imported_by: null,
    sha256: digestOf(text),
    bytes: text.length,
    hidden: [],
    ...rest,
  };
}

export function server(name: string, version: string | null, rest: Partial<ConfiguredServer> = {}): ConfiguredServer {
  return {
    agent: 'claude-code',
    name,
    place: 'repository',
    path: '.mcp.json',
    transport: 'stdio',
    command: ['npx', name],
    url: null,
    env: [],
    headers: [],
    package: {
      how: 'npx',
      ecosystem: 'npm',
      name,
      requested: null,
      version,
      integrity: null,
      pinned: version === null ? null : false,
    },
    version_trap: null,
    contract: null,
    ...rest,
  };
}

export function setting(key: string, value: string, rest: Partial<AgentSetting> = {}): AgentSetting {
  return {
    agent: 'claude-code',
    place: 'repository',
    path: '.claude/settings.json',
    kind: 'permission',
    key,
    value,
    authority: 'grant',
    tracked: true,
    sha256: null,
    ...rest,
  };
}
