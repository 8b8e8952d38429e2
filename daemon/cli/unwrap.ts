/** `callgrove unwrap`: takes the launcher out of the agents' config files again, from what the entries themselves say. */
import { AGENTS } from '../agents/agentTable.ts';
import { type ConfigFile, namedFile, type Surroundings, userPaths } from '../agents/configFiles.ts';
import { createConfigSet } from '../agents/configSet.ts';
import { retireLauncher } from '../agents/retireLauncher.ts';
import { unwrapEntries } from '../agents/unwrapEntries.ts';
import { rememberedFiles } from '../agents/wrappedFiles.ts';
import { EXIT } from './exit.ts';
import { callgroveScript } from './program.ts';
import { afterSaving, settle, tellOutcome } from './traceOutcome.ts';
import type { Verb } from './verb.ts';
import { entryTask, SELECTION, selectFiles, surroundings } from './wrapSelection.ts';

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
    const { flag, option, home, scope } = context;
    const around = surroundings();
    const dryRun = flag('dry-run');
    const more = scope.all ? rememberedFiles(home).flatMap((path) => namedFile(path, around) ?? []) : [];
    const set = createConfigSet();
    const files = selectFiles(context, around, more);
    const found = unwrapEntries(set, files, {
      ...entryTask(context, around, scope.all),
      overrides: option('file') === null ? null : overridesFor(files, around),
    });
    const saved = settle(set, found, dryRun);
    const entries = afterSaving(found.entries, saved);
    const told = entries.filter(({ state, change }) => change !== null || state === 'wrapped');
    await tellOutcome(context, entries, saved, dryRun, told, () => 'nothing is wrapped here');
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
