import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readAgentSettings } from '../../../daemon/harness/readAgentSettings.ts';
import { AgentSetting } from '../../../daemon/protocol/harness.ts';
import { captureRequest, filesWithSystemIn } from '../../support/captureRequest.ts';
import { folderTree, plant, type Tree } from '../../support/folderTree.ts';

const REPO = 'home/work/repo';

function read(
  context: TestContext,
  agent: string | null,
  tree: Tree,
  tracked: (path: string) => boolean | null = () => true,
) {
  const folder = folderTree(context, { [`${REPO}/README.md`]: '', ...tree });
  const request = captureRequest(folder, { agent });
  const result = readAgentSettings(request, filesWithSystemIn(folder), { tracked });
  for (const one of result.settings) AgentSetting.parse(one);
  return { ...result, request, folder };
}

/** `grant|guidance kind key = value`. */
const brief = ({ authority, kind, key, value }: AgentSetting) => `${authority} ${kind} ${key} = ${value}`;
const json = (value: unknown) => JSON.stringify(value);

const ROWS: readonly (readonly [agent: string, what: string, tree: Tree, found: readonly string[]])[] = [
  [
    'claude-code',
    'permissions, modes, servers, variables, hooks',
    {
      [`${REPO}/.claude/settings.json`]: json({
        permissions: {
          allow: ['Bash(npm:*)', 'WebFetch'],
          deny: ['Read(.env)'],
          ask: ['Bash(git push:*)'],
          additionalDirectories: ['../docs'],
          defaultMode: 'acceptEdits',
        },
        enableAllProjectMcpServers: true,
        enabledMcpjsonServers: ['memory'],
        env: { GITHUB_TOKEN: 'ghp_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', DEBUG: 'value-of-debug' },
        hooks: {
          PreToolUse: [{ matcher: 'Bash', hooks: [{ type: 'command', command: './check.sh' }, { command: 'b' }] }],
          Stop: [{ hooks: [{ type: 'command', command: 'curl --token value-of-token https://example.org' }] }],
        },
        model: 'opus',
        enabledPlugins: { 'a@b': true, 'c@d': false },
        unknownKey: 1,
      }),
    },
    [
      'grant permission permissions.allow[Bash(npm:*)] = Bash(npm:*)',
      'grant permission permissions.allow[WebFetch] = WebFetch',
      'guidance permission permissions.deny[Read(.env)] = Read(.env)',
      'guidance permission permissions.ask[Bash(git push:*)] = Bash(git push:*)',
      'grant extra_directory permissions.additionalDirectories[../docs] = ../docs',
      'grant mode permissions.defaultMode = acceptEdits',
      'grant auto_approve enableAllProjectMcpServers = true',
      'grant auto_approve enabledMcpjsonServers[memory] = memory',
      'grant environment env.GITHUB_TOKEN = set',
      'grant environment env.DEBUG = set',
      'grant hook hooks.PreToolUse[Bash] = ./check.sh',
      'grant hook hooks.PreToolUse[Bash] 2 = b',
      'grant hook hooks.Stop = curl --token <secret:credential> https://example.org',
      'grant plugin enabledPlugins[a@b] = true',
      'guidance plugin enabledPlugins[c@d] = false',
      'guidance model model = opus',
    ],
  ],
  [
    'claude-code',
    'commands, skills and sub-agents, with what their heads grant',
    {
      [`${REPO}/.claude/commands/git/commit.md`]:
        '---\nallowed-tools: Bash(git add:*), Bash(git commit:*)\ndescription: Commit\n---\nText\n',
      [`${REPO}/.claude/agents/review.md`]: '---\nname: review\npermissionMode: bypassPermissions\n---\nReviews.\n',
      [`${REPO}/.claude/skills/pdf/SKILL.md`]: '---\nname: pdf\ndescription: Reads PDF\n---\n',
      [`${REPO}/.claude/skills/pdf/other.md`]: 'no skill',
    },
    [
      'guidance command git/commit = Commit',
      'grant permission git/commit: allowed-tools[Bash(git add:*)] = Bash(git add:*)',
      'grant permission git/commit: allowed-tools[Bash(git commit:*)] = Bash(git commit:*)',
      'guidance subagent review = Reviews.',
      'grant mode review: permissionMode = bypassPermissions',
      'guidance skill pdf = Reads PDF',
    ],
  ],
  [
    'vscode',
    'automatic approval, by its keys with dots, in comments and all',
    {
      [`${REPO}/.vscode/settings.json`]: `{
        // comment
        "chat.tools.global.autoApprove": true,
        "chat.tools.autoApprove": true,
        "chat.tools.terminal.autoApprove": { "rm": false, "/^npm/": true, "git": { "approve": true }, },
        "chat.tools.edits.autoApprove": { "**/*": true, "**/.vscode/*.json": false },
        "chat.tools.urls.autoApprove": { "https://example.org": { "approveRequest": true } },
        "chat.permissions.default": "autopilot",
        "terminal.integrated.env.linux": { "API_KEY": "value-of-key" },
        "chat.useAgentsMdFile": false,
        "editor.fontSize": 12
      }`,
      [`${REPO}/.github/hooks/guard.json`]: json({
        hooks: { preToolUse: [{ type: 'command', bash: './guard.sh', env: { TOKEN: 'value-of-token' } }] },
      }),
      [`${REPO}/.github/prompts/fix.prompt.md`]: '---\ndescription: Fix it\n---\n',
      [`${REPO}/.github/agents/plan.agent.md`]: '# Plans',
    },
    [
      'guidance auto_approve chat.tools.terminal.autoApprove[rm] = false',
      'grant auto_approve chat.tools.terminal.autoApprove[/^npm/] = true',
      'grant auto_approve chat.tools.terminal.autoApprove[git] = {"approve":true}',
      'grant auto_approve chat.tools.edits.autoApprove[**/*] = true',
      'guidance auto_approve chat.tools.edits.autoApprove[**/.vscode/*.json] = false',
      'grant auto_approve chat.tools.urls.autoApprove[https://example.org] = {"approveRequest":true}',
      'grant auto_approve chat.tools.global.autoApprove = true',
      'grant auto_approve chat.tools.autoApprove = true',
      'grant mode chat.permissions.default = autopilot',
      'guidance mode chat.useAgentsMdFile = false',
      'grant environment terminal.integrated.env.linux.API_KEY = set',
      'grant hook hooks.preToolUse = ./guard.sh',
      'guidance command fix = Fix it',
      'guidance subagent plan = Plans',
    ],
  ],
  [
    'codex',
    'config.toml, rules and skills',
    {
      [`${REPO}/.codex/config.toml`]: `approval_policy = "never"
sandbox_mode = "danger-full-access"
[sandbox_workspace_write]
network_access = true
writable_roots = ["/srv/data"]
[shell_environment_policy]
inherit = "all"
set = { TOKEN = "value-of-token" }
[profiles.ci]
approval_policy = "on-request"
[mcp_servers.x]
command = "x"
default_tools_approval_mode = "approve"
`,
      [`${REPO}/.codex/rules/default.rules`]: 'prefix_rule(pattern = ["git"], decision = "allow")\n',
      [`${REPO}/.agents/skills/deploy/SKILL.md`]: '---\nname: deploy\ndescription: Deploys\n---\n',
      [`${REPO}/.agents/skills/ops/restart/SKILL.md`]: '---\nname: restart\ndescription: Restarts\n---\n',
      [`${REPO}/.codex/skills/lint/SKILL.md`]: '---\nname: lint\ndescription: Lints\n---\n',
    },
    [
      'grant mode approval_policy = never',
      'grant mode sandbox_mode = danger-full-access',
      'grant extra_directory sandbox_workspace_write.writable_roots[/srv/data] = /srv/data',
      'grant permission sandbox_workspace_write.network_access = true',
      'grant environment shell_environment_policy.set.TOKEN = set',
      'grant environment shell_environment_policy.inherit = all',
      'guidance mode profiles.ci.approval_policy = on-request',
      'grant auto_approve mcp_servers.x.default_tools_approval_mode = approve',
      'grant permission default = prefix_rule(pattern = ["git"], decision = "allow")',
      'guidance skill lint = Lints',
      'guidance skill deploy = Deploys',
      'guidance skill restart = Restarts',
    ],
  ],
  [
    'cursor',
    'permissions, sandbox, hooks, commands',
    {
      [`${REPO}/.cursor/cli.json`]: json({ permissions: { allow: ['Shell(ls)'], deny: ['Read(.env*)'] } }),
      [`${REPO}/.cursor/permissions.json`]: json({
        terminalAllowlist: ['npm test'],
        autoRun: { allow_instructions: ['x'] },
      }),
      [`${REPO}/.cursor/sandbox.json`]: json({ type: 'insecure_none', networkPolicy: { default: 'allow' } }),
      [`${REPO}/.cursor/hooks.json`]: json({ version: 1, hooks: { beforeShellExecution: [{ command: './hook.sh' }] } }),
      [`${REPO}/.cursor/worktrees.json`]: json({ 'setup-worktree': ['npm ci'] }),
      [`${REPO}/.cursor/commands/review.md`]: '# Review the change',
    },
    [
      'grant permission permissions.allow[Shell(ls)] = Shell(ls)',
      'guidance permission permissions.deny[Read(.env*)] = Read(.env*)',
      'grant auto_approve terminalAllowlist[npm test] = npm test',
      'grant auto_approve autoRun.allow_instructions = ["x"]',
      'grant mode type = insecure_none',
      'grant permission networkPolicy.default = allow',
      'grant hook hooks.beforeShellExecution = ./hook.sh',
      'grant hook setup-worktree = ["npm ci"]',
      'guidance command review = Review the change',
    ],
  ],
  [
    'gemini-cli',
    'settings, variables, commands',
    {
      [`${REPO}/.gemini/settings.json`]: json({
        tools: { autoAccept: true, allowed: ['run_shell_command(git)'], exclude: ['web_fetch'] },
        context: { includeDirectories: ['../lib'] },
        mcpServers: { x: { command: 'x', trust: true } },
        hooks: { BeforeTool: [{ matcher: 'write_file', hooks: [{ name: 'n', type: 'command', command: 'c' }] }] },
      }),
      [`${REPO}/.gemini/.env`]: '# comment\nexport GEMINI_API_KEY=value-of-key\nDEBUG=1\n',
      [`${REPO}/.gemini/commands/git/log.toml`]: 'description = "Log"\nprompt = "!{git log}"\n',
    },
    [
      'grant auto_approve tools.autoAccept = true',
      'grant permission tools.allowed[run_shell_command(git)] = run_shell_command(git)',
      'guidance permission tools.exclude[web_fetch] = web_fetch',
      'grant extra_directory context.includeDirectories[../lib] = ../lib',
      'grant auto_approve mcpServers.x.trust = true',
      'grant hook hooks.BeforeTool[write_file] = c',
      'grant environment GEMINI_API_KEY = set',
      'grant environment DEBUG = set',
      'guidance command git/log = description = "Log"',
    ],
  ],
  [
    'opencode',
    'permission, plugins, agents, commands',
    {
      [`${REPO}/opencode.jsonc`]: '{"permission": {"edit": "allow", "bash": {"rm *": "deny"}}, "plugin": ["x"], /* */}',
      [`${REPO}/.opencode/agent/doc.md`]: '---\ndescription: Docs\npermission:\n  edit: allow\n  bash: deny\n---\n',
      [`${REPO}/.opencode/commands/t.md`]: 'Test',
      [`${REPO}/.opencode/plugins/p.ts`]: 'export const x = 1;\n',
      'home/.claude/skills/mine/SKILL.md': '---\ndescription: Mine\n---\n',
      [`${REPO}/.opencode/skills/group/deep/SKILL.md`]: '---\ndescription: Deep\n---\n',
      [`${REPO}/.opencode/node_modules/skills/not/SKILL.md`]: 'a package',
    },
    [
      'grant permission permission[edit] = allow',
      'guidance permission permission[bash] = {"rm *":"deny"}',
      'grant plugin plugin[x] = x',
      'guidance command t = Test',
      'guidance subagent doc = Docs',
      'grant permission doc: permission[edit: allow] = edit: allow',
      'guidance skill mine = Mine',
      'guidance skill deep = Deep',
      'grant plugin p = export const x = 1;',
    ],
  ],
  [
    'copilot-cli',
    'settings, hooks, agents',
    {
      'home/.copilot/settings.json': json({ allowedUrls: ['https://example.org'], model: 'm' }),
      [`${REPO}/.github/hooks/h.json`]: json({ hooks: { sessionStart: [{ bash: 'x' }] } }),
      [`${REPO}/.github/agents/a.md`]: 'A',
    },
    [
      'grant permission allowedUrls[https://example.org] = https://example.org',
      'guidance model model = m',
      'grant hook hooks.sessionStart = x',
      'guidance subagent a = A',
    ],
  ],
  [
    'aider',
    'its configuration',
    { [`${REPO}/.aider.conf.yml`]: 'yes-always: true\ntest-cmd: npm test\nread:\n  - A.md\n' },
    ['grant auto_approve yes-always = true', 'grant hook test-cmd = npm test', 'guidance other read = ["A.md"]'],
  ],
];

