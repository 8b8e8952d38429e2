/**
 * Hears when something changes where a capture found its files: the folders that hold them, the workspace's top and
 * `.git`; never what lies deeper. What a change means is found out by capturing again.
 */
import { type FSWatcher, statSync, watch } from 'node:fs';
import { dirname, join, parse } from 'node:path';
import type { Disposable } from './base/lifecycle.ts';
import type { Place } from './protocol/harness.ts';
import type { Capture } from './protocol/workbench.ts';

const FOLDERS = 64;
const PARENTS = 8;
/** Of `.git` only what says which commit and which branch: the rest changes with every look at it. */
const GIT_FILES = new Set(['HEAD', 'MERGE_HEAD', 'packed-refs']);

/** Calls `changed` for every event, maybe often. */
export function watchFiles(capture: Capture, changed: () => void): Disposable {
  const watchers: FSWatcher[] = [];
  const hear = (folder: string, counts: (name: string | null) => boolean) => {
    try {
      if (!statSync(folder).isDirectory()) return;
      const watcher = watch(folder, { persistent: false }, (_, name) => counts(name) && changed());
      watcher.on('error', () => watcher.close());
      watchers.push(watcher);
    } catch {
      // Not there, or the system has no watcher left: then the next session tells.
    }
  };
  const { root } = capture.workbench.workspace;
  for (const folder of foldersOf(capture)) hear(folder, (name) => name !== '.git');
  hear(join(root, '.git'), (name) => name === null || GIT_FILES.has(name));
  return {
    dispose() {
      for (const watcher of watchers) watcher.close();
    },
  };
}

/** The folders whose entries a capture has read, the workspace's top first. */
export function foldersOf({ harness, workbench }: Capture): string[] {
  const { root } = workbench.workspace;
  const { home } = workbench.user_facts;
  const above = parentsOf(root, home);
  const at = (place: Place, path: string): string[] => {
    const folder = dirname(path);
    if (place === 'repository') return [join(root, folder)];
    if (place === 'home') return home === null ? [] : [join(home, folder)];
    return place === 'parent' ? above.map((one) => join(one, folder)) : [];
  };
  const files = [
    ...(harness.instruction_source ?? []),
    ...(harness.agent_settings ?? []),
    ...(harness.servers ?? []),
  ].flatMap(({ place, path }) => at(place, path));
  const more = [
    ...(harness.dependencies ?? []).map(({ lockfile }) => join(root, dirname(lockfile))),
    ...(harness.fixture_pack?.folders ?? []).map(({ path }) => join(root, path)),
  ];
  return [...new Set([root, ...files, ...more])].slice(0, FOLDERS);
}

function parentsOf(root: string, home: string | null): string[] {
  const parents: string[] = [];
  for (let at = dirname(root); parents.length < PARENTS && at !== parse(at).root; at = dirname(at)) {
    parents.push(at);
    if (at === home) break;
  }
  return parents;
}
