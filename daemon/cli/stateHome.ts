/** Finds the state folder of this call: `--home`, else `CALLGROVE_HOME`, else the platform's place. */
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { stateFolder } from '../base/places.ts';
import { wrongUsage } from './exit.ts';

/** @param option the value of `--home`, taken relative to the current folder as a shell user expects */
export function stateHome(option: string | null, env: Readonly<Record<string, string | undefined>>): string {
  if (option !== null) return resolve(option);
  const named = env.CALLGROVE_HOME;
  if (named && !isAbsolute(named))
    throw wrongUsage(`CALLGROVE_HOME must be an absolute path, not ${JSON.stringify(named)}`);
  return stateFolder(process.platform, homedir(), named || undefined, env.LOCALAPPDATA, join);
}