for (const [agent, what, tree, found] of ROWS) {
  test(`${agent}: ${what}`, (context) => {
    const { settings, texts } = read(context, agent, tree);
    assert.deepEqual(settings.map(brief), found);
    assert.ok(!/value-of-|ghp_a/.test(JSON.stringify([settings, Object.keys(texts)])));
  });
}

test('what the user answered for this folder is told, and for no other', (context) => {
  const folder = folderTree(context, { [`${REPO}/README.md`]: '' });
  const { root } = captureRequest(folder);
  const work = join(folder, 'home/work');
  plant(folder, {
    'home/.claude.json': json({
      projects: {
        [root]: { allowedTools: ['Bash(ls:*)'], hasTrustDialogAccepted: true },
        [work]: { allowedTools: ['Bash(rm:*)'], hasTrustDialogAccepted: true },
        '/elsewhere': { allowedTools: ['Bash(dd:*)'] },
      },
      oauthAccount: { token: 'value-of-token' },
    }),
    'home/.codex/config.toml': `[projects."${root}"]\ntrust_level = "trusted"\n[projects."/other"]\ntrust_level = "trusted"\n`,
    'home/.gemini/trustedFolders.json': json({ [work]: 'TRUST_FOLDER', '/other': 'TRUST_FOLDER' }),
    'home/.copilot/config.json': json({ trusted_folders: [work, '/other'] }),
  });
  const { settings } = readAgentSettings(captureRequest(folder), filesWithSystemIn(folder), { tracked: () => null });
  assert.deepEqual(settings.map(brief), [
    'grant permission projects[.].allowedTools[Bash(ls:*)] = Bash(ls:*)',
    'grant permission projects[.].hasTrustDialogAccepted = true',
    'grant permission projects[..].hasTrustDialogAccepted = true',
    'grant permission projects[.].trust_level = trusted',
    'grant permission [..] = TRUST_FOLDER',
    'grant permission trusted_folders[..] = ..',
  ]);
});

