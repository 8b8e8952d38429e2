/**
 * Adapters behind Callgrove: programs that carry the protocol to another transport, host or container, told by the
 * command line and by what the server calls itself. Data and its look-up; what is not listed is not known to be one.
 */
import { imageSpec, npmSpec, type PackageSpec, pypiSpec } from './packageSpec.ts';
import { serverLaunch } from './serverLaunch.ts';

export interface Bridge {
  readonly name: string;
  /** Null where the command line does not pin it. */
  readonly version: string | null;
  /** Signs its user in by itself and keeps the tokens. */
  readonly signsIn: boolean;
}

interface KnownBridge {
  readonly name: string;
  /** Its package, image, module or program, without version. */
  readonly launched: RegExp;
  /** Words that its command line holds besides, where the program does other things, too. */
  readonly words?: readonly string[];
  /** The option that holds the command line of what is behind it; `rest` for all words after its own. */
  readonly inner?: string | 'rest';
  readonly signsIn?: boolean;
  /** What it answers `initialize` with when it speaks for itself. */
  readonly serverInfo?: RegExp;
}

/** Sources: each project's README, as of 2026-11. */
const BRIDGES: readonly KnownBridge[] = [
  // github.com/geelen/mcp-remote: OAuth by itself, tokens in ~/.mcp-auth.
  { name: 'mcp-remote', launched: /^mcp-remote$/, signsIn: true },
  { name: 'mcp-remote-client', launched: /^mcp-remote-client$/, signsIn: true },
  // github.com/supercorp-ai/supergateway: --stdio "command".
  { name: 'supergateway', launched: /^supergateway$|^supercorp\/supergateway$/, inner: '--stdio' },
  // github.com/sparfenyuk/mcp-proxy (Python), github.com/punkpeye/mcp-proxy (npm), github.com/TBXark/mcp-proxy (Go).
  { name: 'mcp-proxy', launched: /^mcp[-_]proxy$|^ghcr\.io\/(?:sparfenyuk|tbxark)\/mcp-proxy$/, inner: 'rest' },
  // github.com/docker/mcp-gateway.
  { name: 'docker-mcp-gateway', launched: /^docker\/mcp-gateway$/, serverInfo: /^docker ai mcp gateway$/i },
  { name: 'docker-mcp-gateway', launched: /^docker$/, words: ['mcp', 'gateway'] },
  // github.com/stacklok/toolhive: thv run, thv proxy stdio.
  { name: 'toolhive', launched: /^thv$/ },
  // github.com/open-webui/mcpo.
  { name: 'mcpo', launched: /^mcpo$/, inner: 'rest' },
  // gofastmcp.com/servers/proxy.
  { name: 'fastmcp-proxy', launched: /^fastmcp$/, words: ['run'], serverInfo: /^fastmcp[- ]?proxy/i },
  { name: 'mcp-hub', launched: /^mcp-hub$/ },
  // github.com/metatool-ai/mcp-server-metamcp.
  { name: 'metamcp', launched: /^@metamcp\/mcp-server-metamcp$/, serverInfo: /^metamcp/i },
  { name: 'smithery-cli', launched: /^@smithery\/cli$/, signsIn: true },
  { name: 'mcp-superassistant-proxy', launched: /^@srbhptl39\/mcp-superassistant-proxy$/ },
];

const DEPTH = 5;

/** From us outwards. @param argv program and arguments; empty for a URL */
export function bridgesOf(argv: readonly string[], depth = 0): Bridge[] {
  if (argv.length === 0 || depth > DEPTH) return [];
  const { word, version } = launchedPart(argv);
  const known = BRIDGES.find(
    ({ launched, words }) => launched.test(word) && (words ?? []).every((one) => argv.includes(one)),
  );
  if (!known) return [];
  const bridge: Bridge = { name: known.name, version, signsIn: known.signsIn ?? false };
  return [bridge, ...bridgesOf(innerOf(known, word, argv), depth + 1)];
}

/**
 * `["mcp-remote/0.15.1"]`. Null where nothing says what is behind us; empty where a catalogued server was started itself.
 * @param serverInfo what the server calls itself; null where it did not
 * @param isKnown the command line starts a server of the catalog itself
 */
export function hopsOf(
  argv: readonly string[],
  serverInfo: { readonly name: string; readonly version: string | null } | null,
  isKnown: boolean,
): string[] | null {
  const hops = bridgesOf(argv).map(({ name, version }) => (version === null ? name : `${name}/${version}`));
  const said = serverInfo && BRIDGES.find((one) => one.serverInfo?.test(serverInfo.name));
  if (said && serverInfo && !hops.some((hop) => hop.split('/')[0] === said.name))
    hops.push(serverInfo.version ? `${said.name}/${serverInfo.version}` : said.name);
  return hops.length > 0 || isKnown ? hops : null;
}

function launchedPart(argv: readonly string[]): { word: string; version: string | null } {
  const program = nameOf(argv[0] ?? '');
  // Its plug-in's `run` starts no image.
  if (program === 'docker' && argv[1] === 'mcp') return { word: program, version: null };
  const launch = serverLaunch(argv);
  switch (launch.kind) {
    case 'npm':
      return pinned(npmSpec(launch.spec));
    case 'pypi':
      return pinned(pypiSpec(launch.spec));
    case 'image':
      return pinned(imageSpec(launch.image));
    case 'module':
      return { word: launch.module, version: null };
    case 'script':
      return { word: packageFolder(launch.file) ?? '', version: null };
    case 'program':
      return { word: program, version: null };
    case 'project':
      return { word: nameOf(launch.target), version: null };
    default:
      return { word: '', version: null };
  }
}

/** A range, a tag or a digest is no version. */
function pinned({ name, requested }: PackageSpec): { word: string; version: string | null } {
  return { word: name ?? '', version: requested !== null && /^v?\d+[\w.-]*$/.test(requested) ? requested : null };
}

const nameOf = (program: string) => (program.split(/[\\/]/).at(-1) ?? '').replace(/\.(?:exe|cmd|js)$/i, '');

/** `node_modules/mcp-remote/dist/proxy.js`: the package's name. */
function packageFolder(file: string): string | null {
  return (
    /(?:^|[\\/])node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)[\\/](?!.*[\\/]node_modules[\\/])/.exec(file)?.[1] ?? null
  );
}

function innerOf({ inner }: KnownBridge, word: string, argv: readonly string[]): readonly string[] {
  if (inner === undefined) return [];
  if (inner === 'rest') {
    const own = argv.findIndex((one) => one.includes(word));
    const rest = argv.slice(own + 1);
    const dashes = rest.indexOf('--');
    if (dashes >= 0) return rest.slice(dashes + 1);
    const first = rest.findIndex((one) => !one.startsWith('-'));
    return first < 0 || /^https?:/.test(rest[first] ?? '') ? [] : rest.slice(first);
  }
  const at = argv.indexOf(inner);
  const text = at < 0 ? '' : (argv[at + 1] ?? '');
  return text.split(/\s+/).filter((one) => one !== '');
}
