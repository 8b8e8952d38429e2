/** Where things of Callgrove are as seen from the extension: its own files, and the user's state folder. */
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { type Places, placesOf, stateFolder } from '../daemon/base/places.ts';

export interface OwnFiles {
  /** The command line. */
  readonly cli: string;
  /** The folder with page.js and page.css. */
  readonly page: string;
}

/** @param folder where the extension is installed */
export function ownFiles(folder: string): OwnFiles {
  return { cli: join(folder, 'dist', 'callgrove.js'), page: join(folder, 'dist', 'page') };
}

/** Of the environment that the editor was started with: the same rule as the command line's. */
export function userPlaces(env: NodeJS.ProcessEnv = process.env): Places {
  const override = env.CALLGROVE_HOME && isAbsolute(env.CALLGROVE_HOME) ? env.CALLGROVE_HOME : undefined;
  return placesOf(stateFolder(process.platform, homedir(), override, env.LOCALAPPDATA, join), join);
}
