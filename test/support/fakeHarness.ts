/** A harness with one of everything for the page: what counts and what does not, grants, traps, captures, comparisons. */
import type {
  CaptureHead,
  HarnessList,
  SessionHarness,
  StoredCapture,
  StoredFresh,
} from '../../daemon/protocol/captures.ts';
import type {
  ComparedCall,
  ComparedHead,
  Difference,
  HarnessDiff,
  RunComparison,
} from '../../daemon/protocol/comparison.ts';
import type { PathVerification } from '../../daemon/protocol/pathVerification.ts';
import type { Capture } from '../../daemon/protocol/workbench.ts';
import { digestOf, EMPTY_GIT, fakeCapture, instruction, server, setting } from './fakeCapture.ts';

export const SENTENCE = '3 changes: CLAUDE.md edited; GITHUB_TOKEN gone; server-filesystem 2.3.0 → 2.4.0';
const HV = 'hv_0a1b2c3d4e5f60718293a4b5';
const TEXT = '# Shop\n\nRun the tests with `npm test`.\n';

export function fakeCaptureHead(id: string, change: Partial<CaptureHead> = {}): CaptureHead {
  return {
    capture_id: id,
    session_id: null,
    origin: 'session',
    harness_id: HV,
    captured_at: '2026-11-20T14:00:00.000Z',
    root: '/home/ada/shop',
    agent: 'claude-code',
    compared_with: null,
    sentence: null,
    changes: null,
    ...change,
  };
}

export function fullCapture(): Capture {
  const rule = instruction('.claude/rules/tests.md', 'Write tests first.', {
    kind: 'rule',
    counts: 'on_touch',
    why: 'A rule for files that it names.',
    scope: { globs: ['**/*.test.ts'], always: false, description: null },
  });
  return fakeCapture(
    {
      harness_id: HV,
      instruction_source: [
        instruction('CLAUDE.md', TEXT, { why: 'Claude Code reads CLAUDE.md of the working folder.' }),
        instruction('CLAUDE.md', TEXT, { agent: 'copilot', why: 'VS Code reads CLAUDE.md beside AGENTS.md.' }),
        instruction('AGENTS.md', 'Be kind.', {
          agent: 'codex',
          counts: 'shadowed',
          why: 'AGENTS.override.md stands beside it.',
        }),
        rule,
        instruction('docs/style.md', 'Use tabs.', {
          kind: 'import',
          imported_by: 'CLAUDE.md',
          why: 'CLAUDE.md imports it.',
          hidden: [{ line: 12, column: 4, code_point: 'U+200B', name: 'ZERO WIDTH SPACE' }],
        }),
        instruction('.claude/CLAUDE.md', 'My own.', { place: 'home', why: 'The user’s own file.' }),
        instruction('CLAUDE.local.md', 'x', { counts: 'excluded', why: 'claudeMdExcludes names it.' }),
      ],
      agent_settings: [
        setting('permissions.allow[Bash(npm:*)]', 'Bash(npm:*)'),
        setting('hooks.PreToolUse', 'runs ./guard.sh', { kind: 'hook' }),
        setting('permissions.allow[Read]', 'Read', { place: 'home', tracked: null }),
        setting('commands/review', 'Review the change', {
          kind: 'command',
          authority: 'guidance',
          path: '.claude/commands/review.md',
        }),
      ],
      servers: [
        server('filesystem', '2.4.0', {
          version_trap: 'npx starts 2.4.0 of the workspace, although 2026.8.31 is the newest.',
          contract: digestOf('tools'),
        }),
        server('github', '1.0.3', {
          env: ['GITHUB_TOKEN'],
          package: {
            how: 'npx',
            ecosystem: 'npm',
            name: '@acme/github',
            requested: '1.0.3',
            version: '1.0.3',
            integrity: 'sha512-abcdefghijklmnopqrstuvwxyz',
            pinned: true,
          },
        }),
        server('docs', null, {
          transport: 'http',
          command: [],
          url: 'https://docs.example/mcp',
          headers: ['Authorization'],
          package: {
            how: 'url',
            ecosystem: null,
            name: null,
            requested: null,
            version: null,
            integrity: null,
            pinned: null,
          },
        }),
      ],
      tool_contract: {
        filesystem: {
          contract: digestOf('tools'),
          tools: { read_text_file: digestOf('a'), write_file: digestOf('b'), list_directory: digestOf('c') },
        },
      },
      test_command: {
        command: 'npm test',
        source: 'package.json scripts.test',
        also: [{ command: 'make test', source: 'Makefile test' }],
      },
      dependencies: [{ manager: 'npm', lockfile: 'package-lock.json', sha256: digestOf('lock') }],
      environment: {
        tools: [
          { name: 'node', version: '24.11.0' },
          { name: 'npm', version: '11.6.0' },
        ],
        variables: [
          { name: 'GITHUB_TOKEN', set: false, named_by: ['server github'] },
          { name: 'CI', set: true, named_by: ['test command'] },
        ],
      },
      fixture_pack: {
        folders: [{ path: 'test/fixtures', source: 'convention' }],
        files: [{ path: 'test/fixtures/cart.json', blob: 'a'.repeat(40) }],
        files_total: 212,
        bytes_total: 90_000,
        digest: digestOf('fx'),
      },
    },
    {
      workspace: { root: '/home/ada/shop', cwd: '/home/ada/shop', proof: 'git' },
      captured_at: '2026-11-20T14:00:00.000Z',
      workspace_digest: `ws_${'b'.repeat(24)}`,
      git: {
        ...EMPTY_GIT,
        remote: 'git@github.com:ada/shop.git',
        dirty: [{ path: 'src/cart.ts', status: ' M', from: null, blob: null }],
        dirty_total: 1,
      },
      untracked: [{ path: 'notes.txt', blob: null, bytes: 312 }],
      untracked_total: 1,
      ignored_present: [
        { path: '.env', kind: 'file', role: 'environment', bytes: 212, fingerprint: null },
        { path: 'node_modules', kind: 'folder', role: 'dependencies', bytes: null, fingerprint: null },
        ...Array.from({ length: 248 }, (_, i) => ({
          path: `dist/chunk-${i}.js`,
          kind: 'file' as const,
          role: 'build' as const,
          bytes: 900 + i,
          fingerprint: null,
        })),
      ],
      ignored_total: 1312,
      installed: [
        {
          manager: 'npm',
          lockfile: 'package-lock.json',
          state: 'differs',
          differing: [{ name: 'left-pad', locked: '1.3.0', installed: '1.2.0' }],
          differing_total: 1,
          compared: 214,
        },
      ],
      servers: [{ agent: 'claude-code', name: 'filesystem', wrapped: true, file: '~/.npm/_npx/server.js' }],
      test_result: { command: 'npm test', result: 'failed', at: '2026-11-20T13:55:00.000Z' },
      missing: ['Copilot’s settings of the organisation cannot be read from this machine.'],
    },
    [TEXT],
  );
}

