/**
 * Where the other agents look for instructions, as far as their documentation and sources say. Data only; what is not
 * certain counts as `unknown`.
 */
import type { FileRow, InstructionRow } from './instructionRow.ts';

const ALL = (why: string, ...paths: readonly string[]): FileRow[] => paths.map((path) => ({ path, why }));

export const OTHER_INSTRUCTIONS: readonly InstructionRow[] = [
  {
    agent: 'gemini-cli',
    name: 'Gemini CLI',
    source: 'https://geminicli.com/docs/cli/gemini-md; docs/reference/memport.md',
    imports: 'inside',
    steps: [
      {
        look: 'home',
        pick: 'all',
        files: ALL('Gemini CLI reads it in every project.', '{GEMINI_CLI_HOME:~}/.gemini/{names:GEMINI.md}'),
      },
      {
        look: 'path',
        pick: 'all',
        files: ALL("Gemini CLI reads it from the project's root down to the working directory.", '{names:GEMINI.md}'),
      },
      {
        look: 'anywhere',
        pick: 'all',
        files: ALL('Gemini CLI reads it when a tool touches its folder.', '{names:GEMINI.md}'),
      },
    ],
  },
  {
    agent: 'opencode',
    name: 'opencode',
    source: 'https://opencode.ai/v1/docs/rules; https://opencode.ai/docs/instructions (version 2); what 1.18.33 sends',
    imports: null,
    unseen: 'Instructions that opencode fetches from an address are not captured.',
    steps: [
      {
        look: 'home',
        pick: 'first',
        files: ALL(
          'opencode reads the first of these in every project.',
          '{XDG_CONFIG_HOME:~/.config}/opencode/AGENTS.md',
          '~/.claude/CLAUDE.md',
        ),
      },
      {
        look: 'up',
        pick: 'first_row_there',
        files: ALL(
          'opencode reads the first of these names, in every folder up the tree.',
          'AGENTS.md',
          'CLAUDE.md',
          'CONTEXT.md',
        ),
      },
      {
        look: 'above',
        pick: 'all',
        files: [{ path: 'AGENTS.md', counts: 'unknown', why: 'opencode 2 reads it, opencode 1 stops at the root.' }],
      },
    ],
  },
  {
    agent: 'junie',
    name: 'Junie',
    source:
      'https://www.jetbrains.com/help/junie/customize-guidelines.html; https://junie.jetbrains.com/docs/guidelines-and-memory.html',
    imports: null,
    steps: [
      {
        look: 'root',
        pick: 'all',
        files: [
          ...ALL('JUNIE_GUIDELINES_FILENAME names it.', '{names}'),
          ...['.junie/AGENTS.md', 'AGENTS.md'].map(
            (path): FileRow => ({
              path,
              counts: 'unknown',
              why: "Junie's command line reads it, its plugin where the settings of the project name it.",
            }),
          ),
          ...ALL('Junie reads it where nothing else is set.', '.junie/guidelines.md'),
        ],
      },
    ],
  },
  {
    agent: 'windsurf',
    name: 'Windsurf/Devin',
    source: 'https://docs.windsurf.com/windsurf/cascade/memories; https://docs.devin.ai/cli/extensibility/rules',
    imports: null,
    unseen: 'Memories that Windsurf keeps outside of files are not captured.',
    steps: [
      {
        look: 'home',
        pick: 'all',
        files: ALL(
          'It is read in every project.',
          '~/.codeium/windsurf/memories/global_rules.md',
          '{XDG_CONFIG_HOME:~/.config}/devin/AGENTS.md',
        ),
      },
      {
        look: 'root',
        pick: 'all',
        files: [
          ...ALL('Windsurf still reads this older form of its rules.', '.windsurfrules'),
          ...['.windsurf/rules/**/*.md', '.devin/rules/**/*.md'].map(
            (path): FileRow => ({
              path,
              kind: 'rule',
              scope: 'trigger',
              why: 'Windsurf reads the rules of the project.',
            }),
          ),
          ...ALL('It is read from the root.', 'AGENTS.md'),
        ],
      },
      { look: 'below', pick: 'all', files: ALL('It is read for files of its folder.', 'AGENTS.md') },
    ],
  },
  {
    agent: 'cline',
    name: 'Cline',
    source: 'https://docs.cline.bot/customization/cline-rules',
    imports: null,
    steps: [
      {
        look: 'home',
        pick: 'all',
        files: ALL(
          'Cline reads its global rules in every project.',
          '~/Documents/Cline/Rules/*.md',
          '~/Cline/Rules/*.md',
        ),
      },
      {
        look: 'root',
        pick: 'all',
        files: [
          { path: '.clinerules', why: 'Cline reads this file, or all files of the folder of this name.' },
          { path: '.clinerules/**/*.md', kind: 'rule', scope: 'paths', why: 'Cline reads all files of this folder.' },
          ...ALL('Cline reads the rules of other agents, too.', 'AGENTS.md', '.cursorrules', '.windsurfrules'),
        ],
      },
    ],
  },
  {
    agent: 'roo-code',
    name: 'Roo Code',
    source: 'https://docs.roocode.com/features/custom-instructions',
    imports: null,
    steps: [
      {
        look: 'home',
        pick: 'all',
        files: ALL('Roo Code reads it in every project.', '~/.roo/rules/**/*', '~/.roo/rules-*/**/*'),
      },
      {
        look: 'root',
        pick: 'first_row',
        files: ALL('Roo Code reads the first of these that is there.', '.roo/rules/**/*', '.roorules', '.clinerules'),
      },
      {
        look: 'root',
        pick: 'all',
        files: [
          ...['.roo/rules-*/**/*', '.roorules-*'].map(
            (path): FileRow => ({
              path,
              kind: 'rule',
              counts: 'manual',
              why: 'Roo Code reads it in the mode of that name.',
            }),
          ),
          ...ALL('Roo Code reads it from the root.', 'AGENTS.md'),
        ],
      },
    ],
  },
  {
    agent: 'zed',
    name: 'Zed',
    source: 'https://zed.dev/docs/ai/rules',
    imports: null,
    unseen: "The rules of Zed's rules library are kept in a database and are not captured.",
    steps: [
      {
        look: 'root',
        pick: 'first',
        files: ALL(
          'Zed reads the first of these names.',
          '.rules',
          '.cursorrules',
          '.windsurfrules',
          '.clinerules',
          '.github/copilot-instructions.md',
          'AGENT.md',
          'AGENTS.md',
          'CLAUDE.md',
          'GEMINI.md',
        ),
      },
    ],
  },
  {
    agent: 'aider',
    name: 'aider',
    source: 'https://aider.chat/docs/usage/conventions.html',
    imports: null,
    steps: [{ look: 'root', pick: 'all', files: ALL('"read" of .aider.conf.yml names it.', '{names}') }],
  },
  {
    agent: 'copilot-cli',
    name: 'Copilot CLI',
    source: 'https://docs.github.com/en/copilot/how-tos/copilot-cli/add-custom-instructions',
    imports: null,
    steps: [
      {
        look: 'home',
        pick: 'all',
        files: [
          ...ALL('Copilot CLI reads it in every project.', '{COPILOT_HOME:~/.copilot}/copilot-instructions.md'),
          {
            path: '{COPILOT_HOME:~/.copilot}/instructions/**/*.instructions.md',
            kind: 'rule',
            scope: 'applyTo',
            why: 'Copilot CLI reads it in every project.',
          },
        ],
      },
      {
        look: 'path',
        pick: 'all',
        files: [
          ...ALL(
            'Copilot CLI reads it in the root and the working directory.',
            '.github/copilot-instructions.md',
            'AGENTS.md',
            'CLAUDE.md',
            'GEMINI.md',
          ),
          {
            path: '.github/instructions/**/*.instructions.md',
            kind: 'rule',
            scope: 'applyTo',
            why: 'Copilot CLI reads all instructions of this folder.',
          },
        ],
      },
      { look: 'below', pick: 'all', files: ALL('Copilot CLI reads it for files of its folder.', 'AGENTS.md') },
    ],
  },
];
