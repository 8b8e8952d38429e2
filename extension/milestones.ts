/**
 * How far this user is on the way to a first traced call: the context keys on which the walkthrough ticks its steps off.
 * Remembers the first call for good; which steps are done is kept by the editor.
 */
import { commands, type Memento, type Tab, window } from 'vscode';
import { type Disposable, DisposableStore, toDisposable } from '../daemon/base/lifecycle.ts';
import type { SessionHead } from '../daemon/protocol/feed.ts';
import type { ServerLine } from './serverList.ts';

export interface Milestones extends Disposable {
  /** A tool was called through Callgrove, now or in an earlier window. */
  readonly firstCall: boolean;
  sawSessions(heads: Iterable<SessionHead>): void;
  sawServers(lines: readonly ServerLine[]): void;
}

const FIRST_CALL = 'callgrove.firstCall';
/** The editor takes up to five seconds to read a walkthrough that somebody opened. */
const AGAIN_MS = [500, 2_000, 6_000];

/**
 * @param memory of the user, over all workspaces
 *
 * The editor ticks a step off when a key becomes true, but forgets it where the key was true before the walkthrough was
 * read. So a key has two values that mean yes, each of which ticks the step off, and goes over to the other one when
 * a walkthrough may have been opened.
 */
export function milestones(memory: Memento): Milestones {
  const store = new DisposableStore();
  const reached = new Map<string, boolean>();
  const timers = new Set<NodeJS.Timeout>();
  let yes: 'yes' | 'yes too' = 'yes';
  const tell = (key: string) => void commands.executeCommand('setContext', key, reached.get(key) ? yes : false);
  const say = (key: string, value: boolean) => {
    if (reached.get(key) === value) return;
    reached.set(key, value);
    tell(key);
  };
  const sayAgain = () => {
    yes = yes === 'yes' ? 'yes too' : 'yes';
    for (const key of reached.keys()) tell(key);
  };
  const lookAt = (tabs: readonly Tab[]) => {
    // A walkthrough is one of the editors that the editor has no name for.
    if (!tabs.some(({ input }) => input === undefined)) return;
    for (const delay of AGAIN_MS) {
      const timer = setTimeout(() => {
        timers.delete(timer);
        sayAgain();
      }, delay);
      timers.add(timer);
    }
  };
  store.add(toDisposable(() => timers.forEach(clearTimeout)));
  store.add(window.tabGroups.onDidChangeTabs(({ opened, changed }) => lookAt([...opened, ...changed])));
  lookAt(window.tabGroups.all.flatMap(({ tabs }) => tabs));

  let firstCall = memory.get<boolean>(FIRST_CALL, false);
  if (firstCall) say(FIRST_CALL, true);

  return {
    get firstCall() {
      return firstCall;
    },
    sawSessions(heads) {
      if (firstCall) return;
      firstCall = [...heads].some(({ session }) => session.source === 'live' && session.tool_calls > 0);
      if (!firstCall) return;
      say(FIRST_CALL, true);
      void memory.update(FIRST_CALL, true);
    },
    sawServers(lines) {
      say(
        'callgrove.traced',
        lines.some(({ entry }) => entry.state === 'wrapped'),
      );
      say(
        'callgrove.seen',
        lines.some(({ progress }) => progress === 'seen'),
      );
    },
    dispose: () => store.dispose(),
  };
}
