import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { INSTRUCTIONS } from '../../../daemon/harness/instructionTable.ts';
import { readInstructions } from '../../../daemon/harness/readInstructions.ts';
import type { CaptureRequest } from '../../../daemon/harness/request.ts';
import { SETTING_FILES } from '../../../daemon/harness/settingFilesTable.ts';
import { SETTINGS } from '../../../daemon/harness/settingsTable.ts';
import { walkedListing } from '../../../daemon/harness/workspaceListing.ts';
import { InstructionFile } from '../../../daemon/protocol/harness.ts';
import { plainVariables } from '../../../daemon/proxy/openFacts.ts';
import { captureRequest, filesWithSystemIn } from '../../support/captureRequest.ts';
import { folderTree, plant, type Tree } from '../../support/folderTree.ts';

const REPO = 'home/work/repo';

interface Row {
  readonly agent: string;
  readonly what: string;
  readonly tree: Tree;
  readonly fields?: (folder: string) => Partial<CaptureRequest>;
  /** `place path: counts`, in order. */
  readonly found: readonly string[];
}

function read(context: TestContext, { agent, tree, fields }: Pick<Row, 'agent' | 'tree' | 'fields'>) {
  const folder = folderTree(context, { [`${REPO}/.git/HEAD`]: 'ref: refs/heads/main\n', ...tree });
  const request = captureRequest(folder, { agent, ...fields?.(folder) });
  const files = filesWithSystemIn(folder);
  const result = readInstructions(request, files, walkedListing(request.root, files));
  for (const one of result.instructions) InstructionFile.parse(one);
  return { ...result, folder };
}

const brief = ({ place, path, counts }: InstructionFile) => `${place} ${path}: ${counts}`;
const at = (path: string) => (folder: string) => ({ cwd: join(folder, REPO, path) });

