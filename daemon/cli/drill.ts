/**
 * `callgrove drill`: tries on throw-away folders, through the real proxy, whether what policy keeps away is kept away here.
 * Remembers where it passed, so that doctor can say when that no longer holds.
 */
import { join } from 'node:path';
import { placesOf } from '../base/places.ts';
import { drillEnvironment } from '../drillEnvironment.ts';
import { type DrillServer, declaredServer, ownServer } from '../drillServers.ts';
import { keptDrills } from '../keptResults.ts';
import { maskCommand } from '../model/maskCommand.ts';
import { nearest } from '../model/nearest.ts';
import { DrillName, type DrillResult } from '../protocol/drill.ts';
import { machineKey } from '../proxy/machineKey.ts';
import { agrees } from './agree.ts';
import { drillLines } from './drillLines.ts';
import { CliError, couldNot, EXIT, type ExitCode, wrongUsage } from './exit.ts';
import { makePaint } from './paint.ts';
import { prepareHome } from './prepareHome.ts';
import { safeLine } from './safeText.ts';
import { shownCommand } from './shownCommand.ts';
import type { Context, Verb } from './verb.ts';
import { surroundings } from './wrapSelection.ts';

export const drill: Verb = {
  spec: {
    name: 'drill',
    summary: 'tries on throw-away folders whether policy keeps away here what it is to keep away',
    usage: [`drill ${DrillName.options.join('|')} [--server NAME [--yes]] [--json]`],
    args: [
      {
        name: DrillName.options.join(' | '),
        required: true,
        help: 'paths: the root against its neighbours; freeze: one server of two is stopped under load; drift: a pinned tool changes',
      },
    ],
    options: {
      server: {
        value: 'NAME',
        help: "a server as the agents' files here declare it, pointed at the throw-away folder",
      },
      yes: { value: null, help: 'starts that server without asking' },
    },
    examples: [
      ['drill paths', 'reads and writes inside and around a root, each with what was expected and seen'],
      ['drill paths --server filesystem', 'the same with your own server; its command line is shown first'],
      ['drill freeze', 'two servers under load, one of them frozen and thawed'],
    ],
    exits: { 1: 'something was not kept away', 3: 'it could not run, or not all of it' },
  },
  async run(context: Context) {
    const name = DrillName.safeParse(context.args[0]);
    if (!name.success) {
      const word = context.args[0] ?? '';
      const near = nearest(word, DrillName.options);
      const known = `drill takes ${DrillName.options.join(', ')}`;
      throw wrongUsage(`${known}, not ${JSON.stringify(word)}`, near && `Did you mean callgrove drill ${near}?`);
    }
    return run(name.data, context);
  },
};

async function run(drill: DrillName, context: Context): Promise<ExitCode> {
  const { option, home, json, out, terminal, untilStopped } = context;
  const places = placesOf(home, join);
  prepareHome(places);
  const around = surroundings();
  const named = option('server');
  const signal = untilStopped();
  const key = machineKey(places.machineKey);
  // The client is loaded by those who drill only.
  const { runDrill } = await import('../drillRun.ts');
  const result = await runDrill({
    drill,
    signal,
    server: async (root) => (named === null ? ownServer(root) : agreedServer(named, root, context)),
    environment: ({ file, declared }, version) =>
      drillEnvironment(around.root, file === null ? null : declared, version, key),
  }).catch((error: unknown) => {
    if (error instanceof CliError) throw error;
    if (signal.aborted) throw couldNot('it was interrupted; nothing is left behind');
    const why = error instanceof Error ? error.message : String(error);
    throw couldNot(`the drill could not run: ${safeLine(why)}`, null, error);
  });
  if (result.verdict !== 'not_run')
    keptDrills.keep(places.drills, {
      drill,
      server: result.server,
      at: new Date().toISOString(),
      passed: result.verdict === 'passed',
      environment: result.environment,
    });
  const masked: DrillResult = { ...result, command: [...maskCommand(result.command).words] };
  if (json) await out.json(masked);
  else for (const line of drillLines(masked, makePaint(terminal()))) await out.line(line);
  return result.verdict === 'failed' ? EXIT.finding : result.verdict === 'passed' ? EXIT.fine : EXIT.failed;
}

/** A program is started only when somebody has seen its command line. */
async function agreedServer(name: string, root: string, { flag, out }: Context): Promise<DrillServer> {
  const chosen = declaredServer(name, surroundings(), root);
  if (chosen.kind === 'refused') throw couldNot(safeLine(chosen.reason));
  const { argv, file, cwd } = chosen.server;
  out.note(safeLine(`${name} as ${file} declares it, its folders replaced:`));
  out.note(`  ${shownCommand(argv)}`);
  out.note(safeLine(`  in ${cwd}`));
  const agreed = await agrees('Start it?', flag('yes'));
  if (agreed !== true)
    throw couldNot(`${safeLine(name)} was not started`, agreed === null ? '--yes starts it without asking.' : null);
  return chosen.server;
}
