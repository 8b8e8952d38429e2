/** What the terminal can show: width, colour, box characters. Decided from the environment alone, so that it can be tested. */

export interface Terminal {
  /** stdout is a terminal that a cursor can be moved on. */
  readonly live: boolean;
  readonly colour: boolean;
  readonly unicode: boolean;
  /** Cells a line; lines are cut there. Infinity where stdout is no terminal: a file or pipe gets everything. */
  readonly columns: number;
  readonly rows: number;
}

export interface TerminalFacts {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  readonly isTTY: boolean;
  readonly columns: number | undefined;
  readonly rows: number | undefined;
}

/** `FORCE_COLOR` first, then `NO_COLOR`, then whether it is a terminal that is not dumb. */
function hasColour({ env, isTTY }: TerminalFacts): boolean {
  const forced = env.FORCE_COLOR;
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  if (env.NO_COLOR) return false;
  return isTTY && env.TERM !== 'dumb';
}

function hasUnicode({ env, platform }: TerminalFacts): boolean {
  if (env.TERM === 'linux') return false;
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG;
  if (platform === 'win32')
    return Boolean(env.WT_SESSION || env.TERM_PROGRAM || env.ConEmuTask || /utf-?8/i.test(locale ?? ''));
  if (platform === 'darwin' && !locale) return true;
  return /utf-?8/i.test(locale ?? '');
}

export function describeTerminal(facts: TerminalFacts): Terminal {
  return {
    live: facts.isTTY && facts.env.TERM !== 'dumb',
    colour: hasColour(facts),
    unicode: hasUnicode(facts),
    columns: facts.isTTY ? Math.max(20, facts.columns || 80) : Number.POSITIVE_INFINITY,
    rows: Math.max(6, facts.rows || 24),
  };
}

/** The terminal as it is now; ask again after a resize. */
export function currentTerminal(stdout: NodeJS.WriteStream): Terminal {
  return describeTerminal({
    env: process.env,
    platform: process.platform,
    isTTY: stdout.isTTY === true,
    columns: stdout.columns,
    rows: stdout.rows,
  });
}
