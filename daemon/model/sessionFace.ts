/** What a session is called and where it ran, in the list's words; and which sessions the list shows, in which order. */
import type { SessionHead } from '../protocol/feed.ts';
import type { Session } from '../protocol/record.ts';
import { spelledDirection } from './spelledDirection.ts';

export interface SessionFace {
  readonly title: string;
  /** Agent, workspace folder and branch, as far as they are known. */
  readonly place: string;
  readonly hint: string;
}

export function sessionFace(head: SessionHead): SessionFace {
  const { session } = head;
  const agent = agentName(head);
  const folder = session.workspace === null ? null : session.workspace.split(/[\\/]/).filter(Boolean).at(-1);
  const place = [agent, folder, commitOf(session.repo)].filter((part) => part).join(' · ');
  const hint = [
    session.label === null ? null : session.title,
    session.workspace,
    session.repo,
    head.servers.join(', '),
  ];
  // Names that clients and servers gave themselves: they turn no line round.
  return {
    title: spelledDirection(session.label ?? session.title),
    place: spelledDirection(place),
    hint: spelledDirection(hint.filter((part) => part).join('\n')),
  };
}

/** `claude-code/2.1` as people say it: `claude-code 2.1`. */
export function agentName(head: SessionHead): string {
  return head.session.agent_id.replace('/', ' ');
}

/** What sets it apart from what was recorded here while it happened; null for that. */
export function originOf({ session }: SessionHead): Exclude<Session['source'], 'live'> | null {
  return session.source === 'live' ? null : session.source;
}

export const ORIGINS: Readonly<Record<Exclude<Session['source'], 'live'>, string>> = {
  imported: 'Imported: somebody recorded it elsewhere',
  replay: 'A replay of what was recorded',
  drill: 'A drill on folders of its own',
};

/** `git:<remote>@<commit>` → the commit's first seven figures. */
function commitOf(repo: string | null): string | null {
  const commit = repo === null ? undefined : /@([0-9a-f]{7,40})$/.exec(repo)?.[1];
  return commit === undefined ? null : `@${commit.slice(0, 7)}`;
}

/** Without those that are folded away. Pinned first, then by start, newest first: a list ordered by activity would jump under the hand. */
export function visibleSessions(heads: Iterable<SessionHead>, filter: string): SessionHead[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const kept = [...heads].filter((head) => {
    if (head.folded) return false;
    if (words.length === 0) return true;
    const { session } = head;
    const text = [
      session.title,
      session.label,
      session.agent_id,
      session.workspace,
      session.repo,
      session.terminal_state,
      session.session_id,
      originOf(head),
      ...head.servers,
    ];
    const all = text.join('\n').toLowerCase();
    return words.every((word) => all.includes(word));
  });
  return kept.sort(
    (a, b) =>
      Number(b.session.pinned) - Number(a.session.pinned) ||
      (a.session.started_at < b.session.started_at ? 1 : a.session.started_at > b.session.started_at ? -1 : 0),
  );
}
