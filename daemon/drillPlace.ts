/**
 * The throw-away folders of a drill: a workspace with everything beside it that one could escape to, and a state folder with
 * a policy of its own, written as the daemon writes it. All of it is gone afterwards.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeWhole } from './agents/writeWhole.ts';
import { type Disposable, toDisposable } from './base/lifecycle.ts';
import { placesOf } from './base/places.ts';
import { POLICY_VERSION, type PolicyFile, type PolicySettings } from './protocol/policy.ts';

export interface DrillPlace extends Disposable {
  /** Absolute, without links; the workspace lies in it. */
  readonly folder: string;
  readonly root: string;
  /** The state folder of the drill's proxies. */
  readonly home: string;
  /** A text that stands in every file outside the root, and in no file inside. */
  readonly secret: string;
  /** Stands in the one file inside. */
  readonly greeting: string;
  /** False where the system lets this user make no links. */
  readonly hasLinks: boolean;
  path(...names: string[]): string;
  policy(settings: PolicySettings, more?: Partial<Pick<PolicyFile, 'freezes' | 'pinned'>>): void;
}

/** @param unique tells one drill's secret from any other text. Throws the system's error where nothing can be written. */
export function makeDrillPlace(unique: string): DrillPlace {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'callgrove-drill-')));
  const removal = toDisposable(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
  try {
    return { ...madeIn(folder, unique), dispose: () => removal.dispose() };
  } catch (error) {
    removal.dispose();
    throw error;
  }
}

/** `work` is the root; `work-copy` its sibling; `outside` another place; links in `work` lead out. */
function madeIn(folder: string, unique: string): Omit<DrillPlace, 'dispose'> {
  const path = (...names: string[]) => join(folder, ...names);
  const places = placesOf(path('state'), join);
  const secret = `drill secret ${unique}`;
  const greeting = `drill greeting ${unique}`;
  const git = ['objects', 'refs/heads'].map((name) => path('work', '.git', ...name.split('/')));
  for (const one of [...git, path('work-copy'), path('outside'), places.control])
    mkdirSync(one, { recursive: true, mode: 0o700 });
  // As much of a checkout as git itself takes for one.
  writeFileSync(path('work', '.git', 'HEAD'), 'ref: refs/heads/main\n');
  writeFileSync(path('work', 'notes.txt'), greeting);
  for (const [at, name] of [
    ['work-copy', 'notes.txt'],
    ['outside', 'notes.txt'],
  ] as const)
    writeFileSync(path(at, name), secret);
  return {
    folder,
    root: path('work'),
    home: places.home,
    secret,
    greeting,
    hasLinks:
      linked(path('outside'), path('work', 'link')) && linked(path('outside', 'made.txt'), path('work', 'dangling')),
    path,
    policy(user, more = {}) {
      const file: PolicyFile = {
        v: POLICY_VERSION,
        user,
        origins: {},
        repositories: {},
        freezes: [],
        pinned: [],
        workspaces: [],
        ...more,
      };
      writeWhole(places.policy, Buffer.from(JSON.stringify(file)), 0o600);
    },
  };
}

function linked(target: string, path: string): boolean {
  try {
    symlinkSync(target, path);
    return true;
  } catch {
    return false;
  }
}