const ROWS: readonly Row[] = [
  {
    agent: 'claude-code',
    what: 'managed, home, parents, project, local, nested, in its order',
    tree: {
      'etc/claude-code/CLAUDE.md': 'managed',
      'home/.claude/CLAUDE.md': 'home',
      'home/.claude/rules/style.md': 'style',
      'home/work/CLAUDE.md': 'parent',
      [`${REPO}/CLAUDE.md`]: 'project',
      [`${REPO}/.claude/CLAUDE.md`]: 'hidden',
      [`${REPO}/.claude/rules/api/a.md`]: '---\npaths:\n  - "src/**/*.ts"\n---\nrule',
      [`${REPO}/.claude/rules/b.md`]: 'rule',
      [`${REPO}/CLAUDE.local.md`]: 'local',
      [`${REPO}/pkg/CLAUDE.md`]: 'package',
      [`${REPO}/pkg/deep/.claude/rules/c.md`]: 'rule',
      [`${REPO}/other/CLAUDE.md`]: 'not below the working directory',
      [`${REPO}/node_modules/x/CLAUDE.md`]: 'not ours',
    },
    fields: at('pkg'),
    found: [
      'managed CLAUDE.md: yes',
      'home .claude/CLAUDE.md: yes',
      'home .claude/rules/style.md: yes',
      'parent CLAUDE.md: yes',
      'repository CLAUDE.md: yes',
      'repository .claude/CLAUDE.md: yes',
      'repository .claude/rules/api/a.md: on_touch',
      'repository .claude/rules/b.md: yes',
      'repository CLAUDE.local.md: yes',
      'repository pkg/CLAUDE.md: yes',
      'repository pkg/deep/.claude/rules/c.md: on_touch',
    ],
  },
  {
    agent: 'claude-code',
    what: 'imports: relative, home, in code, in a circle, four deep, out of the workspace',
    tree: {
      'home/.claude/CLAUDE.md': '@mine.md',
      'home/.claude/mine.md': 'mine',
      [`${REPO}/CLAUDE.md`]: '@docs/a.md\n`@docs/code.md`\n@~/secret.txt @/etc/passwd @gone.md @docs @../outside.md',
      [`${REPO}/docs/a.md`]: '@b.md @../CLAUDE.md',
      [`${REPO}/docs/b.md`]: '@c.md',
      [`${REPO}/docs/c.md`]: '@d.md',
      [`${REPO}/docs/d.md`]: '@e.md',
      [`${REPO}/docs/e.md`]: '@f.md',
      [`${REPO}/docs/f.md`]: '@g.md',
      [`${REPO}/docs/g.md`]: 'too deep',
      [`${REPO}/docs/code.md`]: 'not imported',
      'home/secret.txt': 'not to be read',
      'home/work/outside.md': 'not to be read',
      'etc/passwd': 'not to be read',
    },
    found: [
      'home .claude/CLAUDE.md: yes',
      'home .claude/mine.md: yes',
      'repository CLAUDE.md: yes',
      'repository docs/a.md: yes',
      'repository docs/b.md: yes',
      'repository docs/c.md: yes',
      'repository docs/d.md: yes',
      'repository docs/e.md: excluded',
      'home secret.txt: unknown',
      'extra /etc/passwd: unknown',
      'home work/outside.md: unknown',
    ],
  },
  {
    agent: 'claude-code',
    what: 'AGENTS.md: imported it counts',
    tree: { [`${REPO}/CLAUDE.md`]: '@AGENTS.md', [`${REPO}/AGENTS.md`]: 'x' },
    found: ['repository CLAUDE.md: yes', 'repository AGENTS.md: yes'],
  },
  {
    agent: 'claude-code',
    what: 'AGENTS.md: beside a CLAUDE.md it does not',
    tree: { [`${REPO}/CLAUDE.md`]: 'x', [`${REPO}/AGENTS.md`]: 'x' },
    found: ['repository CLAUDE.md: yes', 'repository AGENTS.md: shadowed'],
  },
  {
    agent: 'claude-code',
    what: 'AGENTS.md: without a CLAUDE.md of the project it is read from the top down, with its imports',
    tree: {
      'home/.claude/CLAUDE.md': 'x',
      'home/work/AGENTS.md': 'x',
      [`${REPO}/AGENTS.md`]: '@docs/a.md',
      [`${REPO}/docs/a.md`]: 'x',
      [`${REPO}/.claude/rules/b.md`]: 'x',
      [`${REPO}/pkg/AGENTS.md`]: 'x',
    },
    found: [
      'home .claude/CLAUDE.md: yes',
      'parent AGENTS.md: yes',
      'repository .claude/rules/b.md: yes',
      'repository AGENTS.md: yes',
      'repository docs/a.md: yes',
      'repository pkg/AGENTS.md: on_touch',
    ],
  },
  {
    agent: 'claude-code',
    what: 'AGENTS.md: a CLAUDE.md that is empty, holds comments alone or is excluded does not stand before it',
    tree: {
      [`${REPO}/.claude/settings.json`]: '{"claudeMdExcludes":["**/repo/.claude/CLAUDE.md"]}',
      'home/work/CLAUDE.md': '\n',
      [`${REPO}/CLAUDE.md`]: '<!-- nobody\nreads this -->\n',
      [`${REPO}/.claude/CLAUDE.md`]: 'x',
      [`${REPO}/AGENTS.md`]: 'x',
    },
    found: [
      'parent CLAUDE.md: excluded',
      'repository CLAUDE.md: excluded',
      'repository .claude/CLAUDE.md: excluded',
      'repository AGENTS.md: yes',
    ],
  },
  {
    agent: 'claude-code',
    what: 'AGENTS.md: its plugin is switched off',
    tree: {
      [`${REPO}/.claude/settings.json`]: '{"enabledPlugins":{"agents-md@builtin":false}}',
      [`${REPO}/AGENTS.md`]: 'x',
    },
    found: ['repository AGENTS.md: excluded'],
  },
  {
    agent: 'claude-code',
    what: "its plugin's option: both",
    tree: {
      'home/.claude/settings.json':
        '{"pluginConfigs":{"agents-md@builtin":{"options":{"instructionFiles":"claude-md-and-agents-md"}}}}',
      [`${REPO}/CLAUDE.md`]: 'x',
      [`${REPO}/AGENTS.md`]: 'x',
    },
    found: ['repository CLAUDE.md: yes', 'repository AGENTS.md: yes'],
  },
  {
    agent: 'claude-code',
    what: "its plugin's option: only the organization's, which leaves every CLAUDE.md out",
    tree: {
      'etc/claude-code/CLAUDE.md': 'x',
      'home/.claude/CLAUDE.md': 'x',
      'home/.claude/settings.json':
        '{"pluginConfigs":{"agents-md@builtin":{"options":{"instructionFiles":"managed-only"}}}}',
      [`${REPO}/CLAUDE.md`]: 'x',
      [`${REPO}/AGENTS.md`]: 'x',
    },
    found: [
      'managed CLAUDE.md: yes',
      'home .claude/CLAUDE.md: excluded',
      'repository CLAUDE.md: excluded',
      'repository AGENTS.md: excluded',
    ],
  },
  {
    agent: 'claude-code',
    what: "its plugin's older option says nothing beside the new one, and the new one's default counts for words it does not know",
    tree: {
      'home/.claude/settings.json':
        '{"pluginConfigs":{"agents-md@builtin":{"options":{"instructionFiles":"claude-md","projectInstructions":"both"}}}}',
      [`${REPO}/AGENTS.md`]: 'x',
    },
    found: ['repository AGENTS.md: excluded'],
  },
  {
    agent: 'claude-code',
    what: 'AGENTS.md: by the option of its plugin, which a repository cannot set',
    tree: {
      'home/.claude/settings.json':
        '{"pluginConfigs":{"agents-md@builtin":{"options":{"projectInstructions":"agents-fallback"}}}}',
      [`${REPO}/.claude/settings.json`]:
        '{"pluginConfigs":{"agents-md@builtin":{"options":{"projectInstructions":"none"}}}}',
      [`${REPO}/AGENTS.md`]: 'x',
    },
    found: ['repository AGENTS.md: yes'],
  },
  {
    agent: 'claude-code',
    what: 'claudeMdExcludes of all layers add up',
    tree: {
      'home/.claude/settings.json': '{"claudeMdExcludes":["**/other/CLAUDE.md"]}',
      [`${REPO}/.claude/settings.local.json`]: '{"claudeMdExcludes":["**/work/CLAUDE.md"]}',
      'home/work/CLAUDE.md': 'x',
      [`${REPO}/CLAUDE.md`]: 'x',
      [`${REPO}/other/CLAUDE.md`]: 'x',
    },
    found: ['parent CLAUDE.md: excluded', 'repository CLAUDE.md: yes', 'repository other/CLAUDE.md: excluded'],
  },
  {
    agent: 'claude-code',
    what: 'CLAUDE_CONFIG_DIR moves the home files',
    tree: { 'home/.claude/CLAUDE.md': 'old', 'home/elsewhere/CLAUDE.md': 'new' },
    fields: (folder) => ({
      environment: { of: 'agent', fingerprints: null, plain: { CLAUDE_CONFIG_DIR: join(folder, 'home/elsewhere') } },
    }),
    found: ['home elsewhere/CLAUDE.md: yes', 'parent ../.claude/CLAUDE.md: yes'],
  },
  {
    agent: 'vscode',
    what: 'its files, with applyTo',
    tree: {
      [`${REPO}/.github/copilot-instructions.md`]: 'x',
      [`${REPO}/AGENTS.md`]: 'x',
      [`${REPO}/CLAUDE.md`]: 'x',
      [`${REPO}/.github/instructions/all.instructions.md`]: '---\napplyTo: "**"\n---\n',
      [`${REPO}/.github/instructions/deep/ts.instructions.md`]:
        '---\napplyTo: "**/*.ts,**/*.tsx"\ndescription: D\n---\n',
      [`${REPO}/.github/instructions/hand.instructions.md`]: 'x',
      [`${REPO}/.github/instructions/readme.md`]: 'no',
      'home/.copilot/instructions/me.instructions.md': '---\napplyTo: "**"\n---\n',
      'home/.claude/CLAUDE.md': 'x',
      'home/.config/Code/User/prompts/p.instructions.md': '---\napplyTo: "**"\n---\n',
      'home/work/AGENTS.md': 'x',
      [`${REPO}/pkg/AGENTS.md`]: 'x',
    },
    found: [
      'repository .github/copilot-instructions.md: yes',
      'repository AGENTS.md: yes',
      'repository CLAUDE.md: yes',
      'repository .github/instructions/all.instructions.md: yes',
      'repository .github/instructions/deep/ts.instructions.md: on_touch',
      'repository .github/instructions/hand.instructions.md: manual',
      'home .claude/CLAUDE.md: yes',
      'home .copilot/instructions/me.instructions.md: yes',
      'home .config/Code/User/prompts/p.instructions.md: unknown',
      'repository pkg/AGENTS.md: excluded',
    ],
  },
  {
    agent: 'vscode',
    what: 'its settings, those of the workspace before those of the user',
    tree: {
      'home/.config/Code/User/settings.json': '{"chat.useAgentsMdFile": true, "chat.useClaudeMdFile": false, // no\n}',
      [`${REPO}/.vscode/settings.json`]: `{"chat.useAgentsMdFile": false, "chat.useNestedAgentsMdFiles": true,
        "chat.instructionsFilesLocations": {".github/instructions": false, "docs/ai": true, "../out": true}}`,
      [`${REPO}/AGENTS.md`]: 'x',
      [`${REPO}/CLAUDE.md`]: 'x',
      [`${REPO}/.github/instructions/a.instructions.md`]: 'x',
      [`${REPO}/docs/ai/b.instructions.md`]: '---\napplyTo: "**"\n---\n',
      [`${REPO}/pkg/AGENTS.md`]: 'x',
      'home/work/out/c.instructions.md': 'x',
    },
    found: [
      'repository AGENTS.md: excluded',
      'repository CLAUDE.md: excluded',
      'repository .github/instructions/a.instructions.md: excluded',
      'repository pkg/AGENTS.md: on_touch',
      'repository docs/ai/b.instructions.md: yes',
    ],
  },
  {
    agent: 'codex',
    what: 'one file a folder, the override first; the home file that is not empty',
    tree: {
      'home/.codex/AGENTS.override.md': ' \n',
      'home/.codex/AGENTS.md': 'home',
      'home/.codex/config.toml': 'project_doc_fallback_filenames = ["TEAM.md", "../../x.md"]',
      'home/work/AGENTS.md': 'no parent',
      [`${REPO}/AGENTS.override.md`]: 'x',
      [`${REPO}/AGENTS.md`]: 'x',
      [`${REPO}/TEAM.md`]: 'x',
      [`${REPO}/a/TEAM.md`]: 'x',
      [`${REPO}/a/b/AGENTS.md`]: 'x',
      [`${REPO}/a/b/c/AGENTS.md`]: 'not on the way',
    },
    fields: at('a/b'),
    found: [
      'home .codex/AGENTS.override.md: excluded',
      'home .codex/AGENTS.md: yes',
      'repository AGENTS.override.md: yes',
      'repository AGENTS.md: shadowed',
      'repository TEAM.md: shadowed',
      'repository a/TEAM.md: yes',
      'repository a/b/AGENTS.md: yes',
    ],
  },
  {
    agent: 'vscode',
    what: 'a folder of a checkout: those above it by a setting',
    tree: {
      [`${REPO}/AGENTS.md`]: 'x',
      [`${REPO}/.github/instructions/a.instructions.md`]: 'x',
      [`${REPO}/pkg/AGENTS.md`]: 'x',
    },
    fields: at('pkg'),
    found: [
      'repository pkg/AGENTS.md: yes',
      'repository AGENTS.md: excluded',
      'repository .github/instructions/a.instructions.md: excluded',
    ],
  },
  {
    agent: 'vscode',
    what: 'instructions that are not to be applied by themselves',
    tree: {
      [`${REPO}/.vscode/settings.json`]: '{"chat.includeApplyingInstructions": false}',
      [`${REPO}/AGENTS.md`]: 'x',
      [`${REPO}/.github/instructions/a.instructions.md`]: '---\napplyTo: "**"\n---\n',
    },
    found: ['repository AGENTS.md: yes', 'repository .github/instructions/a.instructions.md: manual'],
  },
  {
    agent: 'codex',
    what: 'another marker of the root, set by the user; one set by the project is not asked',
    tree: {
      'home/.codex/config.toml': 'project_root_markers = [".top"]',
      [`${REPO}/.codex/config.toml`]: 'project_root_markers = []',
      'home/work/.top': '',
      'home/work/AGENTS.md': 'x',
      [`${REPO}/AGENTS.md`]: 'x',
    },
    found: ['parent AGENTS.md: yes', 'repository AGENTS.md: yes'],
  },
  {
    agent: 'codex',
    what: '32 KiB for all files of the project',
    tree: {
      'home/.codex/AGENTS.md': 'x'.repeat(40_000),
      [`${REPO}/AGENTS.md`]: 'x'.repeat(30_000),
      [`${REPO}/a/AGENTS.md`]: 'x'.repeat(5000),
      [`${REPO}/a/b/AGENTS.md`]: 'x',
    },
    fields: at('a/b'),
    found: [
      'home .codex/AGENTS.md: yes',
      'repository AGENTS.md: yes',
      'repository a/AGENTS.md: cut',
      'repository a/b/AGENTS.md: excluded',
    ],
  },
  {
    agent: 'cursor',
    what: 'its rules: always, by files, by the model, by hand; nested ones',
    tree: {
      [`${REPO}/.cursor/rules/a.mdc`]: '---\nalwaysApply: true\nglobs: x\n---\n',
      [`${REPO}/.cursor/rules/b.mdc`]: '---\ndescription: d\nglobs: src/**,*.ts\nalwaysApply: false\n---\n',
      [`${REPO}/.cursor/rules/c.mdc`]: '---\ndescription: d\nglobs:\nalwaysApply: false\n---\n',
      [`${REPO}/.cursor/rules/d.mdc`]: 'x',
      [`${REPO}/.cursor/rules/e.md`]: 'x',
      [`${REPO}/AGENTS.md`]: 'x',
      [`${REPO}/.cursorrules`]: 'x',
      [`${REPO}/pkg/.cursor/rules/f.mdc`]: '---\nalwaysApply: true\n---\n',
      [`${REPO}/pkg/AGENTS.md`]: 'x',
    },
    found: [
      'repository .cursor/rules/a.mdc: yes',
      'repository .cursor/rules/b.mdc: on_touch',
      'repository .cursor/rules/c.mdc: manual',
      'repository .cursor/rules/d.mdc: manual',
      'repository AGENTS.md: yes',
      'repository .cursorrules: yes',
      'repository pkg/.cursor/rules/f.mdc: on_touch',
      'repository pkg/AGENTS.md: on_touch',
    ],
  },
  {
    agent: 'gemini-cli',
    what: 'names by its settings, imports never out of the workspace',
    tree: {
      'home/.gemini/settings.json': '{"context": {"fileName": ["AGENTS.md", "GEMINI.md"]}}',
      'home/.gemini/GEMINI.md': 'x',
      [`${REPO}/GEMINI.md`]: '@./more.md @../out.md',
      [`${REPO}/more.md`]: 'x',
      'home/work/out.md': 'x',
      [`${REPO}/AGENTS.md`]: 'x',
      [`${REPO}/pkg/GEMINI.md`]: 'x',
    },
    found: [
      'home .gemini/GEMINI.md: yes',
      'repository AGENTS.md: yes',
      'repository GEMINI.md: yes',
      'repository more.md: yes',
      'home work/out.md: excluded',
      'repository pkg/GEMINI.md: on_touch',
    ],
  },
  {
    agent: 'opencode',
    what: 'the home folder first, then the first name of all folders, the nearest first',
    tree: {
      [`${REPO}/AGENTS.md`]: 'x',
      'home/work/AGENTS.md': 'x',
      [`${REPO}/a/AGENTS.md`]: 'x',
      [`${REPO}/a/CLAUDE.md`]: 'x',
      'home/.claude/CLAUDE.md': 'x',
      'home/.config/opencode/AGENTS.md': 'x',
    },
    fields: at('a'),
    found: [
      'home .config/opencode/AGENTS.md: yes',
      'home .claude/CLAUDE.md: shadowed',
      'repository a/AGENTS.md: yes',
      'repository a/CLAUDE.md: shadowed',
      'repository AGENTS.md: yes',
      'parent AGENTS.md: unknown',
    ],
  },
  {
    agent: 'opencode',
    what: 'the first name counts wherever it is, even empty',
    tree: { [`${REPO}/CLAUDE.md`]: 'x', [`${REPO}/a/AGENTS.md`]: '\n' },
    fields: at('a'),
    found: ['repository a/AGENTS.md: excluded', 'repository CLAUDE.md: shadowed'],
  },
  {
    agent: 'opencode',
    what: 'what its configuration names, in every folder up to the root; what leads out of it is not opened',
    tree: {
      [`${REPO}/opencode.json`]:
        '{"instructions": ["docs/*.md", "https://example.org/x.md", "../x.md", "~/mine.md", "/etc/x"]}',
      [`${REPO}/docs/guide.md`]: 'x',
      [`${REPO}/a/docs/near.md`]: 'x',
      'home/work/repo/a/x.md': 'x',
      'home/mine.md': 'x',
    },
    fields: at('a'),
    found: ['repository a/docs/near.md: yes', 'repository docs/guide.md: yes', 'home mine.md: unknown'],
  },
  {
    agent: 'opencode',
    what: "what the user's own configuration names is opened wherever it is",
    tree: {
      'home/.config/opencode/opencode.json': '{"instructions": ["~/rules/*.md"]}',
      'home/rules/mine.md': 'x',
    },
    found: ['home rules/mine.md: yes'],
  },
  {
    agent: 'opencode',
    what: 'variables that switch CLAUDE.md off',
    tree: { [`${REPO}/CLAUDE.md`]: 'x', 'home/.claude/CLAUDE.md': 'x' },
    fields: () => ({
      environment: { of: 'agent', fingerprints: null, plain: { OPENCODE_DISABLE_CLAUDE_CODE_PROMPT: '1' } },
    }),
    found: ['home .claude/CLAUDE.md: excluded', 'repository CLAUDE.md: excluded'],
  },
  {
    agent: 'junie',
    what: 'its guidelines, the file that a variable names, AGENTS.md by its settings',
    tree: { [`${REPO}/.junie/guidelines.md`]: 'x', [`${REPO}/AGENTS.md`]: 'x', [`${REPO}/team.md`]: 'x' },
    fields: () => ({
      environment: { of: 'agent', fingerprints: null, plain: { JUNIE_GUIDELINES_FILENAME: 'team.md' } },
    }),
    found: ['repository team.md: yes', 'repository AGENTS.md: unknown', 'repository .junie/guidelines.md: yes'],
  },
  {
    agent: 'windsurf',
    what: 'its rules by trigger',
    tree: {
      [`${REPO}/.windsurfrules`]: 'x',
      [`${REPO}/.windsurf/rules/a.md`]: '---\ntrigger: always_on\n---\n',
      [`${REPO}/.windsurf/rules/b.md`]: '---\ntrigger: glob\nglobs: "*.ts"\n---\n',
      [`${REPO}/.windsurf/rules/c.md`]: '---\ntrigger: model_decision\ndescription: d\n---\n',
    },
    found: [
      'repository .windsurfrules: yes',
      'repository .windsurf/rules/a.md: yes',
      'repository .windsurf/rules/b.md: on_touch',
      'repository .windsurf/rules/c.md: manual',
    ],
  },
  {
    agent: 'cline',
    what: 'a file',
    tree: { [`${REPO}/.clinerules`]: 'x' },
    found: ['repository .clinerules: yes'],
  },
  {
    agent: 'cline',
    what: 'a folder',
    tree: { [`${REPO}/.clinerules/a.md`]: 'x' },
    found: ['repository .clinerules/a.md: yes'],
  },
  {
    agent: 'roo-code',
    what: 'its rules, those of a mode by hand',
    tree: { [`${REPO}/.roo/rules/a.md`]: 'x', [`${REPO}/.roo/rules-code/b.md`]: 'x' },
    found: ['repository .roo/rules/a.md: yes', 'repository .roo/rules-code/b.md: manual'],
  },
  {
    agent: 'roo-code',
    what: 'an older file where there is no folder',
    tree: { [`${REPO}/.roorules`]: 'x', [`${REPO}/.clinerules`]: 'x' },
    found: ['repository .roorules: yes', 'repository .clinerules: shadowed'],
  },
  {
    agent: 'claude-code',
    what: 'imports out of the folder where it was started wait for an answer',
    tree: {
      [`${REPO}/CLAUDE.md`]: '@top.md @pkg/low.md',
      [`${REPO}/top.md`]: 'x',
      [`${REPO}/pkg/low.md`]: 'x',
      [`${REPO}/pkg/CLAUDE.md`]: '@../side.md',
      [`${REPO}/side.md`]: 'x',
    },
    fields: at('pkg'),
    found: [
      'repository CLAUDE.md: yes',
      'repository top.md: unknown',
      'repository pkg/low.md: yes',
      'repository pkg/CLAUDE.md: yes',
      'repository side.md: unknown',
    ],
  },
  {
    agent: 'zed',
    what: 'the first of its names',
    tree: { [`${REPO}/AGENTS.md`]: 'x', [`${REPO}/.cursorrules`]: 'x', [`${REPO}/CLAUDE.md`]: 'x' },
    found: ['repository .cursorrules: yes', 'repository AGENTS.md: shadowed', 'repository CLAUDE.md: shadowed'],
  },
  {
    agent: 'aider',
    what: 'what its configuration reads, and nothing else',
    tree: {
      [`${REPO}/.aider.conf.yml`]: 'read:\n  - CONVENTIONS.md\n  - ../x.md\n',
      [`${REPO}/CONVENTIONS.md`]: 'x',
      [`${REPO}/AGENTS.md`]: 'x',
    },
    found: ['repository CONVENTIONS.md: yes'],
  },
  {
    agent: 'copilot-cli',
    what: 'its files',
    tree: {
      'home/.copilot/copilot-instructions.md': 'x',
      [`${REPO}/.github/copilot-instructions.md`]: 'x',
      [`${REPO}/AGENTS.md`]: 'x',
      [`${REPO}/.github/instructions/a.instructions.md`]: '---\napplyTo: "**/*.py"\n---\n',
    },
    found: [
      'home .copilot/copilot-instructions.md: yes',
      'repository .github/copilot-instructions.md: yes',
      'repository AGENTS.md: yes',
      'repository .github/instructions/a.instructions.md: on_touch',
    ],
  },
];

