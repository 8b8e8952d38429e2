/** `callgrove unwrap`: takes the launcher out of the agents' config files again, from what the entries themselves say. */
import { AGENTS } from '../agents/agentTable.ts';
import { type ConfigFile, namedFile, type Surroundings, userPaths } from '../agents/configFiles.ts';
import { createConfigSet } from '../agents/configSet.ts';
import { retireLauncher } from '../agents/retireLauncher.ts';
import { unwrapEntries } from '../agents/unwrapEntries.ts';
import { rememberedFiles } from '../agents/wrappedFiles.ts';
import { EXIT } from './exit.ts';
import { callgroveScript } from './program.ts';
import type { Verb } from './verb.ts';
import {
  afterSaving,
  asJson,
  entryLines,
  gitTracks,
  nextSteps,
  patchText,
  SELECTION,
  selectFiles,
  settle,
  stepLines,
  surroundings,
} from './wrapSelection.ts';

export const unwrap: Verb = {
  spec: {
    name: 'unwrap',
    summary: "takes Callgrove out of your agents' configuration again",
    usage: ['unwrap [--agent AGENT] [--file FILE] [--server NAME] [--tracked] [--all] [--dry-run] [--json]'],
    args: [],
    options: SELECTION,
    examples: [
      ['unwrap', "every wrapped server that agents would load here: the project's and your own"],
      ['unwrap --all', 'those of every other folder too, and the launcher with the last of them'],
      ['unwrap --server github --dry-run', 'what would change for one server'],
    ],
    exits: { 1: 'something wrapped is still wrapped, or a file could not be read' },
  },
  async run(context) {
    const { flag, option, json, out, home, scope } = context;
    const around = surroundings();
    const dryRun = flag('dry-run');
    const more = scope.all ? rememberedFiles(home).flatMap((path) => namedFile(path, around) ?? []) : [];
    const set = createConfigSet();
    const files = selectFiles(context, around, more);
    const found = unwrapEntries(set, files, {
      // Who names a file means what stands in it.
      folders: scope.all || option('file') !== null ? null : [around.cwd, around.root],
      overrides: option('file') === null ? null : overridesFor(files, around),
      server: option('server'),
      tracked: flag('tracked'),
      isTracked: gitTracks(),
    });
    const saved = settle(set, found, dryRun);
    const entries = afterSaving(found.entries, saved);
    const next = nextSteps(entries);
    if (json) await out.json(asJson(entries, saved, dryRun));
    else {
      if (dryRun) for (const { diff } of saved) await out.write(patchText(diff));
      const told = entries.filter(({ state, change }) => change !== null || state === 'wrapped');
      const lines = entryLines(told, saved, dryRun);
      for (const line of lines.length === 0 ? ['nothing is wrapped here'] : lines) await out.line(line);
      if (!dryRun) for (const line of stepLines(next)) await out.line(line);
    }
    const left = entries.some(({ state }) => state === 'wrapped') || saved.some(({ problem }) => problem);
    const everything = scope.all && ['agent', 'file', 'server'].every((name) => option(name) === null);
    if (everything && !dryRun && !left) retireLauncher(home, callgroveScript());
    return left ? EXIT.finding : EXIT.fine;
  },
};

/** Where the overrides of a project's file stand. */
function overridesFor(files: readonly ConfigFile[], around: Surroundings): ConfigFile | null {
  const claude = AGENTS.find(({ id }) => id === 'claude-code');
  const isProject = files.some(({ scope, agents }) => scope === 'project' && agents.some((agent) => agent === claude));
  const path = claude && isProject ? userPaths(claude, around)[0] : undefined;
  return path === undefined ? null : namedFile(path, around);
}
