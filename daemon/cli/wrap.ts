/** `callgrove wrap`: puts the launcher into the agents' own config files, so that they start their servers through Callgrove. */
import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ConfigFile } from '../agents/configFiles.ts';
import { type ConfigSet, createConfigSet } from '../agents/configSet.ts';
import { launcherCommand } from '../agents/launcher.ts';
import { readLauncherFile } from '../agents/launcherFile.ts';
import { needsSignIn } from '../agents/needsSignIn.ts';
import { wrapEntries } from '../agents/wrapEntries.ts';
import { rememberFiles } from '../agents/wrappedFiles.ts';
import { placesOf, stateFolder } from '../base/places.ts';
import { keepLauncher } from '../keepLauncher.ts';
import type { Plain } from '../model/configTree.ts';
import type { Json } from '../model/json.ts';
import type { Launch } from '../model/launched.ts';
import { nearest } from '../model/nearest.ts';
import { couldNot, EXIT, wrongUsage } from './exit.ts';
import { safeLine } from './safeText.ts';
import { afterSaving, settle, tellOutcome } from './traceOutcome.ts';
import type { Context, Verb } from './verb.ts';
import { entryTask, SELECTION, selectFiles, surroundings } from './wrapSelection.ts';

export const wrap: Verb = {
  spec: {
    name: 'wrap',
    summary: "puts Callgrove before the servers in your agents' configuration",
    usage: ['wrap [--agent AGENT] [--file FILE] [--server NAME] [--tracked] [--dry-run] [--list] [--json]'],
    args: [],
    options: { ...SELECTION, list: { value: null, help: 'change nothing; list the servers and what they are' } },
    examples: [
      ['wrap', "every server that agents would load here: the project's and your own"],
      ['wrap --dry-run', 'the same as a diff, without changing anything'],
      ['wrap --agent cursor --server github', 'one server of one agent'],
      ['unwrap', 'takes it all out again, byte for byte'],
    ],
    exits: { 1: 'a file could not be read or changed' },
  },
  async run(context) {
    const { flag, home } = context;
    const around = surroundings();
    const list = flag('list');
    const dryRun = flag('dry-run');
    const files = selectFiles(context, around);
    if (!list && !dryRun) needLauncher(home);
    const set = createConfigSet();
    const found = await wrapEntries(set, files, {
      around,
      launch: launchOf(home),
      home: home === ownHome() ? null : home,
      ...entryTask(context, around, false),
      list,
      signIn: (address) => needsSignIn(address),
      holdsSecret,
    });
    if (found.entries.length === 0 && found.problems.length === 0) needServer(context, set, files);
    const saved = settle(set, found, dryRun);
    const entries = afterSaving(found.entries, saved);
    const changed = saved.filter((file) => file.changed).map(({ file }) => file);
    if (changed.length > 0) rememberFiles(home, changed);
    await tellOutcome(context, entries, saved, dryRun, entries, () => nothingFound(files.length));
    return saved.some(({ problem }) => problem) ? EXIT.finding : EXIT.fine;
  },
};

/** Loads what knows secrets only where an entry would be repeated. */
async function holdsSecret(entry: Plain): Promise<boolean> {
  const { createRedactor } = await import('../redact/redactor.ts');
  const redactor = await createRedactor();
  const argv =
    typeof entry === 'object' && entry !== null && 'args' in entry && Array.isArray(entry.args) ? entry.args : [];
  const words = argv.filter((word) => typeof word === 'string');
  const masked = await redactor.redactArgv(words);
  return (await redactor.redactJson(entry as Json)).count > 0 || masked.some((word, at) => word !== words[at]);
}

/** The platform's own state folder, whatever the environment says here: hosts do not hand it on. */
function ownHome(): string {
  return stateFolder(process.platform, homedir(), undefined, process.env.LOCALAPPDATA, join);
}

/** @throws where a server is named that stands in none of the files */
function needServer({ option }: Context, set: ConfigSet, files: readonly ConfigFile[]): void {
  const server = option('server');
  if (server === null) return;
  const names = files.flatMap((file) => {
    const opened = set.open(file);
    return opened.kind === 'failed' ? [] : opened.open.entries.map(({ name }) => name);
  });
  const near = nearest(server, names);
  throw wrongUsage(
    `no server ${JSON.stringify(safeLine(server))} in ${files.length === 1 ? 'the file' : `${files.length} files`} looked at${near ? `; did you mean ${safeLine(near)}?` : ''}`,
    'callgrove wrap --list lists them.',
  );
}

function nothingFound(files: number): string {
  return files === 0
    ? 'no config file of a known agent here; --file FILE names another'
    : 'no MCP servers are declared in the files looked at';
}

/** On Windows an entry names the runtime itself: the one that was found to last, where there is one. */
function launchOf(home: string): Launch {
  const places = placesOf(home, join);
  const runtime = readLauncherFile(places.bin)?.runtime ?? process.execPath;
  return launcherCommand(places, process.platform, runtime);
}

/** No entry may name a launcher that is not there. */
function needLauncher(home: string): void {
  const kept = keepLauncher(home);
  if (kept.kind !== 'failed') return;
  const { command, args } = launchOf(home);
  const program = args[0] ?? command;
  try {
    accessSync(program, constants.R_OK);
  } catch {
    throw couldNot(
      `the launcher ${program} could not be written: ${kept.reason}`,
      'Nothing was changed. callgrove doctor looks at the state folder.',
    );
  }
}