for (const row of ROWS) {
  test(`${row.agent}: ${row.what}`, (context) => {
    assert.deepEqual(read(context, row).instructions.map(brief), row.found);
  });
}

test('files of several parents are told apart', (context) => {
  const { instructions } = read(context, {
    agent: 'claude-code',
    tree: { 'home/CLAUDE.md': 'one', 'home/work/CLAUDE.md': 'two', 'CLAUDE.md': 'above the home folder' },
  });
  assert.deepEqual(instructions.map(brief), [
    'parent ../../CLAUDE.md: yes',
    'parent ../CLAUDE.md: yes',
    'parent CLAUDE.md: yes',
  ]);
});

test('nested files are found once, whatever the names of the folders above them', (context) => {
  const { instructions } = read(context, {
    agent: 'claude-code',
    tree: {
      [`${REPO}/pkg/.claude/CLAUDE.md`]: 'x',
      [`${REPO}/a/CLAUDE.md.d/b/CLAUDE.md`]: 'x',
      [`${REPO}/a/MYCLAUDE.md`]: 'x',
      [`${REPO}/a/.claude/rules/.claude/rules/r.md`]: 'x',
    },
  });
  assert.deepEqual(instructions.map(brief), [
    'repository a/.claude/rules/.claude/rules/r.md: on_touch',
    'repository a/CLAUDE.md.d/b/CLAUDE.md: on_touch',
    'repository pkg/.claude/CLAUDE.md: on_touch',
  ]);
});

