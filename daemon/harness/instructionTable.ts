/**
 * Where Claude Code, VS Code, Codex and Cursor look for instructions, in their order. Data only; what settings, budgets
 * and exclusions do to it is in `claudeInstructions.ts`, `codexInstructions.ts` and `vscodeInstructions.ts`.
 */
import type { FileRow, InstructionRow } from './instructionRow.ts';
import { OTHER_INSTRUCTIONS } from './instructionTableOthers.ts';

const CLAUDE_FOLDER: readonly FileRow[] = [
  { path: 'CLAUDE.md', why: 'Claude Code reads it in every folder from the top down to the working directory.' },
  { path: '.claude/CLAUDE.md', why: 'Claude Code reads it like the CLAUDE.md of its folder.' },
  {
    path: '.claude/rules/**/*.md',
    kind: 'rule',
    scope: 'paths',
    why: 'Claude Code reads all rules of this folder.',
  },
  { path: 'CLAUDE.local.md', why: 'Claude Code reads it after the CLAUDE.md of its folder.' },
];
/** Its built-in plugin `agents-md` reads these; `claudeInstructions.ts` says when. */
const CLAUDE_AGENTS_MD: readonly FileRow[] = [
  { path: 'AGENTS.md', counts: 'unknown', why: 'Claude Code reads it by its plugin agents-md only.' },
  { path: '.claude/AGENTS.md', counts: 'unknown', why: 'Claude Code reads it by its plugin agents-md only.' },
];

const LOCATION = (folder: string) => ({ key: `chat.instructionsFilesLocations/${folder}`, otherwise: true });
const CLAUDE_MD = { key: 'chat.useClaudeMdFile', otherwise: true };
const PARENTS = { key: 'chat.useCustomizationsInParentRepositories', otherwise: false };