export function fullHarness(session_id: string): SessionHarness {
  const [before, first, later] = ['cap_before', 'cap_first', 'cap_later'] as const;
  const head = fakeCaptureHead(first, { session_id, compared_with: before, sentence: SENTENCE, changes: 3 });
  const changed = '1 change: .claude/settings.json permissions.allow[Write] new';
  const finding = (
    kind: 'grant_from_repository' | 'hidden_unicode' | 'unpinned_server',
    severity: 'info' | 'warning',
    evidence: string,
  ) => ({ finding_id: kind, kind, severity, call_id: null, session_id, evidence, since: head.captured_at });
  return {
    session_id,
    captures: [
      head,
      fakeCaptureHead(later, {
        session_id,
        origin: 'event',
        captured_at: '2026-11-20T14:06:00.000Z',
        compared_with: first,
        sentence: changed,
        changes: 1,
      }),
    ],
    first: { head, capture: fullCapture() },
    since: {
      session_id: 'ses_0000000000000001',
      capture_id: before,
      sentence: SENTENCE,
      differences: fullDifferences(),
    },
    trail: [],
    findings: [
      finding(
        'unpinned_server',
        'info',
        'filesystem: the entry names no version of filesystem; the same command may start another version tomorrow.',
      ),
      finding(
        'grant_from_repository',
        'warning',
        '.claude/settings.json, a file of the repository, lets claude-code do something unasked: permissions.allow[Bash(npm:*)]: Bash(npm:*).',
      ),
      finding(
        'hidden_unicode',
        'warning',
        'docs/style.md (repository) holds a character that a reader does not see and a model does: U+200B (ZERO WIDTH SPACE) in line 12, column 4.',
      ),
    ],
    changed_retries: [
      {
        event_id: 'ev_1',
        failed_call: 'call_failed',
        retry_call: 'call_retry',
        before: first,
        after: later,
        sentence: changed,
        widened: ['permissions.allow[Write]'],
      },
    ],
  };
}

export function fullDifferences(): Difference[] {
  const one = (
    group: Difference['group'],
    item: string,
    before: string | null,
    after: string | null,
    text_diff: string | null = null,
  ): Difference => ({
    group,
    item,
    before,
    after,
    why_it_matters: WHY[group] ?? 'It may change what a run does.',
    text_diff,
  });
  return [
    one(
      'instructions',
      'CLAUDE.md',
      '36 B',
      '58 B',
      '--- a/CLAUDE.md\n+++ b/CLAUDE.md\n@@ -1,3 +1,4 @@\n # Shop\n \n-Run the tests with `npm test`.\n+Run the tests with `npm test -- --watch`.\n+<script>alert("diff")</script>\n',
    ),
    one('servers', 'filesystem in .mcp.json', '2.3.0', '2.4.0'),
    one('environment', 'GITHUB_TOKEN', 'set', 'not set'),
    one('ignored', '.env', null, '212 B'),
    one('machine', 'node', '22.20.0', '24.11.0'),
  ];
}

const WHY: Partial<Record<Difference['group'], string>> = {
  instructions: 'Agents read it before they plan.',
  servers: 'Another version may offer other tools and answer otherwise.',
  environment: 'Servers and commands read it.',
};

export const fullDiff = (a: string, b: string): HarnessDiff => ({ a, b, differences: fullDifferences() });

