/** The files that the paths of a settings row name, in their order. */
import { join } from 'node:path';
import type { Files } from './files.ts';
import { filesFitting } from './filesFitting.ts';
import { foldersDownTo, homePaths, isIn } from './homePath.ts';
import type { CaptureRequest } from './request.ts';

export interface SettingPath {
  readonly absolute: string;
  /** Links may lead anywhere in here. */
  readonly within: string;
  /** What the globs of the row's path stood for, and what followed: of `./.claude/commands/**` the part below. */
  readonly name: string;
  readonly from: 'managed' | 'home' | 'workspace';
}

/** Of one row. */
const LIMIT = 500;

/** Those that are there. */
export function settingPaths(paths: readonly string[], request: CaptureRequest, files: Files): readonly SettingPath[] {
  const found = paths.flatMap((path) => {
    const from = /^[.>]\//.test(path) ? 'workspace' : path.startsWith('{managed:') ? 'managed' : 'home';
    return foldersOf(path, request).flatMap(({ base, rest, within }) => {
      const fixed = rest.split('/').findIndex((part) => /[*?[{]/.test(part));
      const fits = filesFitting(base, rest, within, files);
      return fits.map((fit): SettingPath => {
        const parts = fit.split('/');
        const name = parts.slice(fixed < 0 ? parts.length - 1 : fixed).join('/');
        return { absolute: join(base, fit), within, name, from };
      });
    });
  });
  return found.slice(0, LIMIT);
}

function foldersOf(path: string, request: CaptureRequest): readonly { base: string; rest: string; within: string }[] {
  const { root, cwd } = request;
  if (path.startsWith('./')) return [{ base: root, rest: path.slice(2), within: root }];
  if (!path.startsWith('>/')) return homePaths(path, request);
  const below = isIn(cwd, root) ? foldersDownTo(cwd).filter((folder) => folder !== root && isIn(folder, root)) : [];
  return below.map((base) => ({ base, rest: path.slice(2), within: root }));
}
