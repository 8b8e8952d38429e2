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
  /** How the root is known, for people; null where none is proven. */
  readonly proof: string | null;
  readonly repo: string | null;
  readonly branch: string | null;
  readonly commit: string | null;
}

/** Variables whose hosts document them as the project's root. */
const ROOT_VARIABLES = ['CLAUDE_PROJECT_DIR', 'WORKSPACE_FOLDER_PATHS', 'PROJECT_DIR'];

/** @param agentPid the agent's process in the chain, or null where none was found */
export function workspaceOf(open: OpenRecord, agentPid: number | null): WorkspaceFacts {
  const named = ROOT_VARIABLES.flatMap((name) => {
    const folder = open.root_evidence[name]?.split(/[,;]/)[0]?.split(delimiter)[0];
    return folder === undefined ? [] : [{ name, folder }];
  });
  const agentCwd = open.process_chain.find(({ pid }) => pid === agentPid)?.cwd ?? null;
  const root =
    [...named.map(({ folder }) => folder), agentCwd].find((folder) => folder !== null && provesRoot(folder)) ?? null;
  const variable = named.find(({ folder }) => folder === root)?.name;
  const git = gitFactsOf(root ?? open.cwd);
  return {
    workspace: root === null ? null : (git?.root ?? resolve(root)),
    listed_under: git?.root ?? (root === null ? open.cwd : resolve(root)),
    proof: root === null ? null : proofOf(variable, git !== null),
    repo: git?.repo ?? null,
    branch: git?.branch ?? null,
    commit: git?.commit ?? null,
  };
}

function proofOf(variable: string | undefined, inGit: boolean): string {
  const named = variable === undefined ? "the agent's working directory" : `the variable ${variable}`;
  return inGit ? `top of the git checkout at ${named}` : named;
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