/** @param count calls that are equal after the ones that differ */
export function fullRuns(a: string, b: string, count = 40): RunComparison {
  const heads: Record<string, ComparedHead> = {};
  const head = (call_id: string, tool: string, summary: string, change: Partial<ComparedHead> = {}) => {
    heads[call_id] = {
      call_id,
      server: 'filesystem',
      tool,
      summary,
      outcome: 'success',
      error_message: null,
      duration_ms: 12,
      ...change,
    };
    return call_id;
  };
  const equal = (n: number, from: string): ComparedCall[] =>
    Array.from({ length: n }, (_, i) => ({
      status: 'equal',
      a: `call_a_${from}${i}`,
      b: `call_b_${from}${i}`,
      changed: [],
    }));
  const changed: ComparedCall = {
    status: 'changed',
    a: head('call_a_read', 'read_text_file', 'path: ".env"', { duration_ms: 6 }),
    b: head('call_b_read', 'read_text_file', 'path: ".env"', {
      outcome: 'error',
      error_message: 'ENOENT: no such file',
      duration_ms: 410,
    }),
    changed: ['outcome', 'result', 'duration'],
  };
  return {
    diff: {
      a,
      b,
      harness: fullDifferences(),
      calls: [
        ...equal(12, 'x'),
        changed,
        { status: 'only_b', a: null, b: head('call_b_list', 'list_directory', 'path: "."'), changed: [] },
        ...equal(3, 'y'),
        {
          status: 'only_a',
          a: head('call_a_write', 'write_file', 'path: "src/cart.ts", content: 1.2 kB'),
          b: null,
          changed: [],
        },
        {
          status: 'changed',
          a: head('call_a_arg', 'search_files', 'pattern: "*.ts"'),
          b: head('call_b_arg', 'search_files', 'pattern: "**/*.test.ts"'),
          changed: ['arguments'],
        },
        ...Array.from(
          { length: count },
          (_, i): ComparedCall => ({
            status: 'only_b',
            a: null,
            b: head(`call_b_more${i}`, `tool_${i}`, ''),
            changed: [],
          }),
        ),
      ],
      first_divergence: {
        a: 'call_a_read',
        b: 'call_b_read',
        explained_by: [
          { item: '.env', reason: 'the call names this file, and it is gone in B' },
          { item: 'CLAUDE.md', reason: 'the instruction names the tool read_text_file' },
        ],
      },
    },
    heads,
    harness_missing: null,
  };
}

export function fullFresh(fresh_id: string): StoredFresh {
  const stored = (id: string, origin: CaptureHead['origin']): StoredCapture => ({
    head: fakeCaptureHead(id, { origin }),
    capture: fullCapture(),
  });
  return {
    head: { fresh_id, at: '2026-11-20T15:00:00.000Z', root: '/home/ada/shop', ref: 'HEAD (4f2a9c1e)', hidden: 3 },
    result: {
      ref: 'HEAD (4f2a9c1e)',
      setup: { command: 'npm ci', source: 'package-lock.json', ran: true },
      hidden: [
        { group: 'ignored', item: '.env', detail: 'a file that git ignores, 212 B' },
        { group: 'dependencies', item: 'left-pad', detail: 'installed 1.2.0, and the lockfile says 1.3.0' },
        {
          group: 'instructions',
          item: '~/.claude/CLAUDE.md',
          detail: 'of the home folder: a colleague has another or none',
        },
      ],
      not_prepared: [],
      rebuilt: [{ group: 'dependencies', item: 'node_modules', detail: 'npm ci made it again' }],
      test: { command: 'npm test', warm: 'passed', fresh: 'failed', passes_once: ['.env'] },
    },
    warm: stored('cap_warm', 'command'),
    fresh: stored('cap_fresh', 'fresh'),
  };
}

export const fullList = (): HarnessList => ({
  captures: [
    fakeCaptureHead('cap_later', { origin: 'event', captured_at: '2026-11-20T14:06:00.000Z' }),
    fakeCaptureHead('cap_first'),
    fakeCaptureHead('cap_before', { captured_at: '2026-11-19T09:00:00.000Z' }),
  ],
  fresh: [fullFresh('fresh_1').head],
});

/** What \`verify-path\` found of a server that did the same on both ways. */
export function fullVerification(server: string): PathVerification {
  const names = ['authorised_read', 'denied_write', 'argument_error', 'timeout', 'recovery'] as const;
  return {
    v: 1,
    server,
    transport: 'stdio',
    command: ['node', 'server.js'],
    at: '2026-11-20T14:00:00.000Z',
    lane: { direct: null, mediated: null, same: true },
    added_ms: 0.4,
    verdict: 'same',
    cases: names.map((name) => ({
      case: name,
      what: 'read_text_file',
      direct: null,
      mediated: null,
      verdict: name === 'denied_write' ? 'as_wanted' : 'same',
      differs: [],
      note: null,
    })),
    environment: {
      adapter: '0.1.0',
      platform: 'linux x64',
      container: 'none',
      mounts: null,
      checkout: { root: '/home/ada/shop', commit: null },
      server: null,
    },
  };
}
