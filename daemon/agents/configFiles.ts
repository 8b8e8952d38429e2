/** Finds the config files that the known agents would load in a folder. Looks only whether they are there. */
import { readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import { AGENTS, type AgentRow, EDITOR_FOLDERS } from './agentTable.ts';

export interface ConfigFile {
  /** As the agent names it; links are not followed. */
  readonly path: string;
  /** The file itself, which two paths may lead to. */
  readonly target: string;
  readonly scope: 'user' | 'project';
  /** The folder that a project file is for. */
  readonly folder: string | null;
  /** Who reads it; empty for a file that only the user named. */
  readonly agents: readonly AgentRow[];
}

export interface Surroundings {
  readonly cwd: string;
  /** The top of the checkout that `cwd` lies in, else `cwd`. */
  readonly root: string;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
}

/** Each file once, with all agents that read it; project files first, the nearest folder first. */
export function configFiles(around: Surroundings): readonly ConfigFile[] {
  const files = new Map<string, ConfigFile>();
  const add = (path: string, scope: ConfigFile['scope'], folder: string | null, agent: AgentRow) => {
    const target = targetOf(path);
    if (target === null) return;
    const known = files.get(target);
    if (known?.agents.includes(agent)) return;
    files.set(
      target,
      known ? { ...known, agents: [...known.agents, agent] } : { path, target, scope, folder, agents: [agent] },
    );
  };
  const folders = foldersUp(around.cwd, around.root);
  for (const agent of AGENTS) {
    for (const folder of agent.everyFolder ? folders : new Set([around.cwd, around.root])) {
      // The user's own folder is no project: a file there is one of the user's.
      if (folder === around.home && around.cwd !== around.home) continue;
      for (const path of agent.project) add(join(folder, path), 'project', folder, agent);
    }
    for (const path of userPaths(agent, around)) add(path, 'user', null, agent);
  }
  return [...files.values()];
}

/** A file that the user names, with the agents that the table knows for such a place. */
export function namedFile(path: string, around: Surroundings): ConfigFile | null {
  const target = targetOf(path);
  if (target === null) return null;
  const known = configFiles(around).find((file) => file.target === target);
  if (known) return known;
  const slashes = path.replaceAll('\\', '/');
  const fits = (row: AgentRow) => row.project.find((one) => slashes.endsWith(`/${one}`));
  const agents = AGENTS.filter((row) => fits(row) !== undefined);
  const [first] = agents;
  if (!first) {
    // A folder that the table does not list, such as an editor's own: the name still says whose format it is.
    const likely = AGENTS.filter(({ user }) =>
      user.some((one) => basename(one) === basename(path) && one.startsWith('{editor}')),
    );
    return { path, target, scope: 'user', folder: null, agents: likely.slice(0, 1) };
  }
  const depth = (fits(first) ?? '').split('/').length;
  const folder = Array.from({ length: depth }).reduce<string>((at) => dirname(at), path);
  return { path, target, scope: 'project', folder, agents };
}

/** Where the agent keeps the user's own entries, whether the files are there or not. */
export function userPaths(agent: AgentRow, around: Surroundings): readonly string[] {
  return agent.user.flatMap((path) => expand(path, around)).flatMap(eachFolder);
}

function expand(path: string, around: Surroundings): string[] {
  if (path.startsWith('{editor}')) {
    const own = [...(EDITOR_FOLDERS[around.platform] ?? []), ...(EDITOR_FOLDERS.remote ?? [])];
    return own.flatMap((folder) => expand(folder + path.slice('{editor}'.length), around));
  }
  const variable = /^\{(\w+)(?::([^}]*))?\}/.exec(path);
  const named = variable && (around.env[variable[1] ?? ''] || variable[2]);
  if (variable && !named) return [];
  const whole = (named ?? '') + path.slice(variable?.[0].length ?? 0);
  const full = whole.startsWith('~') ? join(around.home, whole.slice(1)) : whole;
  return isAbsolute(full) ? [join(full)] : [];
}

function eachFolder(path: string): string[] {
  const [before = '', after] = path.split('*');
  if (after === undefined) return [path];
  try {
    return readdirSync(before).map((name) => join(before, name, after));
  } catch {
    return [];
  }
}

function foldersUp(from: string, to: string): readonly string[] {
  const folders: string[] = [];
  for (let at = from; ; at = dirname(at)) {
    folders.push(at);
    const rest = relative(to, at);
    if (rest === '' || rest.startsWith('..') || at === dirname(at)) return folders;
  }
}

function targetOf(path: string): string | null {
  try {
    return statSync(path).isFile() ? realpathSync(path) : null;
  } catch {
    return null;
  }
}
