/**
 * The entry of every verb but `run` and `daemon run`: finds the verb, reads its arguments, hands it what it may touch,
 * and turns what goes wrong into one sentence on stderr and an exit code.
 */
import { join } from 'node:path';
import { placesOf } from '../base/places.ts';
import { VERSION } from '../base/version.ts';
import { connectDaemon } from '../feed/connectDaemon.ts';
import { DaemonError } from '../feed/daemonClient.ts';
import { daemonEntry } from '../feed/daemonRuntime.ts';
import { keepLauncher } from '../keepLauncher.ts';
import { nearest } from '../model/nearest.ts';
import { CliError, couldNot, EXIT, type ExitCode, wrongUsage } from './exit.ts';
import { overview, verbHelp } from './helpText.ts';
import { makeOutput } from './output.ts';
import { parseVerb } from './parseVerb.ts';
import { prepareHome } from './prepareHome.ts';
import { callgroveScript } from './program.ts';
import { safeLine } from './safeText.ts';
import { stateHome } from './stateHome.ts';
import { currentTerminal } from './terminal.ts';
import type { Context, Verb } from './verb.ts';
import { VERB_NAMES, verbGroups, verbOf } from './verbs.ts';
import { workspaceOf } from './workspace.ts';

const halt = new AbortController();
let watching = false;
/** As shells count the end by a signal; null where none came. */
let stopped: 130 | 143 | null = null;
const out = makeOutput(process.stdout, process.stderr, () => halt.abort());
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // A second one, or one that no verb waits for, ends at once.
    const code = signal === 'SIGINT' ? 130 : 143;
    if (halt.signal.aborted || !watching) process.exit(code);
    stopped = code;
    halt.abort();
  });
}
/** Runs `callgrove ARGV…` and resolves with its exit code. */
async function main(argv: readonly string[]): Promise<ExitCode> {
  const [first, ...rest] = argv;
  if (first === '--version' || first === '-v') {
    if (rest.includes('--json')) await out.json({ callgrove: VERSION });
    else await out.line(VERSION);
    return EXIT.fine;
  }
  if (first === undefined) {
    out.note(overview(VERSION, await verbGroups()).trimEnd());
    return EXIT.usage;
  }
  if (first === '--help' || first === '-h' || first === 'help')
    return help(rest.find((word) => !word.startsWith('-')) ?? null);
  const verb = await verbOf(first);
  if (!verb) throw unknownVerb(first);
  return runVerb(verb, rest);
}

async function help(name: string | null): Promise<ExitCode> {
  if (name === 'run') {
    process.argv.splice(2, process.argv.length, 'run', '--help');
    await import('../run.ts');
    return EXIT.fine;
  }
  const verb = name === null ? null : await verbOf(name);
  if (name !== null && name !== 'help' && !verb) throw unknownVerb(name);
  await out.write(verb ? verbHelp(verb.spec) : overview(VERSION, await verbGroups()));
  return EXIT.fine;
}

function unknownVerb(word: string): CliError {
  const near = nearest(word, VERB_NAMES);
  const what = word.startsWith('-') ? 'option' : 'verb';
  return wrongUsage(
    `unknown ${what} ${safeLine(word)}${near ? `; did you mean ${near}?` : ''}`,
    'callgrove help lists the verbs.',
  );
}

async function runVerb(verb: Verb, argv: readonly string[]): Promise<ExitCode> {
  const { args, options, values } = parseVerb(verb.spec, argv);
  if (options.has('help')) {
    await out.write(verbHelp(verb.spec));
    return EXIT.fine;
  }
  const option = (name: string) => {
    const value = options.get(name);
    return typeof value === 'string' ? value : null;
  };
  const home = stateHome(option('home'), process.env);
  const all = options.has('all');
  const closers: (() => void)[] = [];
  const context: Context = {
    args,
    option,
    values: (name) => values.get(name) ?? [],
    flag: (name) => options.has(name),
    json: options.has('json'),
    scope: { all, workspace: all ? null : workspaceOf(process.cwd()) },
    home,
    out,
    terminal: () => currentTerminal(process.stdout),
    async connect() {
      prepareHome(placesOf(home, join));
      keepLauncher(home);
      const client = await connectDaemon({ home, entry: daemonEntry(callgroveScript()) });
      closers.push(() => client.close());
      return client;
    },
    untilStopped() {
      watching = true;
      return halt.signal;
    },
  };
  try {
    return await verb.run(context);
  } finally {
    for (const close of closers) close();
  }
}

/** One sentence for people; the stack only of what is our own mistake. */
function report(error: unknown): ExitCode {
  if (error instanceof CliError) {
    out.note(`callgrove: ${error.message}`);
    if (error.hint) out.note(error.hint);
    return error.code;
  }
  if (error instanceof DaemonError) {
    out.note(`callgrove: ${safeLine(error.message)}`);
    return error.apiCode === 'bad_filter' ? EXIT.usage : EXIT.failed;
  }
  out.note(`callgrove: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return EXIT.failed;
}

const code = await main(process.argv.slice(2)).catch((error: unknown) => {
  const said = report(error);
  // What a signal stopped ended by it, whatever it says of that.
  return stopped ?? said;
});
await out.flush();
process.exitCode = out.failure ? report(couldNot(`standard output: ${out.failure.message}`)) : code;
