/**
 * The launcher's names: which program an agent's entry names, and where the server's own command stands in its words.
 * How an entry is written and known again is `model/launched.ts`; that the program is there, `installLauncher.ts`.
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
export function launcherCommand({ bin }: { readonly bin: string }, platform: string, runtime: string): LauncherCommand {
  if (platform !== 'win32') return { command: `${bin}/${LAUNCHER}`, args: [] };
  return { command: runtime, args: [`${bin}\\${LOADER}`] };
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
