/** What `wrap` and `unwrap` have in common: which files and entries are meant. What came of it is told by traceOutcome.ts. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { AGENTS } from '../agents/agentTable.ts';
import type { EntryChoice } from '../agents/chosenEntries.ts';
import { type ConfigFile, configFiles, namedFile, type Surroundings } from '../agents/configFiles.ts';
import { trackedByGit } from '../agents/trackedByGit.ts';
import { nearest } from '../model/nearest.ts';
import { couldNot, wrongUsage } from './exit.ts';
import { safeLine } from './safeText.ts';
import type { Context, OptionSpec } from './verb.ts';
import { workspaceOf } from './workspace.ts';

export const SELECTION: Readonly<Record<string, OptionSpec>> = {
  agent: { value: 'AGENT', help: `only files that this agent reads: ${AGENTS.map(({ id }) => id).join(', ')}` },
  file: { value: 'FILE', help: 'only this file, wherever it is' },
  server: { value: 'NAME', help: 'only the servers of this name' },
  tracked: { value: null, help: 'edit files too that git tracks' },
  'dry-run': { value: null, help: 'change nothing; print what would change as a diff' },
};

export function surroundings(): Surroundings {
  const cwd = process.cwd();
  // HOME counts before the user database, as it does for the agents.
  return { cwd, root: workspaceOf(cwd), home: homedir(), env: process.env, platform: process.platform };
}

/** Asks git about each file once. */
function gitTracks(): (target: string) => boolean {
  const known = new Map<string, boolean>();
  return (target) => {
    const tracked = known.get(target) ?? trackedByGit(target, process.env);
    known.set(target, tracked);
    return tracked;
  };
}

/** @param more files beside those that the agents would load here */
export function selectFiles(
  { option }: Context,
  around: Surroundings,
  more: readonly ConfigFile[] = [],
): readonly ConfigFile[] {
  const agent = option('agent');
  const row = AGENTS.find(({ id, name }) => id === agent || name.toLowerCase() === agent?.toLowerCase());
  if (agent !== null && !row) {
    const near = nearest(
      agent,
      AGENTS.map(({ id }) => id),
    );
    throw wrongUsage(
      `--agent ${safeLine(agent)} is not known${near ? `; did you mean ${near}?` : ''}`,
      `Known are ${AGENTS.map(({ id }) => id).join(', ')}; --file FILE takes any other.`,
    );
  }
  const name = option('file');
  if (name === null) {
    const all = [...configFiles(around), ...more].filter(
      (file, at, list) => list.findIndex(({ target }) => target === file.target) === at,
    );
    return all.filter(({ agents }) => !row || agents.includes(row));
  }
  const file = namedFile(resolve(name), around);
  if (!file) {
    const path = safeLine(resolve(name));
    throw couldNot(existsSync(path) ? `${path} is no file` : `there is no file ${path}`);
  }
  return [row && !file.agents.includes(row) ? { ...file, agents: [row] } : file];
}

/** What the options say of which entries are meant, and whether files that git tracks are edited. */
export interface EntryTask extends EntryChoice {
  readonly tracked: boolean;
  readonly isTracked: (target: string) => boolean;
}

/** @param everywhere entries of other folders are meant, too */
export function entryTask({ option, flag }: Context, { cwd, root }: Surroundings, everywhere: boolean): EntryTask {
  return {
    server: option('server'),
    // Who names a file means what stands in it.
    folders: everywhere || option('file') !== null ? null : [cwd, root],
    tracked: flag('tracked'),
    isTracked: gitTracks(),
  };
}