export const INSTRUCTIONS: readonly InstructionRow[] = [
  {
    agent: 'claude-code',
    name: 'Claude Code',
    source: 'https://code.claude.com/docs/en/memory; plugin: anthropics/claude-code mods/agents-md/README.md',
    imports: 'approved',
    steps: [
      {
        look: 'managed',
        pick: 'all',
        files: [
          { path: '{managed:claude}/CLAUDE.md', why: 'The organization sets it; it cannot be excluded.' },
          {
            path: '{managed:claude}/.claude/rules/**/*.md',
            kind: 'rule',
            scope: 'paths',
            why: 'The organization sets it.',
          },
        ],
      },
      {
        look: 'home',
        pick: 'all',
        files: [
          { path: '{CLAUDE_CONFIG_DIR:~/.claude}/CLAUDE.md', why: 'Claude Code reads it in every project.' },
          {
            path: '{CLAUDE_CONFIG_DIR:~/.claude}/rules/**/*.md',
            kind: 'rule',
            scope: 'paths',
            why: 'Claude Code reads the rules of the home folder before those of the project.',
          },
        ],
      },
      { look: 'ancestors', pick: 'all', files: [...CLAUDE_FOLDER, ...CLAUDE_AGENTS_MD] },
      {
        look: 'home',
        pick: 'all',
        files: [
          {
            path: '{CLAUDE_CONFIG_DIR:~/.claude}/projects/{project}/memory/MEMORY.md',
            kind: 'memory',
            setting: { key: 'autoMemoryEnabled', otherwise: true },
            why: 'Claude Code reads the memory that it keeps for this project.',
          },
        ],
      },
      { look: 'below', pick: 'all', files: [...CLAUDE_FOLDER, ...CLAUDE_AGENTS_MD] },
    ],
  },
  {
    agent: 'vscode',
    name: 'VS Code',
    source:
      'https://code.visualstudio.com/docs/agent-customization/custom-instructions (its order is not guaranteed); /overview ("Parent repository discovery")',
    imports: null,
    unseen: 'Instructions that VS Code gets from an organization or an extension are not captured.',
    steps: [
      {
        look: 'start',
        pick: 'all',
        files: [
          {
            path: '.github/copilot-instructions.md',
            setting: { key: 'github.copilot.chat.codeGeneration.useInstructionFiles', otherwise: true },
            why: 'VS Code adds it to every request.',
          },
          {
            path: 'AGENTS.md',
            setting: { key: 'chat.useAgentsMdFile', otherwise: true },
            why: 'VS Code adds the AGENTS.md of its folder to every request (chat.useAgentsMdFile).',
          },
          { path: 'CLAUDE.md', setting: CLAUDE_MD, why: 'VS Code adds it to every request (chat.useClaudeMdFile).' },
          {
            path: '.claude/CLAUDE.md',
            setting: CLAUDE_MD,
            why: 'VS Code adds it to every request (chat.useClaudeMdFile).',
          },
          {
            path: 'CLAUDE.local.md',
            setting: CLAUDE_MD,
            why: 'VS Code adds it to every request (chat.useClaudeMdFile).',
          },
          {
            path: '.github/instructions/**/*.instructions.md',
            kind: 'rule',
            scope: 'applyTo',
            setting: LOCATION('.github/instructions'),
            why: 'VS Code looks in this folder (chat.instructionsFilesLocations).',
          },
          {
            path: '.claude/rules/**/*.md',
            kind: 'rule',
            scope: 'paths',
            setting: LOCATION('.claude/rules'),
            why: 'VS Code looks in this folder (chat.instructionsFilesLocations).',
          },
        ],
      },
      {
        look: 'home',
        pick: 'all',
        files: [
          { path: '~/.claude/CLAUDE.md', setting: CLAUDE_MD, why: 'VS Code adds it in every workspace.' },
          {
            path: '~/.copilot/instructions/**/*.instructions.md',
            kind: 'rule',
            scope: 'applyTo',
            setting: LOCATION('~/.copilot/instructions'),
            why: 'VS Code looks in this folder of the home folder.',
          },
          {
            path: '~/.claude/rules/**/*.md',
            kind: 'rule',
            scope: 'paths',
            setting: LOCATION('~/.claude/rules'),
            why: 'VS Code looks in this folder of the home folder.',
          },
          {
            path: '{editor}/prompts/*.instructions.md',
            kind: 'rule',
            counts: 'unknown',
            scope: 'applyTo',
            why: "It is in the user's profile: VS Code ignores it where sessions run in the agent host.",
          },
          {
            path: '{editor}/profiles/*/prompts/*.instructions.md',
            kind: 'rule',
            counts: 'unknown',
            scope: 'applyTo',
            why: 'It is in a profile; which one is in use cannot be told from files.',
          },
        ],
      },
      {
        look: 'over',
        pick: 'all',
        files: [
          '.github/copilot-instructions.md',
          'AGENTS.md',
          'CLAUDE.md',
          '.claude/CLAUDE.md',
          'CLAUDE.local.md',
          '.github/instructions/**/*.instructions.md',
          '.claude/rules/**/*.md',
        ].map((path) => ({
          path,
          kind: path.includes('*') ? ('rule' as const) : ('instructions' as const),
          setting: PARENTS,
          counts: 'unknown' as const,
          why: 'VS Code reads the folders above its own up to the top of a checkout that the user trusts.',
        })),
      },
      {
        look: 'below',
        pick: 'all',
        files: [
          {
            path: 'AGENTS.md',
            setting: { key: 'chat.useNestedAgentsMdFiles', otherwise: false },
            why: 'VS Code reads it for files of its folder (chat.useNestedAgentsMdFiles).',
          },
        ],
      },
    ],
  },
  {
    agent: 'codex',
    name: 'Codex',
    source: 'https://developers.openai.com/codex/guides/agents-md; openai/codex codex-rs/core/src/project_doc.rs',
    imports: null,
    steps: [
      {
        look: 'home',
        pick: 'first',
        files: [
          { path: '{CODEX_HOME:~/.codex}/AGENTS.override.md', why: 'Codex reads it in every project.' },
          { path: '{CODEX_HOME:~/.codex}/AGENTS.md', why: 'Codex reads it in every project.' },
        ],
      },
      {
        look: 'path',
        pick: 'first_there',
        files: [
          { path: 'AGENTS.override.md', why: 'Codex reads one file a folder, this name first.' },
          { path: 'AGENTS.md', why: 'Codex reads one file a folder, from the root to the working directory.' },
          { path: '{names}', why: 'project_doc_fallback_filenames names it, and the folder has no AGENTS.md.' },
        ],
      },
    ],
  },
  {
    agent: 'cursor',
    name: 'Cursor',
    source: 'https://cursor.com/docs/context/rules',
    imports: null,
    unseen: "Cursor's user and team rules are kept outside of files and are not captured.",
    steps: [
      {
        look: 'root',
        pick: 'all',
        files: [
          {
            path: '.cursor/rules/**/*.mdc',
            kind: 'rule',
            scope: 'cursor',
            why: 'Cursor reads the rules of the project.',
          },
          { path: 'AGENTS.md', why: 'Cursor reads the AGENTS.md of the root.' },
          { path: '.cursorrules', why: 'Cursor still reads this older form of its rules.' },
          { path: 'CLAUDE.md', counts: 'unknown', why: "Cursor's command line reads it; the editor does not say." },
        ],
      },
      {
        look: 'below',
        pick: 'all',
        files: [
          {
            path: '.cursor/rules/**/*.mdc',
            kind: 'rule',
            scope: 'cursor',
            why: 'Cursor reads nested rules for files of their folder.',
          },
          { path: 'AGENTS.md', why: 'Cursor reads it for files of its folder and below.' },
        ],
      },
    ],
  },
  ...OTHER_INSTRUCTIONS,
];
