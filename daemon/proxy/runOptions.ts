/** `callgrove run`'s command line. Options come by argv only, because hosts strip the environment of their servers. */

export interface RunOptions {
  readonly name: string | null;
  readonly home: string | null;
  readonly daemon: boolean;
  /** The address of an HTTP server; then there is no command. */
  readonly url: string | null;
  /** `NAME=VALUE`, as given. */
  readonly headers: readonly string[];
  readonly command: string;
  readonly args: readonly string[];
}

export type ParsedRun =
  | { readonly kind: 'run'; readonly options: RunOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly reason: string };

export const RUN_HELP = `usage: callgrove run [--name N] [--home DIR] [--no-daemon] -- CMD [ARGS…]
       callgrove run [--name N] [--home DIR] [--no-daemon] --url URL [--header NAME=VALUE]…

Starts an MCP server and passes everything between it and the agent, byte for byte, while recording it.
Put it before the server's own command in the agent's configuration.
With --url the server is one that speaks Streamable HTTP, and the agent speaks stdio to this command.

  --url URL     the server's address, http or https
  --header NAME=VALUE
                sent with every request; \${VAR} in VALUE is taken from the environment
  --name N      the server's name in lists and trees
  --home DIR    the state folder (default: the user's; CALLGROVE_HOME overrides)
  --no-daemon   only record, do not start the daemon
  --was WORDS   how the entry was written before callgrove wrap; ignored
  --help        this text

Ends as the server ends: same exit code, same signal; with --url when the agent ends. 127: the server could not be started; 2: wrong usage.
`;

/**
 * Reads what stands behind `run`. Everything behind the first `--`, or from the first word that is no option, is the
 * server's command and is not looked at.
 * @param isAbsolute the platform's `path.isAbsolute`
 */
export function parseRun(argv: readonly string[], isAbsolute: (path: string) => boolean): ParsedRun {
  let name: string | null = null;
  let home: string | null = null;
  let daemon = true;
  let url: string | null = null;
  const headers: string[] = [];
  let at = 0;
  for (; at < argv.length; at++) {
    const word = argv[at]!;
    if (word === '--') {
      at++;
      break;
    }
    if (!word.startsWith('-')) break;
    const equals = word.indexOf('=');
    const option = equals < 0 ? word : word.slice(0, equals);
    if (option === '--help' || option === '-h') return { kind: 'help' };
    if (option === '--no-daemon' && equals < 0) daemon = false;
    else if (
      option === '--name' ||
      option === '--home' ||
      option === '--url' ||
      option === '--header' ||
      option === '--was'
    ) {
      const value = equals < 0 ? argv[++at] : word.slice(equals + 1);
      if (!value) return wrong(`${option} needs a value`);
      if (option === '--name') name = value;
      else if (option === '--url') url = value;
      else if (option === '--header') headers.push(value);
      // How the entry was written before `wrap`: for `unwrap`.
      else if (option === '--was') continue;
      else if (isAbsolute(value)) home = value;
      else return wrong('--home needs an absolute path, because hosts start servers in any folder');
    } else return wrong(`unknown option ${option}`);
  }
  const [command, ...args] = argv.slice(at);
  if (url !== null) {
    if (command !== undefined) return wrong('give either --url or a command, not both');
    return { kind: 'run', options: { name, home, daemon, url, headers, command: '', args: [] } };
  }
  if (headers.length > 0) return wrong('--header goes with --url');
  if (!command) return wrong('no command given: callgrove run -- CMD ARGS…, or callgrove run --url URL');
  return { kind: 'run', options: { name, home, daemon, url, headers, command, args } };
}

function wrong(reason: string): ParsedRun {
  return { kind: 'wrong', reason };
}
