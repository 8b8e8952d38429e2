/**
 * Finds the file that a command's first word starts, along the PATH that was seen: as the system's own search does it,
 * on Windows with the extensions of PATHEXT. Says where it is and not what it is.
 */
import { accessSync, constants, statSync } from 'node:fs';
import { posix, win32 } from 'node:path';
import type { SeenEnvironment } from './request.ts';

export interface ProgramSearch {
  /** As the variable has it. */
  readonly path: string;
  readonly pathExt: string;
  readonly cwd: string;
  readonly platform: NodeJS.Platform;
  isProgram(path: string): boolean;
}

const DEFAULT_EXTENSIONS = '.COM;.EXE;.BAT;.CMD';

/** @param env variables of the server's entry: they count before those that were seen */
export function programSearch(
  environment: SeenEnvironment,
  env: Readonly<Record<string, string>>,
  cwd: string,
  platform: NodeJS.Platform,
): ProgramSearch {
  const path = variableOf(env, 'PATH', platform) ?? variableOf(environment.plain, 'PATH', platform) ?? '';
  const pathExt = variableOf(environment.plain, 'PATHEXT', platform) ?? DEFAULT_EXTENSIONS;
  return { path, pathExt, cwd, platform, isProgram: (file) => isProgram(file, platform) };
}

/** A variable of an environment; Windows spells their names in any case. */
export function variableOf(
  env: Readonly<Record<string, string>>,
  name: string,
  platform: NodeJS.Platform,
): string | undefined {
  if (platform !== 'win32') return Object.hasOwn(env, name) ? env[name] : undefined;
  return Object.entries(env).find(([one]) => one.toUpperCase() === name)?.[1];
}

/** Absolute, links not followed; null where nothing is found. */
export function resolveProgram(command: string, search: ProgramSearch): string | null {
  if (command === '') return null;
  return search.platform === 'win32' ? onWindows(command, search) : onPosix(command, search);
}

function onPosix(command: string, { path, cwd, isProgram: ok }: ProgramSearch): string | null {
  if (command.includes('/')) {
    const file = posix.resolve(cwd, command);
    return ok(file) ? file : null;
  }
  // An empty part means the working directory.
  const files = path.split(':').map((folder) => posix.resolve(cwd, folder, command));
  return (path === '' ? undefined : files.find(ok)) ?? null;
}

function onWindows(command: string, { path, pathExt, cwd, isProgram: ok }: ProgramSearch): string | null {
  const extensions = pathExt.split(';').filter((extension) => extension !== '');
  const hasFolder = /[\\/]/.test(command) || /^[a-z]:/i.test(command);
  const folders = hasFolder ? [cwd] : [cwd, ...path.split(';').map((folder) => folder.replace(/^"|"$/g, ''))];
  for (const folder of folders.filter((one) => one !== '')) {
    const base = win32.resolve(cwd, folder, command);
    const named = extensions.some((extension) => base.toLowerCase().endsWith(extension.toLowerCase()));
    if (named && ok(base)) return base;
    const found = extensions.map((extension) => base + extension).find(ok);
    if (found !== undefined) return found;
    if (hasFolder && ok(base)) return base;
  }
  return null;
}

function isProgram(file: string, platform: NodeJS.Platform): boolean {
  try {
    if (!statSync(file).isFile()) return false;
    if (platform !== 'win32') accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