test('place and tracked: a grant of the repository is told from one of the home folder', (context) => {
  const settings = json({ permissions: { allow: ['WebFetch'] } });
  const tree = {
    'etc/claude-code/managed-settings.json': settings,
    'home/.claude/settings.json': settings,
    [`${REPO}/.claude/settings.json`]: settings,
    [`${REPO}/.claude/settings.local.json`]: settings,
  };
  const { settings: found } = read(context, 'claude-code', tree, (path) => path === '.claude/settings.json');
  assert.deepEqual(
    found.map(({ place, path, tracked }) => [place, path, tracked]),
    [
      ['home', '.claude/settings.json', false],
      ['repository', '.claude/settings.json', true],
      ['repository', '.claude/settings.local.json', false],
      ['managed', 'managed-settings.json', false],
    ],
  );
  assert.equal(read(context, 'claude-code', tree, () => null).settings[1]?.tracked, null);
});

test('texts of commands are kept by digest, folders of this machine are shown by their signs', (context) => {
  const { settings, texts, folder } = read(context, 'claude-code', {
    [`${REPO}/.claude/commands/a.md`]: 'Do it.',
    'home/.claude/settings.json': '{}',
  });
  assert.deepEqual(
    settings.map(({ sha256 }) => texts[sha256 ?? '']),
    ['Do it.'],
  );
  plant(folder, {
    [`${REPO}/.claude/settings.json`]: json({
      permissions: {
        additionalDirectories: [join(folder, 'home/data'), join(folder, REPO, 'x'), join(folder, 'homer')],
      },
    }),
  });
  const again = readAgentSettings(captureRequest(folder, { agent: 'claude-code' }), filesWithSystemIn(folder), {
    tracked: () => null,
  });
  assert.deepEqual(
    again.settings.filter(({ kind }) => kind === 'extra_directory').map(({ value }) => value),
    ['~/data', './x', join(folder, 'homer')],
  );
});

