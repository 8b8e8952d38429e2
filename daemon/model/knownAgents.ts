/**
 * The agents and clients that Callgrove knows by sight: how their processes look, and what they call themselves. Data
 * only; an agent that is not listed works all the same, under the name it gives.
 */

export interface KnownAgent {
  /** Stands in `agent_id`; never changes once it is used. */
  readonly id: string;
  /** For people. */
  readonly name: string;
  /** File names of its executable, lower case, without `.exe`. */
  readonly executables: readonly RegExp[];
  /** A path in its command line, where it runs in a common runtime; forward slashes, lower case. */
  readonly scripts: readonly RegExp[];
  /** `clientInfo.name`, lower case. */
  readonly clients: readonly RegExp[];
  /** One process holds many conversations and names them with each tool call: what it asks besides is no session's own. */
  readonly namesConversations?: true;
}

/** The first that fits counts, so forks stand before what they were forked from. */
export const KNOWN_AGENTS: readonly KnownAgent[] = [
  // Its executable has the name of Claude Code's: the folder tells them apart.
  {
    id: 'claude-desktop',
    name: 'Claude Desktop',
    executables: [/^claude helper/],
    scripts: [/\/claude\.app\/contents\//, /\/anthropicclaude\//],
    clients: [/^claude-ai$/],
  },
  {
    id: 'claude-code',
    name: 'Claude Code',
    executables: [/^claude$/],
    scripts: [
      /@anthropic-ai\/claude-code\//,
      /\/claude\/versions\/[\d.]+$/,
      /\/\.claude\/local\//,
      /\/claude-agent-sdk\//,
    ],
    clients: [/^claude-code$/, /^claude-agent-sdk/],
  },
  {
    id: 'cursor',
    name: 'Cursor',
    executables: [/^cursor( helper.*)?$/, /^cursor-agent$/],
    scripts: [/\/cursor\.app\/contents\//, /\/cursor-agent\//],
    clients: [/^cursor/],
  },
  {
    id: 'windsurf',
    name: 'Windsurf',
    executables: [/^windsurf( helper.*)?$/, /^language_server_(linux|macos|windows)/, /^devin$/],
    scripts: [/\/windsurf\.app\/contents\//],
    clients: [/^windsurf/, /^devin/],
  },
  {
    id: 'antigravity',
    name: 'Antigravity',
    executables: [/^antigravity( helper.*)?$/],
    scripts: [/\/antigravity\.app\/contents\//],
    clients: [/^antigravity/],
  },
  // Extensions run in the editor's process: only what they call themselves tells them from it.
  { id: 'roo-code', name: 'Roo Code', executables: [], scripts: [], clients: [/^roo[ -]?(code|cline)?$/] },
  { id: 'kilo-code', name: 'Kilo Code', executables: [/^kilo$/], scripts: [/@kilocode\/cli\//], clients: [/^kilo/] },
  { id: 'cline', name: 'Cline', executables: [/^cline$/], scripts: [/\/node_modules\/cline\//], clients: [/^cline/] },
  { id: 'continue', name: 'Continue', executables: [], scripts: [/@continuedev\/cli\//], clients: [/^continue/] },
  {
    id: 'vscode',
    name: 'VS Code',
    namesConversations: true,
    executables: [
      /^code(-insiders| - insiders|-oss)?$/,
      /^code( - insiders)? helper.*$/,
      /^code-(server|tunnel)$/,
      /^codium$/,
    ],
    scripts: [
      /\/visual studio code[^/]*\.app\/contents\//,
      /\/\.vscode-server[^/]*\//,
      /\/out\/bootstrap-fork/,
      /\/code-server\/(lib|out)\//,
    ],
    clients: [/^visual studio code/, /^vscode/, /^code - oss/, /^code-server/],
  },
  {
    id: 'copilot-cli',
    name: 'Copilot CLI',
    executables: [/^copilot$/],
    scripts: [/@github\/copilot(-[a-z0-9-]+)?\//],
    clients: [/^github-copilot/, /^copilot-cli/, /^copilot$/],
  },
  {
    id: 'codex',
    name: 'Codex',
    executables: [/^codex(-(x86_64|aarch64).*)?$/],
    scripts: [/@openai\/codex\//],
    clients: [/^codex/],
  },
  {
    id: 'gemini-cli',
    name: 'Gemini CLI',
    executables: [/^gemini$/],
    scripts: [/@google\/gemini-cli\//],
    clients: [/^gemini-cli/],
  },
  {
    id: 'qwen-code',
    name: 'Qwen Code',
    executables: [/^qwen$/],
    scripts: [/@qwen-code\/qwen-code\//],
    clients: [/^qwen-/],
  },
  {
    id: 'opencode',
    name: 'opencode',
    executables: [/^opencode$/],
    scripts: [/\/opencode-ai\//],
    clients: [/^opencode/],
  },
  { id: 'goose', name: 'Goose', executables: [/^goose(d)?$/], scripts: [], clients: [/^goose/] },
  { id: 'amp', name: 'Amp', executables: [/^amp$/], scripts: [/@sourcegraph\/amp\//], clients: [/^amp(-|$)/] },
  { id: 'zed', name: 'Zed', executables: [/^zed(-editor)?$/], scripts: [/\/zed\.app\/contents\//], clients: [/^zed/] },
  {
    id: 'junie',
    name: 'Junie',
    executables: [/^junie$/],
    scripts: [/\/junie\//],
    clients: [/junie/],
  },
  {
    id: 'jetbrains',
    name: 'JetBrains',
    executables: [/^(idea|pycharm|webstorm|goland|rider|clion|rubymine|phpstorm|rustrover)(64)?(\.sh)?$/],
    scripts: [/\/jetbrains\//, /com\.intellij\.idea\.main/],
    clients: [/^jetbrains/, /^intellij/],
  },
  {
    id: 'inspector',
    name: 'MCP Inspector',
    executables: [/^mcp-inspector$/],
    scripts: [/@modelcontextprotocol\/inspector/],
    clients: [/^(mcp-)?inspector/],
  },
  {
    id: 'conformance',
    name: 'MCP conformance suite',
    executables: [],
    scripts: [/@modelcontextprotocol\/conformance/],
    clients: [/^conformance/],
  },
  {
    id: 'callgrove-sample',
    name: 'Callgrove sample',
    executables: [],
    scripts: [/\/callgrove[^/]*\/(dist\/sample\.m?js|daemon\/sample\.ts)$/],
    clients: [/^callgrove-sample$/],
  },
];

/**
 * Programs that stand between an agent and the server it starts, and are never the agent. A runtime counts as one only
 * when it runs one of the scripts.
 */
export const WRAPPERS: { readonly executables: readonly RegExp[]; readonly scripts: readonly RegExp[] } = {
  executables: [
    /^-?(sh|bash|zsh|dash|ash|ksh|fish|nu|cmd|powershell|pwsh|conhost)$/,
    /^(npm|npx|pnpm|pnpx|yarn|bunx|corepack|volta|volta-shim|fnm|mise|asdf|nvm)$/,
    /^(uv|uvx|pipx|poetry|conda|direnv|nix-shell|nix)$/,
    /^(env|sudo|doas|nohup|setsid|timeout|time|nice|stdbuf|script|tini|dumb-init|docker-init|flock|arch|caffeinate)$/,
    /^(callgrove|callgrove-launch)$/,
  ],
  scripts: [
    /\/npm\/bin\/np[mx]-cli\.js$/,
    /\/bin\/(npm|npx|pnpm|pnpx|yarn|corepack|callgrove)$/,
    /\/(pnpm|corepack|yarn)\/(dist|bin)\/[^/]+\.c?js$/,
    /\/callgrove(\/dist|\/daemon|\/bin)\/(callgrove|loader|launch)\.(js|ts|cjs|mjs)$/,
  ],
};

/** What it is called; its id where nobody knows. */
export function agentName(id: string): string {
  return KNOWN_AGENTS.find((agent) => agent.id === id)?.name ?? id;
}