test('what may not be read is not read: no text, no digest', (context) => {
  const { instructions, texts } = read(context, ROWS[1]!);
  assert.ok(!Object.values(texts).includes('not to be read'));
  assert.deepEqual(
    instructions.filter(({ sha256 }) => sha256 === null).map(({ path }) => path),
    ['secret.txt', '/etc/passwd', 'work/outside.md'],
  );
});

test('an import out of the workspace counts once the user has allowed it', (context) => {
  for (const [answer, counts] of [
    ['"hasClaudeMdExternalIncludesApproved": true', 'yes'],
    ['"hasClaudeMdExternalIncludesApproved": false, "hasClaudeMdExternalIncludesWarningShown": true', 'excluded'],
    ['"hasClaudeMdExternalIncludesApproved": false', 'unknown'],
  ] as const) {
    const folder = folderTree(context, {
      [`${REPO}/CLAUDE.md`]: '@~/shared.md',
      'home/shared.md': 'shared',
    });
    const request = captureRequest(folder, { agent: 'claude-code' });
    plant(folder, { 'home/.claude.json': `{"projects": {${JSON.stringify(request.root)}: {${answer}}}}` });
    const files = filesWithSystemIn(folder);
    const { instructions } = readInstructions(request, files, walkedListing(request.root, files));
    assert.equal(instructions.find(({ path }) => path === 'shared.md')?.counts, counts);
    assert.equal(instructions.find(({ path }) => path === 'shared.md')?.imported_by, 'repository: CLAUDE.md');
  }
});

