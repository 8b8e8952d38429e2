/**
 * The words of a launched entry: `run`, its options, and behind `--` the original command, whole. Writes them and knows
 * them again by content, whatever file and state folder they stand in. What the program does with them is no matter here.
 */

/** What an entry is started by; `run` follows the words of `args`. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
}

export interface LaunchOptions {
  readonly name: string;
  /** The state folder where it is not the platform's own. */
  readonly home: string | null;
  /** How the entry was written before, as far as its new form does not say: words such as `no-args`. `run` ignores them. */
  readonly was: readonly string[];
  readonly headers: readonly string[];
}

export interface Launched extends LaunchOptions {
  /** Where the URL, or the original command's first word, stands among the entry's words (program, then arguments). */
  readonly target: { readonly kind: 'url' | 'command'; readonly at: number };
}

/** The program's name and the loader's, in `bin/` of a state folder. */
const PROGRAMS = ['callgrove'];
const LOADERS = ['launch.cjs'];
const VALUED = ['--name', '--home', '--was', '--header', '--url'];

/** `run` and its options, up to where the URL or `--` follows. */
export function launchWords({ name, home, was, headers }: LaunchOptions): readonly string[] {
  return [
    'run',
    ...['--name', name],
    ...(home === null ? [] : ['--home', home]),
    ...(was.length === 0 ? [] : ['--was', was.join(' ')]),
    ...headers.flatMap((header) => ['--header', header]),
  ];
}

/** Reads an entry's words; null where it does not start its server through Callgrove. */
export function readLaunched(words: readonly string[]): Launched | null {
  const run = runAt(words);
  if (run === null) return null;
  const values: Record<string, string> = {};
  const headers: string[] = [];
  let url: number | null = null;
  for (let at = run + 1; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === '--' && url === null && at + 1 < words.length) return launched('command', at + 1);
    if (word === '--no-daemon') continue;
    if (!VALUED.includes(word) || at + 1 >= words.length) return null;
    const value = words[++at] ?? '';
    if (word === '--header') headers.push(value);
    else if (word === '--url') url = at;
    else values[word] = value;
  }
  return url === null ? null : launched('url', url);

  function launched(kind: 'url' | 'command', at: number): Launched {
    const was = (values['--was'] ?? '').split(' ').filter((word) => word !== '');
    return { name: values['--name'] ?? '', home: values['--home'] ?? null, was, headers, target: { kind, at } };
  }
}

/** Where `run` stands, behind the launcher or behind one of the forms for files that others share. */
function runAt(words: readonly string[]): number | null {
  const [command = '', first = ''] = words;
  const at = inBin(command, PROGRAMS) ? 1 : inBin(first, LOADERS) ? 2 : isShared(words) ? 4 : null;
  return at !== null && words[at] === 'run' ? at : null;
}

function isShared([command, flag, script, name]: readonly string[]): boolean {
  const known = (command === 'sh' && flag === '-c') || (command === 'node' && flag === '-e');
  return known && name === 'callgrove' && script?.includes('callgrove') === true;
}

/** Both separators on every platform: a file may have come from another one. */
function inBin(path: string, programs: readonly string[]): boolean {
  const parts = path.split(/[\\/]/);
  return parts.length > 2 && programs.includes(parts.at(-1) ?? '') && parts.at(-2) === 'bin';
}
