/**
 * Files that are a setting each: commands, skills, sub-agents, rules of what may run, plugins. Data only; `grants` where
 * the file itself lets its agent do something unasked.
 */
import type { SettingFilesRow } from './settingRow.ts';

const CLAUDE_HOME = '{CLAUDE_CONFIG_DIR:~/.claude}';
const GEMINI = '{GEMINI_CLI_HOME:~}/.gemini';
const OPENCODE = '{XDG_CONFIG_HOME:~/.config}/opencode';
const COPILOT = '{COPILOT_HOME:~/.copilot}';

export const SETTING_FILES: readonly SettingFilesRow[] = [
  {
    agent: 'claude-code',
    kind: 'command',
    files: [`${CLAUDE_HOME}/commands/**/*.md`, './.claude/commands/**/*.md', '>/.claude/commands/**/*.md'],
    grants: false,
    source: 'https://code.claude.com/docs/en/skills (commands are skills in one file)',
  },
  {
    agent: 'claude-code',
    kind: 'subagent',
    files: [`${CLAUDE_HOME}/agents/**/*.md`, './.claude/agents/**/*.md', '>/.claude/agents/**/*.md'],
    grants: false,
    source: 'https://code.claude.com/docs/en/sub-agents',
  },
  {
    agent: 'claude-code',
    kind: 'skill',
    files: [`${CLAUDE_HOME}/skills/*/SKILL.md`, './.claude/skills/*/SKILL.md', '>/.claude/skills/*/SKILL.md'],
    grants: false,
    source: 'https://code.claude.com/docs/en/skills',
  },
  {
    agent: 'claude-code',
    kind: 'mode',
    files: [`${CLAUDE_HOME}/output-styles/*.md`, './.claude/output-styles/*.md'],
    grants: false,
    source: 'https://code.claude.com/docs/en/output-styles',
  },
  {
    agent: 'vscode',
    kind: 'command',
    files: ['{editor}/prompts/*.prompt.md', './.github/prompts/**/*.prompt.md'],
    grants: false,
    source: 'https://code.visualstudio.com/docs/agent-customization/prompt-files',
  },
  {
    agent: 'vscode',
    kind: 'subagent',
    files: [
      '{editor}/prompts/*.agent.md',
      '~/.copilot/agents/*.agent.md',
      './.github/agents/*.md',
      './.github/chatmodes/*.chatmode.md',
      './.claude/agents/*.md',
    ],
    grants: false,
    source: 'https://code.visualstudio.com/docs/agent-customization/custom-agents',
  },
  {
    agent: 'vscode',
    kind: 'skill',
    files: [
      '~/.copilot/skills/*/SKILL.md',
      '~/.agents/skills/*/SKILL.md',
      './.github/skills/*/SKILL.md',
      './.agents/skills/*/SKILL.md',
      './.claude/skills/*/SKILL.md',
    ],
    grants: false,
    source: 'https://code.visualstudio.com/docs/agent-customization/agent-skills',
  },
  {
    agent: 'codex',
    kind: 'permission',
    files: ['{CODEX_HOME:~/.codex}/rules/*.rules', './.codex/rules/*.rules', '>/.codex/rules/*.rules'],
    grants: true,
    source: 'https://developers.openai.com/codex/rules',
  },
  {
    agent: 'codex',
    kind: 'command',
    files: ['{CODEX_HOME:~/.codex}/prompts/*.md'],
    grants: false,
    source: 'https://developers.openai.com/codex/custom-prompts',
  },
  {
    agent: 'codex',
    kind: 'skill',
    files: [
      '{managed:codex}/skills/**/SKILL.md',
      // Deeper are those that Codex itself puts there.
      '{CODEX_HOME:~/.codex}/skills/*/SKILL.md',
      '~/.agents/skills/**/SKILL.md',
      './.codex/skills/**/SKILL.md',
      './.agents/skills/**/SKILL.md',
      '>/.codex/skills/**/SKILL.md',
      '>/.agents/skills/**/SKILL.md',
    ],
    grants: false,
    source: 'https://developers.openai.com/codex/skills',
  },
  {
    agent: 'codex',
    kind: 'subagent',
    files: ['{CODEX_HOME:~/.codex}/agents/*.toml', './.codex/agents/*.toml'],
    grants: false,
    source: 'https://developers.openai.com/codex/subagents',
  },
  {
    agent: 'cursor',
    kind: 'command',
    files: ['~/.cursor/commands/**/*.md', './.cursor/commands/**/*.md'],
    grants: false,
    source: 'https://cursor.com/docs/context/commands',
  },
  {
    agent: 'cursor',
    kind: 'subagent',
    files: ['~/.cursor/agents/*.md', './.cursor/agents/*.md', './.claude/agents/*.md'],
    grants: false,
    source: 'https://cursor.com/docs/context/subagents',
  },
  {
    agent: 'cursor',
    kind: 'skill',
    files: [
      '~/.cursor/skills/*/SKILL.md',
      './.cursor/skills/*/SKILL.md',
      './.agents/skills/*/SKILL.md',
      './.claude/skills/*/SKILL.md',
    ],
    grants: false,
    source: 'https://cursor.com/docs/context/skills',
  },
  {
    agent: 'gemini-cli',
    kind: 'command',
    files: [`${GEMINI}/commands/**/*.toml`, './.gemini/commands/**/*.toml'],
    grants: false,
    source: 'https://geminicli.com/docs/cli/custom-commands',
  },
  {
    agent: 'gemini-cli',
    kind: 'permission',
    files: [`${GEMINI}/policies/*.toml`, './.gemini/policies/*.toml', '{managed:gemini}/policies/*.toml'],
    grants: true,
    source: 'https://geminicli.com/docs/reference/policy-engine',
  },
  {
    agent: 'gemini-cli',
    kind: 'plugin',
    files: [`${GEMINI}/extensions/*/gemini-extension.json`, './.gemini/extensions/*/gemini-extension.json'],
    grants: true,
    source: 'https://geminicli.com/docs/extensions/reference',
  },
  {
    agent: 'gemini-cli',
    kind: 'skill',
    files: [
      `${GEMINI}/skills/*/SKILL.md`,
      '~/.agents/skills/*/SKILL.md',
      './.gemini/skills/*/SKILL.md',
      './.agents/skills/*/SKILL.md',
    ],
    grants: false,
    source: 'https://geminicli.com/docs/cli/skills; /docs/core/subagents',
  },
  {
    agent: 'gemini-cli',
    kind: 'subagent',
    files: [`${GEMINI}/agents/*.md`, './.gemini/agents/*.md'],
    grants: false,
    source: 'https://geminicli.com/docs/core/subagents',
  },
  {
    agent: 'opencode',
    kind: 'command',
    files: [
      `${OPENCODE}/command/**/*.md`,
      `${OPENCODE}/commands/**/*.md`,
      './.opencode/command/**/*.md',
      './.opencode/commands/**/*.md',
    ],
    grants: false,
    source: 'https://opencode.ai/docs/commands',
  },
  {
    agent: 'opencode',
    kind: 'subagent',
    files: [
      `${OPENCODE}/agent/**/*.md`,
      `${OPENCODE}/agents/**/*.md`,
      './.opencode/agent/**/*.md',
      './.opencode/agents/**/*.md',
    ],
    grants: false,
    source: 'https://opencode.ai/docs/agents',
  },
  {
    agent: 'opencode',
    kind: 'skill',
    files: [
      `${OPENCODE}/skill/**/SKILL.md`,
      `${OPENCODE}/skills/**/SKILL.md`,
      ...['~', '.', '>'].flatMap((place) =>
        ['.opencode/skill', '.opencode/skills', '.claude/skills', '.agents/skills'].map(
          (folder) => `${place}/${folder}/**/SKILL.md`,
        ),
      ),
    ],
    grants: false,
    source: 'https://opencode.ai/docs/skills',
  },
  {
    agent: 'opencode',
    kind: 'plugin',
    files: [
      `${OPENCODE}/plugin/*.{js,ts}`,
      `${OPENCODE}/plugins/*.{js,ts}`,
      './.opencode/plugin/*.{js,ts}',
      './.opencode/plugins/*.{js,ts}',
    ],
    grants: true,
    source: 'https://opencode.ai/docs/plugins',
  },
  {
    agent: 'copilot-cli',
    kind: 'subagent',
    files: [`${COPILOT}/agents/*.md`, './.github/agents/*.md'],
    grants: false,
    source: 'https://docs.github.com/en/copilot/concepts/agents/about-custom-agents',
  },
  {
    agent: 'copilot-cli',
    kind: 'skill',
    files: [
      `${COPILOT}/skills/*/SKILL.md`,
      './.github/skills/*/SKILL.md',
      './.claude/skills/*/SKILL.md',
      './.agents/skills/*/SKILL.md',
    ],
    grants: false,
    source: 'https://docs.github.com/en/copilot/concepts/agents/about-agent-skills',
  },
  {
    agent: 'windsurf',
    kind: 'command',
    files: ['./.windsurf/workflows/*.md'],
    grants: false,
    source: 'https://docs.windsurf.com/windsurf/cascade/workflows',
  },
  {
    agent: 'cline',
    kind: 'command',
    files: ['./.clinerules/workflows/*.md'],
    grants: false,
    source: 'https://docs.cline.bot/customization/workflows; /customization/hooks',
  },
  {
    agent: 'cline',
    kind: 'hook',
    files: ['~/Documents/Cline/Hooks/*', './.clinerules/hooks/*'],
    grants: true,
    source: 'https://docs.cline.bot/customization/hooks',
  },
  {
    agent: 'roo-code',
    kind: 'command',
    files: ['~/.roo/commands/*.md', './.roo/commands/*.md'],
    grants: false,
    source: 'https://docs.roocode.com/features/slash-commands',
  },
  {
    agent: 'roo-code',
    kind: 'mode',
    files: ['./.roomodes'],
    grants: false,
    source: 'https://docs.roocode.com/features/custom-modes',
  },
  {
    agent: 'junie',
    kind: 'command',
    files: ['~/.junie/commands/*.md', './.junie/commands/*.md'],
    grants: false,
    source: 'https://junie.jetbrains.com/docs/junie-cli-custom-commands.html',
  },
];
