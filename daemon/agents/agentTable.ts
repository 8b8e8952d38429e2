/**
 * The agents whose config files are known: where the files are, what their keys mean where it differs, and what the
 * user has to do after a change. Data only. What stands in a file is told by its content, not by this table.
 *
 * In paths `~` is the home folder, `{NAME:else}` a variable with what counts where it is not set (without `:` the path
 * then counts as absent), `{editor}` the user folder of each editor of VS Code's family, and `*` any one folder.
 */

export interface AgentRow {
  /** As in `model/knownAgents.ts`; what `--agent` takes. */
  readonly id: string;
  readonly name: string;
  readonly user: readonly string[];
  /** Relative to the project's folder. */
  readonly project: readonly string[];
  /** Project files count in every folder from the current one up to the checkout's top, not only in those two. */
  readonly everyFolder: boolean;
  /** Keys of a URL that mean the old HTTP+SSE transport here. */
  readonly sseKeys: readonly string[];
  /** How a changed entry gets into use. */
  readonly restart: string;
  /** What the agent may ask after a change, or null where it asks nothing. */
  readonly approval: string | null;
  /** It asks about entries of a project only. */
  readonly asksProjects: boolean;
  /** Why a project's entry cannot be overridden from the user's own files; null where it can. */
  readonly noOverride: string | null;
}

const PROJECT_WINS = "the project's entry wins over the user's own";

export const AGENTS: readonly AgentRow[] = [
  {
    id: 'claude-code',
    name: 'Claude Code',
    user: ['{CLAUDE_CONFIG_DIR:~}/.claude.json'],
    project: ['.mcp.json'],
    everyFolder: true,
    sseKeys: [],
    restart: 'start a new session of Claude Code (running ones keep their servers)',
    approval: 'whether the servers of .mcp.json may be used, if it has not been answered here yet',
    asksProjects: true,
    noOverride: null,
  },
  {
    id: 'vscode',
    name: 'VS Code',
    user: ['{editor}/mcp.json', '{editor}/profiles/*/mcp.json'],
    project: ['.vscode/mcp.json'],
    everyFolder: false,
    sseKeys: [],
    restart: 'VS Code: "MCP: List Servers", then restart the server, or reload the window',
    approval: 'whether you trust the server, because its configuration has changed',
    asksProjects: false,
    noOverride: "which of a workspace's and a profile's entry of one name counts is not documented",
  },
  {
    id: 'copilot-cli',
    name: 'Copilot CLI',
    user: ['{COPILOT_HOME:~/.copilot}/mcp-config.json'],
    project: ['.mcp.json', '.github/mcp.json'],
    everyFolder: true,
    sseKeys: [],
    restart: 'start Copilot CLI again',
    approval: 'whether you trust the folder, if it has not been answered yet',
    asksProjects: true,
    noOverride: PROJECT_WINS,
  },
  {
    id: 'cursor',
    name: 'Cursor',
    user: ['~/.cursor/mcp.json'],
    project: ['.cursor/mcp.json'],
    everyFolder: false,
    sseKeys: [],
    restart: 'Cursor: Settings, MCP, switch the server off and on',
    approval: 'whether the changed server may run',
    asksProjects: false,
    noOverride: PROJECT_WINS,
  },
  {
    id: 'codex',
    name: 'Codex',
    user: ['{CODEX_HOME:~/.codex}/config.toml'],
    project: ['.codex/config.toml'],
    everyFolder: true,
    sseKeys: [],
    restart: 'start Codex again',
    approval: null,
    asksProjects: false,
    noOverride: PROJECT_WINS,
  },
  {
    id: 'gemini-cli',
    name: 'Gemini CLI',
    user: ['{GEMINI_CLI_HOME:~}/.gemini/settings.json'],
    project: ['.gemini/settings.json'],
    everyFolder: false,
    sseKeys: ['url'],
    restart: 'start Gemini CLI again, or /mcp refresh',
    approval: null,
    asksProjects: false,
    noOverride: PROJECT_WINS,
  },
  {
    id: 'windsurf',
    name: 'Windsurf/Devin',
    user: ['~/.codeium/windsurf/mcp_config.json', '~/.codeium/mcp_config.json', '~/.config/devin/mcp_config.json'],
    project: [],
    everyFolder: false,
    sseKeys: [],
    restart: 'Windsurf: refresh the servers in the MCP panel; Devin: start it again',
    approval: null,
    asksProjects: false,
    noOverride: 'it has no other file',
  },
  {
    id: 'roo-code',
    name: 'Roo Code',
    user: ['{editor}/globalStorage/rooveterinaryinc.roo-cline/settings/mcp_settings.json'],
    project: ['.roo/mcp.json'],
    everyFolder: false,
    sseKeys: [],
    restart: 'Roo Code takes the change by itself; if not, restart the server in its MCP view',
    approval: null,
    asksProjects: false,
    noOverride: PROJECT_WINS,
  },
  {
    id: 'zed',
    name: 'Zed',
    user: ['{XDG_CONFIG_HOME:~/.config}/zed/settings.json', '{APPDATA}/Zed/settings.json'],
    project: ['.zed/settings.json'],
    everyFolder: false,
    sseKeys: [],
    restart: 'Zed takes the change by itself',
    approval: null,
    asksProjects: false,
    noOverride: PROJECT_WINS,
  },
  {
    id: 'opencode',
    name: 'opencode',
    user: [
      '{XDG_CONFIG_HOME:~/.config}/opencode/opencode.json',
      '{XDG_CONFIG_HOME:~/.config}/opencode/opencode.jsonc',
      '{OPENCODE_CONFIG}',
    ],
    project: ['opencode.json', 'opencode.jsonc', '.opencode/opencode.json', '.opencode/opencode.jsonc'],
    everyFolder: true,
    sseKeys: [],
    restart: 'start opencode again',
    approval: null,
    asksProjects: false,
    noOverride: PROJECT_WINS,
  },
];

/** User folders of the editors of VS Code's family, by platform; the remote ones everywhere. */
export const EDITOR_FOLDERS: Readonly<Record<string, readonly string[]>> = {
  linux: ['~/.config/Code/User', '~/.config/Code - Insiders/User', '~/.config/VSCodium/User'],
  darwin: [
    '~/Library/Application Support/Code/User',
    '~/Library/Application Support/Code - Insiders/User',
    '~/Library/Application Support/VSCodium/User',
  ],
  win32: ['{APPDATA}/Code/User', '{APPDATA}/Code - Insiders/User', '{APPDATA}/VSCodium/User'],
  remote: ['~/.vscode-server/data/User', '~/.vscode-server-insiders/data/User', '~/.local/share/code-server/User'],
};
