/** The help: one verb's page, and the overview. Text only, so that tests read it whole. */
import type { ExitCode } from './exit.ts';
import { COMMON_OPTIONS } from './parseVerb.ts';
import type { OptionSpec, VerbSpec } from './verb.ts';

const EXITS: Readonly<Record<ExitCode, string>> = {
  0: 'fine',
  1: 'a finding',
  2: 'wrong usage',
  3: 'it could not run',
};

/** What `--filter` takes, in every verb that has it. */
export const FILTER_HELP =
  'only calls that match: words, and tool:write status:failed min:100ms lane:github cost:>0.01 tokens:>1000 -server:fs "two words"';

function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`.trimEnd());
}

const optionRow = ([name, { value, help, short }]: readonly [string, OptionSpec]) =>
  [`${short === undefined ? '' : `-${short}, `}--${name}${value === null ? '' : ` ${value}`}`, help] as const;

/** `callgrove VERB --help`. */
export function verbHelp(spec: VerbSpec): string {
  const lines = [`${spec.summary}`, '', 'Usage', ...spec.usage.map((usage) => `  callgrove ${usage}`)];
  if (spec.args.length > 0)
    lines.push('', 'Arguments', ...table(spec.args.map(({ name, help }) => [name, help] as const)));
  lines.push(
    '',
    'Options',
    ...table([...Object.entries(spec.options), ...Object.entries(COMMON_OPTIONS)].map(optionRow)),
  );
  lines.push('', 'Examples', ...table(spec.examples.map(([command, what]) => [`callgrove ${command}`, what] as const)));
  const exits = ([0, 1, 2, 3] as const).filter((code) => code !== 1 || spec.exits[1]);
  lines.push('', 'Exit codes', ...table(exits.map((code) => [String(code), spec.exits[code] ?? EXITS[code]] as const)));
  return `${lines.join('\n')}\n`;
}

/** `callgrove help`. @param groups headings with the verbs below them */
export function overview(
  version: string,
  groups: readonly (readonly [heading: string, verbs: readonly Pick<VerbSpec, 'name' | 'summary'>[]])[],
): string {
  const width = Math.max(...groups.flatMap(([, verbs]) => verbs.map(({ name }) => name.length)));
  const lines = [
    `callgrove ${version}: see what your coding agent really did through its MCP servers`,
    '',
    'Usage',
    '  callgrove VERB [options]',
    "  callgrove run -- SERVER-COMMAND ARGS…   in your agent's configuration, in place of SERVER-COMMAND ARGS…",
  ];
  for (const [heading, verbs] of groups) {
    lines.push('', heading, ...verbs.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`));
  }
  lines.push(
    '',
    'SESSION and CALL take an id, the beginning of one, last, or last~N for the Nth before the last, all within the',
    'current workspace (the git top level of this folder, else this folder); --all lifts that.',
    '',
    'Every verb takes --help, --json, --all and --home DIR.  Exit codes: 0 fine, 1 a finding, 2 wrong usage, 3 could not run.',
  );
  return `${lines.join('\n')}\n`;
}
