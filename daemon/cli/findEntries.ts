/** The servers that agents would start from here, for the doctor: what each entry is, and which program it names. */
import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { AGENTS } from '../agents/agentTable.ts';
import type { FileProblem } from '../agents/chosenEntries.ts';
import { configFiles } from '../agents/configFiles.ts';
import { createConfigSet, type OpenFile } from '../agents/configSet.ts';
import { launcherCommand } from '../agents/launcher.ts';
import { wrapEntries } from '../agents/wrapEntries.ts';
import { plainOf } from '../model/configTree.ts';
import { launchedBy } from '../model/unwrapEntry.ts';
import { surroundings } from './wrapSelection.ts';

export interface FoundEntry {
  readonly file: string;
  readonly server: string;
  readonly scope: 'user' | 'project' | 'local';
  readonly state: 'wrapped' | 'plain' | 'left_alone';
  readonly why: string | null;
  /** For people. */
  readonly agents: readonly string[];
  /** How a change gets into use, in the words of the first agent that reads the file. */
  readonly restart: string | null;
  /** A program that a wrapped entry names and that is not there; null where all is well. */
  readonly missing: string | null;
  /** It names the launcher of the state folder at hand. */
  readonly ours: boolean;
}

export interface Found {
  readonly entries: readonly FoundEntry[];
  readonly problems: readonly FileProblem[];
}

/** Reads the files and changes nothing. @param bin of the state folder at hand */
export async function findEntries(bin: string): Promise<Found> {
  const around = surroundings();
  const set = createConfigSet();
  const files = configFiles(around);
  const unused = () => Promise.reject(new Error('a list asks nobody'));
  const { entries, problems } = await wrapEntries(set, files, {
    around,
    launch: launcherCommand({ bin }, process.platform, process.execPath),
    home: null,
    server: null,
    tracked: false,
    folders: [around.cwd, around.root],
    list: true,
    isTracked: () => false,
    signIn: unused,
    holdsSecret: unused,
  });
  const found = entries.map(({ file, server, scope, state, why, agents, start }): FoundEntry => {
    const rows = AGENTS.filter(({ id }) => agents.includes(id));
    const known = files.find(({ path }) => path === file);
    const opened = known ? set.open(known) : null;
    const words = state === 'wrapped' && opened?.kind === 'open' ? wordsOf(opened.open, start) : [];
    const program =
      words.find((word) => isAbsolute(word) && /[\\/]bin[\\/](callgrove|launch\.cjs)$/.test(word)) ?? null;
    return {
      file,
      server,
      scope,
      state,
      why,
      agents: rows.map(({ name }) => name),
      restart: rows[0]?.restart ?? null,
      missing: program !== null && !existsSync(program) ? program : null,
      ours: program?.startsWith(bin) ?? false,
    };
  });
  return { entries: found, problems };
}

/** Program and first arguments of the entry whose name stands at an offset. */
function wordsOf({ entries }: OpenFile, start: number): readonly string[] {
  const entry = entries.find(({ nameSpan }) => nameSpan.start === start);
  if (!entry || !launchedBy(entry)) return [];
  const { shape } = entry;
  const nodes =
    shape.kind === 'argv'
      ? [shape.argv.value]
      : shape.kind === 'command'
        ? [shape.command.value, shape.args?.value]
        : [];
  return nodes
    .flatMap((node) => (node ? plainOf(node) : []))
    .filter((word) => typeof word === 'string')
    .slice(0, 3);
}
