/**
 * The variables that agents put into the words of an entry, such as `${workspaceFolder}`, replaced as far as a capture
 * knows them; what it does not know stays as it stands.
 */
import { basename, sep } from 'node:path';
import type { CaptureRequest } from './request.ts';

/** What it takes of a capture's request. */
export interface WordPlace extends Pick<CaptureRequest, 'root' | 'home'> {
  readonly environment: Pick<CaptureRequest['environment'], 'plain'>;
}

export function expandWord(word: string, { root, home, environment }: WordPlace): string {
  const known: Readonly<Record<string, string>> = {
    workspaceFolder: root,
    workspaceRoot: root,
    workspaceFolderBasename: basename(root),
    userHome: home,
    pathSeparator: sep,
    '/': sep,
    CLAUDE_PROJECT_DIR: root,
  };
  const expanded = word.replace(
    /\$\{(?:env:)?([\w/]+)(?::-([^}]{0,500}))?\}|\{env:(\w+)\}/g,
    (all, one: string | undefined, otherwise: string | undefined, two: string | undefined) => {
      const name = one ?? two ?? '';
      if (Object.hasOwn(known, name)) return known[name] ?? all;
      if (Object.hasOwn(environment.plain, name)) return environment.plain[name] ?? all;
      return otherwise ?? all;
    },
  );
  return /^~(?=$|[\\/])/.test(expanded) ? home + expanded.slice(1) : expanded;
}
