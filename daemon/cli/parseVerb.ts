/** Reads a verb's command line with `node:util` and says in one sentence what is wrong with it, naming the argument. */
import { parseArgs } from 'node:util';
import { nearest } from '../model/nearest.ts';
import { wrongUsage } from './exit.ts';
import type { OptionSpec, VerbSpec } from './verb.ts';

/** Every verb takes these. */
export const COMMON_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  all: { value: null, help: 'all workspaces, not only the current one' },
  json: { value: null, help: 'JSON on stdout and nothing else; NDJSON for streams and lists of calls' },
  home: { value: 'DIR', help: 'the state folder (default: the place of this platform, or CALLGROVE_HOME)' },
  help: { value: null, help: 'this help', short: 'h' },
};

export interface ParsedVerb {
  readonly args: readonly string[];
  readonly options: ReadonlyMap<string, string | true>;
  /** Every value of each option that takes one, in order; `options` has the last. */
  readonly values: ReadonlyMap<string, readonly string[]>;
}

/** Throws a CliError with exit code 2. With `--help` nothing else is checked. */
export function parseVerb(spec: VerbSpec, argv: readonly string[]): ParsedVerb {
  const known: Record<string, OptionSpec> = { ...spec.options, ...COMMON_OPTIONS };
  const { tokens } = parseArgs({
    args: [...argv],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: Object.fromEntries(
      Object.entries(known).map(([name, { value, short }]) => [
        name,
        { type: value === null ? 'boolean' : 'string', ...(short === undefined ? {} : { short }) },
      ]),
    ),
  });
  const hint = `callgrove ${spec.name} --help lists what it takes.`;
  const args: string[] = [];
  const options = new Map<string, string | true>();
  const values = new Map<string, readonly string[]>();
  if (tokens.some((token) => token.kind === 'option' && token.name === 'help'))
    return { args, options: new Map([['help', true]]), values };
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      args.push(token.value);
      continue;
    }
    const option = Object.hasOwn(known, token.name) ? known[token.name] : undefined;
    if (!option) {
      const near = nearest(token.name, Object.keys(known));
      throw wrongUsage(`unknown option ${token.rawName}${near ? `; did you mean --${near}?` : ''}`, hint);
    }
    if (option.value === null) {
      if (token.value !== undefined)
        throw wrongUsage(`--${token.name} takes no value, but got ${JSON.stringify(token.value)}`, hint);
      options.set(token.name, true);
      continue;
    }
    const missing =
      token.value === undefined || token.value === '' || (!token.inlineValue && token.value.startsWith('-'));
    if (missing) throw wrongUsage(`--${token.name} needs a value: --${token.name} ${option.value}`, hint);
    options.set(token.name, token.value ?? '');
    values.set(token.name, [...(values.get(token.name) ?? []), token.value ?? '']);
  }
  const absent = spec.args.filter(({ required }) => required)[args.length];
  if (absent) throw wrongUsage(`${absent.name} is missing: callgrove ${spec.usage[0]}`, hint);
  if (args.length > spec.args.length)
    throw wrongUsage(`unexpected argument ${JSON.stringify(args[spec.args.length])}: callgrove ${spec.usage[0]}`, hint);
  return { args, options, values };
}

/** A whole number of an option, within bounds. @param text its value, or null where it is not given */
export function wholeNumber(name: string, text: string | null, least: number, most: number): number | null {
  if (text === null) return null;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most))
    throw wrongUsage(`--${name} takes a whole number from ${least} to ${most}, not ${JSON.stringify(text)}`);
  return value;
}
