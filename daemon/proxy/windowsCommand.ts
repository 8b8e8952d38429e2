/**
 * How a command is started on Windows, where only `.exe` and `.com` files can be started without a shell and most MCP
 * servers are `.cmd` shims. Pure: which files exist is asked of the caller. Elsewhere the system's own search is used.
 */

export interface Launch {
  readonly file: string;
  readonly args: readonly string[];
  /** The arguments are one finished command line that must not be quoted again. */
  readonly verbatim: boolean;
}

export interface WindowsWorld {
  readonly path: string;
  readonly pathExt: string;
  readonly comSpec: string;
  readonly cwd: string;
  isFile(path: string): boolean;
}

const DEFAULT_EXTENSIONS = '.COM;.EXE;.BAT;.CMD';

/** The variables that the search needs; Windows spells their names in any case. */
export function windowsWorld(
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
  isFile: (path: string) => boolean,
): WindowsWorld {
  const get = (wanted: string) => Object.entries(env).find(([name]) => name.toUpperCase() === wanted)?.[1];
  const comSpec = get('COMSPEC') ?? 'cmd.exe';
  return { path: get('PATH') ?? '', pathExt: get('PATHEXT') ?? DEFAULT_EXTENSIONS, comSpec, cwd, isFile };
}

/** Finds the program as cmd.exe would and wraps it in cmd.exe where it is a batch file. */
export function windowsLaunch(command: string, args: readonly string[], world: WindowsWorld): Launch {
  const found = find(command, world);
  if (!found || !/\.(cmd|bat)$/i.test(found)) return { file: found ?? command, args, verbatim: false };
  // cmd.exe reads the line once, and the batch file reads %* again when it hands the arguments on.
  const line = [escapeMeta(quote(found)), ...args.map((arg) => escapeMeta(escapeMeta(quote(arg))))].join(' ');
  return { file: world.comSpec, args: ['/d', '/s', '/c', `"${line}"`], verbatim: true };
}

function find(command: string, world: WindowsWorld): string | null {
  const extensions = world.pathExt.split(';').filter(Boolean);
  const hasFolder = /[\\/]/.test(command) || /^[a-z]:/i.test(command);
  const folders = hasFolder ? [''] : [world.cwd, ...world.path.split(';').filter(Boolean)];
  for (const folder of folders) {
    const base = folder === '' ? command : `${folder.replace(/^"|"$/g, '').replace(/[\\/]+$/, '')}\\${command}`;
    const named = extensions.some((extension) => base.toLowerCase().endsWith(extension.toLowerCase()));
    if (named && world.isFile(base)) return base;
    for (const extension of extensions) if (world.isFile(base + extension)) return base + extension;
    if (world.isFile(base) && hasFolder) return base;
  }
  return null;
}

/** One argument as the C runtime reads it back: backslashes before a quote are doubled, the whole is quoted. */
function quote(arg: string): string {
  return `"${arg.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\*)$/, '$1$1')}"`;
}

/** Every character that means something to cmd.exe, the quotes too, so that it takes the whole line as words. */
function escapeMeta(text: string): string {
  return text.replace(/[()%!^"<>&|;,\s*?[\]`]/g, '^$&');
}
