/**
 * The shape of a launched command: which program an agent's entry names, and how such an entry is known again by its
 * content. Pure; that the launcher is really there is `installLauncher.ts`.
 */

/** The program on POSIX systems, in `bin/` of the state folder. */
export const LAUNCHER = 'callgrove';
/** What a runtime loads from `bin/`: on Windows named in the entry itself, elsewhere by the program. */
export const LOADER = 'launch.cjs';

export interface LauncherCommand {
  readonly command: string;
  /** Words that stand before `run`. */
  readonly args: readonly string[];
}

/**
 * What an entry names in place of the server's own command; `run` and its options follow.
 * @param places `bin` absolute, in the platform's spelling
 * @param platform as `process.platform` says it
 * @param runtime the absolute path of node.exe; used on win32 only, where a script cannot be started by itself
 */
export function launcherCommand(
  { bin }: { readonly bin: string },
  platform: string,
  runtime: string = process.execPath,
): LauncherCommand {
  if (platform !== 'win32') return { command: `${bin}/${LAUNCHER}`, args: [] };
  return { command: runtime, args: [`${bin}\\${LOADER}`] };
}

/** Does an entry start its server through the launcher? Tells by content, whatever state folder it names. */
export function isLauncher(command: string, args: readonly string[]): boolean {
  return launchedWords(command, args) !== null;
}

/** What stands behind `run` in a launched entry, its options first; null for an entry that is not launched. */
export function launchedWords(command: string, args: readonly string[]): readonly string[] | null {
  const words = endsWith(command, LAUNCHER) ? args : isLoaded(command, args) ? args.slice(1) : null;
  return words?.[0] === 'run' ? words.slice(1) : null;
}

function isLoaded(command: string, args: readonly string[]): boolean {
  return command !== '' && args[0] !== undefined && endsWith(args[0], LOADER);
}

/** Both separators on every platform: a file may have come from another one. */
function endsWith(path: string, program: string): boolean {
  const parts = path.split(/[\\/]/);
  return parts.length > 2 && parts.at(-1) === program && parts.at(-2) === 'bin';
}

/**
 * The server's own command in what stands behind `run`: everything after the first `--`, whatever the options before it
 * mean to this version. Null where there is none: a URL entry.
 */
export function originalCommand(words: readonly string[]): readonly [command: string, ...args: string[]] | null {
  const end = words.indexOf('--');
  const [command, ...args] = end < 0 ? [] : words.slice(end + 1);
  return command === undefined ? null : [command, ...args];
}