test("Claude Code's memory: its first 200 lines, one for all worktrees", (context) => {
  const folder = folderTree(context, { [`${REPO}/src/a.ts`]: '' });
  const main = join(folder, 'main');
  plant(folder, {
    [`${REPO}/.git`]: `gitdir: ${main}/.git/worktrees/repo\n`,
    [`home/.claude/projects/${main.replace(/[^A-Za-z0-9]/g, '-')}/memory/MEMORY.md`]: 'line\n'.repeat(201),
  });
  const request = captureRequest(folder, { agent: 'claude-code' });
  const files = filesWithSystemIn(folder);
  const read_ = () => readInstructions(request, files, walkedListing(request.root, files)).instructions;
  assert.deepEqual(read_().map(brief), ['home .claude/projects/<project>/memory/MEMORY.md: cut']);
  plant(folder, { 'home/.claude/settings.json': '{"autoMemoryEnabled": false}' });
  assert.equal(read_()[0]?.counts, 'excluded');
});

test('links: inside the workspace they are followed, out of it never, in a circle they end', (context) => {
  const { instructions, texts } = read(context, {
    agent: 'claude-code',
    tree: {
      'home/secret.md': 'secret',
      'home/.claude/CLAUDE.md': { link: '../dotfiles/claude.md' },
      'home/dotfiles/claude.md': 'mine',
      [`${REPO}/AGENTS.md`]: 'shared',
      [`${REPO}/CLAUDE.md`]: { link: 'AGENTS.md' },
      [`${REPO}/CLAUDE.local.md`]: { link: '../../secret.md' },
      [`${REPO}/.claude/CLAUDE.md`]: { link: 'CLAUDE.md' },
      [`${REPO}/.claude/rules/loop`]: { link: '..' },
      [`${REPO}/.claude/rules/x.md`]: { link: '/etc/hostname' },
    },
  });
  assert.deepEqual(instructions.map(brief), [
    'home .claude/CLAUDE.md: yes',
    'repository CLAUDE.md: yes',
    'repository .claude/CLAUDE.md: unknown',
    'repository .claude/rules/x.md: unknown',
    'repository CLAUDE.local.md: unknown',
    'repository AGENTS.md: shadowed',
  ]);
  assert.deepEqual(Object.values(texts).sort(), ['mine', 'shared']);
  assert.ok(instructions.every(({ why }) => !why.includes('/home/')));
});