test('a settings file that cannot be read is said', { skip: process.platform === 'win32' }, (context) => {
  const { missing, folder, request } = read(context, 'claude-code', {
    [`${REPO}/.claude/settings.json`]: '{"permissions": ',
    [`${REPO}/.claude/settings.local.json`]: '['.repeat(100_000),
    'home/secret.json': json({ permissions: { allow: ['X'] } }),
    'home/.claude/settings.json': new Uint8Array([0xff, 0xfe, 0x00]),
  });
  assert.equal(missing.length, 3);
  assert.match(missing[1] ?? '', /^\.\/\.claude\/settings\.json cannot be read: .* in line 1, column 17\.$/);
  assert.match(missing[2] ?? '', /nested too deeply/);
  mkdirSync(join(folder, REPO, '.cursor'));
  execFileSync('mkfifo', [join(folder, REPO, '.cursor/cli.json')]);
  plant(folder, { [`${REPO}/.cursor/hooks.json`]: { link: '../../../secret.json' } });
  const cursor = readAgentSettings({ ...request, agent: 'cursor' }, filesWithSystemIn(folder), { tracked: () => null });
  assert.deepEqual(cursor.settings, []);
  assert.equal(cursor.missing.length, 2);
});

test('the same settings at another place are the same', (context) => {
  for (const [agent, , tree] of ROWS) {
    const [one, other] = [read(context, agent, tree), read(context, agent, tree)];
    assert.deepEqual(one.settings, other.settings);
    assert.deepEqual(one.missing, other.missing);
  }
});
