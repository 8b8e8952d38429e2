/** What a session's figures say in one line, and which icon its state has: the words of tree and status bar. */
import { originOf } from '../daemon/model/sessionFace.ts';
import type { SessionHead } from '../daemon/protocol/feed.ts';
import type { TerminalState } from '../daemon/protocol/record.ts';

export interface StateFace {
  /** A product icon of the editor. */
  readonly icon: string;
  /** A colour of the editor's theme; null leaves the icon as it is. */
  readonly color: string | null;
  readonly word: string;
}

const FACES: Readonly<Record<TerminalState, StateFace>> = {
  running: { icon: 'circle-filled', color: 'charts.blue', word: 'open' },
  success: { icon: 'pass', color: 'testing.iconPassed', word: 'ended, all calls succeeded' },
  partial_success: { icon: 'warning', color: 'charts.yellow', word: 'ended, some calls failed' },
  failed: { icon: 'error', color: 'testing.iconFailed', word: 'failed' },
  cancelled: { icon: 'circle-slash', color: null, word: 'cancelled' },
  lost: { icon: 'question', color: 'charts.purple', word: 'lost: it ended without an answer' },
};

export function stateFace({ session, running_calls }: SessionHead): StateFace {
  if (running_calls > 0) return { icon: 'loading~spin', color: 'charts.blue', word: 'a call is running' };
  return FACES[session.terminal_state];
}

/** `12 calls, 2 failed, 1 denied`; what is zero is left out, except the calls. Behind `imported` for what was. */
export function figuresText(head: SessionHead): string {
  const { calls, running_calls, gaps, denials, session } = head;
  const would = denials - session.denied_calls;
  return [
    originOf(head),
    counted(calls, 'call'),
    running_calls > 0 ? `${running_calls} running` : null,
    session.failed_calls > 0 ? `${session.failed_calls} failed` : null,
    session.denied_calls > 0 ? `${session.denied_calls} denied` : null,
    would > 0 ? `${would} would be denied` : null,
    gaps > 0 ? counted(gaps, 'gap') : null,
  ]
    .filter((part) => part !== null)
    .join(', ');
}

/** The session that is going on here: the one with the newest activity among those that are still connected. */
export function runningSession(heads: Iterable<SessionHead>, folders: readonly string[]): SessionHead | null {
  let newest: SessionHead | null = null;
  for (const head of heads) {
    if (head.open_connections === 0 && head.running_calls === 0) continue;
    if (!isHere(head, folders)) continue;
    if (newest === null || head.last_at > newest.last_at) newest = head;
  }
  return newest;
}

/** Whether a session ran in one of the window's folders, or in one around or below them. Without folders none did. */
export function isHere({ session: { workspace } }: SessionHead, folders: readonly string[]): boolean {
  if (workspace === null) return false;
  return folders.some((folder) => contains(folder, workspace) || contains(workspace, folder));
}

function contains(outer: string, inner: string): boolean {
  const rest = inner.startsWith(outer) ? inner.slice(outer.length) : null;
  return rest === '' || (rest !== null && (/^[\\/]/.test(rest) || /[\\/]$/.test(outer)));
}

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

const TITLE_CHARS = 26;

/** A session's name for a narrow list: without the folder, which the list is of, and short enough for figures beside it. */
export function shortTitle(title: string, workspace: string | null): string {
  const folder = workspace?.split(/[\\/]/).at(-1);
  const kept = folder ? title.replace(` · ${folder}`, '') : title;
  return kept.length <= TITLE_CHARS ? kept : `${kept.slice(0, TITLE_CHARS - 1).trimEnd()}…`;
}