test('pipes, huge files and bytes that are no text', { skip: process.platform === 'win32' }, (context) => {
  const folder = folderTree(context, {
    [`${REPO}/CLAUDE.md`]: new Uint8Array([0x23, 0x20, 0xff, 0xfe, 0x0a]),
    [`${REPO}/CLAUDE.local.md`]: 'x'.repeat(3 * 1024 * 1024),
  });
  mkdirSync(join(folder, REPO, '.claude'), { recursive: true });
  execFileSync('mkfifo', [join(folder, REPO, '.claude/CLAUDE.md')]);
  const request = captureRequest(folder, { agent: 'claude-code' });
  const files = filesWithSystemIn(folder);
  const { instructions, texts } = readInstructions(request, files, walkedListing(request.root, files));
  assert.deepEqual(instructions.map(brief), [
    'repository CLAUDE.md: yes',
    'repository .claude/CLAUDE.md: unknown',
    'repository CLAUDE.local.md: yes',
  ]);
  assert.equal(instructions[2]?.bytes, 3 * 1024 * 1024);
  assert.ok(Object.values(texts).every((text) => text.length <= 256 * 1024));
});

test('hidden characters are told with their place', (context) => {
  const { instructions } = read(context, { agent: 'codex', tree: { [`${REPO}/AGENTS.md`]: 'Be\u200b kind.\n' } });
  assert.deepEqual(instructions[0]?.hidden, [{ line: 1, column: 3, code_point: 'U+200B', name: 'zero-width space' }]);
});

