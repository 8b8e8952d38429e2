/**
 * Whether a line may hold a path among a call's arguments, told without reading it: most calls do not, and pay for this
 * search only. It errs on the side of yes; what the paths are is found elsewhere (findArguments.ts).
 */

/**
 * What looks like a path, an escape that could spell one, a `file:` URI, a name that its colon does not follow at once; and
 * other messages than calls that are of interest.
 */
const SIGN = /[\\~]|\.\.|\/(?<!"tools\/(?=call"))|"(?:\.|[fF][iI][lL][eE]:|\s+:|resources|roots")/;
/** Parts of names that are given to paths, whatever stands in them (findArguments.ts, knownServers.ts). */
const NAME =
  /file|path|dir|folder|cwd|source|src|dest|target|repo|root|uri|glob|location|project|workspace|input|output|include|exclude|^(?:from|to|out|base)$/i;

const ARGUMENTS = '"arguments"';
const NAME_END = '":';

/** @param line as Latin-1, which leaves alone what is told apart here */
export function mayNamePath(line: string): boolean {
  if (SIGN.test(line)) return true;
  // Nothing is escaped: quotes are those of names and texts. What stands before the arguments names none of them.
  const first = Math.max(0, line.indexOf(ARGUMENTS));
  for (let end = line.indexOf(NAME_END, first); end >= 0; end = line.indexOf(NAME_END, end + NAME_END.length))
    if (NAME.test(line.slice(line.lastIndexOf('"', end - 1) + 1, end))) return true;
  return false;
}

const CALL = '"tools/call"';
const LINE_END = '\n';

/** Are all these lines calls that name no path? What else they may be, the first roots or a list, is none. */
export function areIdleCalls(lines: string): boolean {
  const open = lines.endsWith(LINE_END) ? 0 : 1;
  const calls = countOf(CALL, lines);
  return calls > 0 && calls === countOf(LINE_END, lines) + open && !mayNamePath(lines);
}

function countOf(part: string, text: string): number {
  let count = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) count++;
  return count;
}
