/**
 * Keeps `control/policy.json` as the settings, the freezes and the accepted contracts say. A file that cannot be read, or
 * has a mistake in it, is named with its place, and what it said before goes on counting; so it is over a restart, too.
 */
import { readFileSync, realpathSync, watch } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { writeWhole } from './agents/writeWhole.ts';
import { type Disposable, toDisposable } from './base/lifecycle.ts';
import { type Places, REPOSITORY_SETTINGS } from './base/places.ts';
import { createFiles } from './harness/files.ts';
import { levelOf, NOTHING_SAID } from './policyLevel.ts';
import type { PolicyState } from './protocol/denial.ts';
import { POLICY_VERSION, PolicyFile } from './protocol/policy.ts';
import { settingsFile } from './settingsFile.ts';
import type { Database } from './store/database.ts';
import { openFreezes, pinnedTools } from './store/policyRows.ts';
import { workspaceRoots } from './store/workspaceRoots.ts';

export interface PolicyKeeper extends Disposable {
  /** A connection works in this root: its repository may have something to say. */
  seen(root: string): void;
  /** Whether it is time to look at the files again. */
  readonly due: boolean;
  /** Looks at everything and writes the policy where it changed. @returns whether the state is another than before */
  look(): boolean;
  readonly state: PolicyState;
}

const LOOK_MS = 1000;
/** Repositories whose settings are read: the newest. */
const REPOSITORIES = 100;
const WORKSPACES = 1000;

/** @param changed something happened that is worth a look at once */
export function createPolicyKeeper(places: Places, database: Database, changed: () => void): PolicyKeeper {
  const file = settingsFile();
  const files = createFiles();
  const kept = readKept(places.policy);
  const roots = new Set<string>();
  let [lookedAt, wanted] = [Number.NEGATIVE_INFINITY, true];
  let written = kept?.text ?? '';
  let problems: string[] = [];
  let policy: PolicyFile = kept?.policy ?? emptyPolicy();
  const watcher = watchFile(file, () => {
    wanted = true;
    changed();
  });

  return {
    seen(root) {
      if (roots.has(root)) return;
      if (roots.size >= REPOSITORIES) roots.delete([...roots][0] ?? '');
      roots.add(root);
      wanted = true;
    },
    get due() {
      return wanted || performance.now() - lookedAt > LOOK_MS;
    },
    get state() {
      return { policy, settings_file: file, problems, freezes: policy.freezes };
    },
    look() {
      [lookedAt, wanted] = [performance.now(), false];
      const found: string[] = [];
      const workspaces = workspaceRoots(database, WORKSPACES);
      const user = levelOf(files, file, homedir(), 'user', found) ?? { settings: policy.user, origins: policy.origins };
      const repositories: PolicyFile['repositories'] = {};
      for (const root of new Set([...[...roots].reverse(), ...workspaces].slice(0, REPOSITORIES).map(canonical))) {
        const path = join(root, REPOSITORY_SETTINGS);
        const before = Object.hasOwn(policy.repositories, root) ? policy.repositories[root] : undefined;
        const level = levelOf(files, path, root, 'repository', found) ?? before ?? NOTHING_SAID;
        if (Object.keys(level.settings).length > 0) repositories[root] = level;
      }
      const next: PolicyFile = {
        v: POLICY_VERSION,
        user: user.settings,
        origins: user.origins,
        repositories,
        freezes: openFreezes(database),
        pinned: pinnedTools(database),
        workspaces: [...new Set(workspaces.map(canonical))],
      };
      const text = `${JSON.stringify(next)}\n`;
      const isNew = text !== written;
      const told = problems.join('\n') !== found.join('\n');
      policy = next;
      problems = found;
      if (isNew) {
        writeWhole(places.policy, Buffer.from(text), 0o600);
        written = text;
      }
      return isNew || told;
    },
    dispose: () => watcher.dispose(),
  };
}

function emptyPolicy(): PolicyFile {
  return { v: POLICY_VERSION, user: {}, origins: {}, repositories: {}, freezes: [], pinned: [], workspaces: [] };
}

/** What the last daemon wrote: the last good policy of a file that is broken now. */
function readKept(path: string): { text: string; policy: PolicyFile } | null {
  try {
    const text = readFileSync(path, 'utf8');
    return { text, policy: PolicyFile.parse(JSON.parse(text)) };
  } catch {
    return null;
  }
}

/** As the proxies know their roots. */
function canonical(root: string): string {
  try {
    return realpathSync(root);
  } catch {
    return root;
  }
}

/** The folder of a file, because editors put a new file in its place. Nothing where the system cannot watch: there is a poll, too. */
function watchFile(file: string, changed: () => void): Disposable {
  try {
    const watcher = watch(dirname(file), (_event, name) => {
      if (name === null || file.endsWith(name)) changed();
    });
    watcher.on('error', () => watcher.close());
    return toDisposable(() => watcher.close());
  } catch {
    return toDisposable(() => {});
  }
}