test('scope and importer are told', (context) => {
  const { instructions } = read(context, ROWS[0]!);
  assert.deepEqual(instructions.find(({ path }) => path.endsWith('a.md'))?.scope, {
    globs: ['src/**/*.ts'],
    always: null,
    description: null,
  });
});

test('without an agent all of the table are asked; an agent that it does not have is said', (context) => {
  const tree = { [`${REPO}/AGENTS.md`]: 'x' };
  const all = captureRequest(folderTree(context, tree));
  const files = filesWithSystemIn(all.root);
  const { instructions } = readInstructions(all, files, walkedListing(all.root, files));
  assert.deepEqual(
    [...new Set(instructions.map(({ agent }) => agent))].sort(),
    [
      'claude-code',
      'codex',
      'copilot-cli',
      'cursor',
      'junie',
      'opencode',
      'roo-code',
      'cline',
      'vscode',
      'windsurf',
      'zed',
    ].sort(),
  );
  assert.deepEqual(read(context, { agent: 'goose', tree }).missing, [
    'Where Goose looks for instructions is not known.',
  ]);
});

test('the same tree at another place gives the same result', (context) => {
  for (const row of ROWS) {
    const [one, other] = [read(context, row), read(context, row)];
    assert.deepEqual(one.instructions, other.instructions);
  }
});

test('the variables that the tables go by are kept with an environment', () => {
  const named = JSON.stringify([INSTRUCTIONS, SETTINGS, SETTING_FILES]).matchAll(/\{([A-Z_]+)[:}]/g);
  const own = [
    'JUNIE_GUIDELINES_FILENAME',
    'CLAUDE_CODE_DISABLE_AUTO_MEMORY',
    'OPENCODE_DISABLE_CLAUDE_CODE',
    'OPENCODE_DISABLE_CLAUDE_CODE_PROMPT',
  ];
  const names = [...new Set([...[...named].map(([, name = '']) => name), ...own])];
  assert.ok(names.includes('CODEX_HOME'));
  assert.deepEqual(Object.keys(plainVariables(Object.fromEntries(names.map((name) => [name, '/x'])))), names);
});
