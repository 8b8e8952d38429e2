/**
 * Which workspace a connection works in, by what was seen when it opened: a variable in which the host names its
 * project, else the working directory of the agent's process. A folder that proves nothing (`/`, the home folder) is no
 * workspace. Where none is proven the connection's own cwd stands in, for listing only.
 */
import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, isAbsolute, parse, resolve } from 'node:path';
import type { OpenRecord } from '../protocol/journal.ts';
import { gitFactsOf } from './gitFacts.ts';

export interface WorkspaceFacts {
  /** null where none is proven. */
  readonly workspace: string | null;
  readonly listed_under: string;
  readonly repo: string | null;
  readonly branch: string | null;
  readonly commit: string | null;
}

/** Variables whose hosts document them as the project's root. */
const ROOT_VARIABLES = ['CLAUDE_PROJECT_DIR', 'WORKSPACE_FOLDER_PATHS', 'PROJECT_DIR'];

/** @param agentPid the agent's process in the chain, or null where none was found */
export function workspaceOf(open: OpenRecord, agentPid: number | null): WorkspaceFacts {
  const named = ROOT_VARIABLES.flatMap((name) => open.root_evidence[name]?.split(/[,;]/)[0]?.split(delimiter)[0] ?? []);
  const agentCwd = open.process_chain.find(({ pid }) => pid === agentPid)?.cwd ?? null;
  const root = [...named, agentCwd].find((folder) => folder !== null && provesRoot(folder)) ?? null;
  const git = gitFactsOf(root ?? open.cwd);
  return {
    workspace: root === null ? null : (git?.root ?? resolve(root)),
    listed_under: git?.root ?? (root === null ? open.cwd : resolve(root)),
    repo: git?.repo ?? null,
    branch: git?.branch ?? null,
    commit: git?.commit ?? null,
  };
}

function provesRoot(folder: string): boolean {
  if (!isAbsolute(folder)) return false;
  const path = resolve(folder);
  if (path === parse(path).root || path === resolve(homedir())) return false;
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
