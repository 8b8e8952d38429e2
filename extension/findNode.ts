/**
 * Finds a Node that the daemon can run on, so that it does not hold the editor's own executable while that is replaced.
 * Looks at PATH and at a path that the user set, asks each what it is, and starts nothing else.
 */
import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';

/** better-sqlite3 needs N-API 10; with less it kills the process. */
const NAPI = 10;
const ANSWER_MS = 3_000;

/** @returns the absolute path of the first that will do, or null: then the editor's own runtime is used */
export async function findNode(
  configured: string | null,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string | null> {
  const program = process.platform === 'win32' ? 'node.exe' : 'node';
  const folders = (env.PATH ?? env.Path ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  const candidates = [
    ...(configured !== null && isAbsolute(configured) ? [configured] : []),
    ...new Set(folders.map((folder) => join(folder, program))),
  ];
  for (const candidate of candidates) {
    if ((await isExecutable(candidate)) && (await napiOf(candidate)) >= NAPI) return candidate;
  }
  return null;
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** 0 where it is no Node or does not answer. */
function napiOf(node: string): Promise<number> {
  return new Promise((resolve) => {
    execFile(node, ['-p', 'process.versions.napi'], { timeout: ANSWER_MS, windowsHide: true }, (error, stdout) =>
      resolve(error ? 0 : Number(stdout.trim()) || 0),
    );
  });
}
